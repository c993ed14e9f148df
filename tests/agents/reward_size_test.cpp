// SPDX-License-Identifier: Apache-2.0
// On-policy agents learn the same from rewards of any size, if prices are as much larger: there is
// nothing for a normalisation of rewards to do.
#include <cstring>
#include <utility>

#include <gtest/gtest.h>

#include <saddle/agents/train.h>
#include <saddle/optim/constraint/lagrangian.h>
#include <saddle/optim/constraint/none.h>

#include "tests/support/ledger.h"
#include "tests/support/teams.h"
#include "tests/support/updates.h"
#include "tests/support/walk.h"

namespace saddle {
namespace {

class RewardSize : public ::testing::TestWithParam<testing::NamedUpdate> {};

INSTANTIATE_TEST_SUITE_P(All, RewardSize, ::testing::ValuesIn(testing::all_updates()),
                         [](const auto& update) { return update.param.name; });

std::unique_ptr<ConstraintRule> rule(const testing::NamedUpdate& update, double price) {
  if (update.keeps_constraints) return std::make_unique<None>(2, None::Options{});
  Lagrangian::Options options;
  options.step = 0.05 * price;
  options.initial = 0.5 * price;
  options.maximum = 1000;
  options.normalize = false;
  return std::make_unique<Lagrangian>(2, options);
}

/// The parameters of the policy after some updates. Critics know the mean of their targets alone,
/// so that none has an opinion to begin with.
AlignedFloats learned(const testing::NamedUpdate& update, float pay, double price) {
  constexpr int kWorlds = 16, kUpdates = 4;
  VectorEnvironment environment([pay] { return std::make_unique<testing::Walk>(pay); }, kWorlds, 5);
  OnPolicyOptions options = testing::small_team(testing::multi("own", "shared", "mean"));
  bool first = true;
  const NetworkFactory network = [&](const MlpShape& shape, ParameterArena& arena) {
    return std::exchange(first, false) ? make_fused_mlp(shape, arena)
                                       : testing::make_silent(shape, arena);
  };
  OnPolicyAgent agent({environment.spec(), kWorlds, {1, 3}, 5}, options, network, update.make,
                      rule(update, price));
  TrainingRun run{environment, agent};
  WorkerPool pool(1);
  train(run, std::int64_t{kUpdates} * 6 * kWorlds, pool,
        [](std::int64_t, const Metrics&) { return true; });
  Archive archive;
  agent.policy(archive);
  AlignedFloats parameters;
  for (const auto& [name, entry] : archive.entries()) {
    if (!name.starts_with("policy/")) continue;
    const std::size_t before = parameters.size();
    parameters.resize(before + entry.bytes.size() / sizeof(float));
    std::memcpy(parameters.data() + before, entry.bytes.data(), entry.bytes.size());
  }
  return parameters;
}

TEST_P(RewardSize, IsNothingToAnAgentWhosePricesAreAsLarge) {
  const AlignedFloats one = learned(GetParam(), 1, 1), eight = learned(GetParam(), 8, 8);
  ASSERT_EQ(one.size(), eight.size());
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(one[i], eight[i], 1e-5);
  if (GetParam().keeps_constraints) return;  // and has no price
  EXPECT_NE(one, learned(GetParam(), 8, 1));
}

}  // namespace
}  // namespace saddle
