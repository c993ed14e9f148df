// SPDX-License-Identifier: Apache-2.0
// Policies with value heads learn the same with every back end.
#include <gtest/gtest.h>

#include <saddle/agents/train.h>

#include "tests/support/metrics.h"
#include "tests/support/teams.h"
#include "tests/support/updates.h"
#include "tests/support/walk.h"

namespace saddle {
namespace {

Metrics::Values learn_with_heads(const testing::NamedUpdate& update, const char* cell,
                                 const NetworkFactory& network) {
  OnPolicyOptions options = testing::small_team(testing::multi("own", "shared", "mean"));
  options.rollout.steps = 20;
  options.network.hidden = {16, 16};
  options.network.activation = "tanh";
  options.network.recurrent = cell;
  options.network.memory = 5;
  options.critic.trunk = "policy";
  VectorEnvironment environment(testing::make_walk, 8, 1);
  OnPolicyAgent agent({environment.spec(), 8, {1, 3}, 1}, options, network, update.make,
                      update.rule(2));
  TrainingRun run{environment, agent};
  WorkerPool pool(2);
  Metrics::Values last;
  train(run, std::int64_t{3} * 20 * 8, pool, [&](std::int64_t, const Metrics& metrics) {
    last = metrics.values();
    return true;
  });
  return last;
}

TEST(ValueHeadsBackends, LearnTheSame) {
  for (const testing::NamedUpdate& update : testing::all_updates()) {
    if (update.name != "ppo" && update.name != "focops") continue;
    for (const char* cell : {"none", "gru"}) {
      SCOPED_TRACE(concat(update.name, ", ", cell));
      testing::expect_alike(learn_with_heads(update, cell, make_fused_mlp),
                            learn_with_heads(update, cell, make_autograd_mlp));
    }
  }
}

}  // namespace
}  // namespace saddle
