// SPDX-License-Identifier: Apache-2.0
// Off-policy agents learn the same with every back end.
#include <gtest/gtest.h>

#include <saddle/agents/off_policy/off_policy.h>
#include <saddle/agents/train.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/metrics.h"
#include "tests/support/walk.h"

namespace saddle {
namespace {

Metrics::Values learn(const ActorSettings& settings, const NetworkFactory& network) {
  OffPolicyOptions options;
  options.rollout.steps = 10;
  options.replay.start = 40;
  options.replay.batch = 64;
  options.network.hidden = {16, 16};
  options.network.activation = "tanh";
  VectorEnvironment environment(testing::make_walk, 4, 1);
  OffPolicyAgent agent({environment.spec(), 4, {1, 3}, 1}, options, settings, network,
                       std::make_unique<Lagrangian>(2, Lagrangian::Options{}));
  TrainingRun run{environment, agent};
  WorkerPool pool(2);
  Metrics::Values last;
  train(run, 40, pool, [&](std::int64_t, const Metrics& metrics) {
    last = metrics.values();
    return true;
  });
  return last;
}

TEST(OffPolicyBackends, LearnTheSame) {
  for (const ActorSettings& settings :
       {DdpgOptions().settings(), Td3Options().settings(), SacOptions().settings()}) {
    testing::expect_alike(learn(settings, make_fused_mlp), learn(settings, make_autograd_mlp));
  }
}

}  // namespace
}  // namespace saddle
