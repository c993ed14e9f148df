// SPDX-License-Identifier: Apache-2.0
// The discounts of reward and costs and the λ of their estimates, none of which is another's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/agents/train.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/ledger.h"
#include "tests/support/metrics.h"
#include "tests/support/spy.h"
#include "tests/support/teams.h"

namespace saddle {
namespace {

using ::testing::ElementsAre;

TEST(Discounts, OfRewardAndCostsAndTheirEstimatesAreFourNumbers) {
  OnPolicyOptions options = testing::small_team(testing::multi("own", "shared", "mean"));
  options.rollout.steps = testing::Ledger::kHorizon;
  options.advantage = {.gamma = 0.5, .lambda = 0.25, .cost_gamma = 0.75, .cost_lambda = 0.125};
  options.measure.kind = "discounted";
  VectorEnvironment environment([] { return std::make_unique<testing::Ledger>(); }, 1, 1);
  std::vector<testing::Given> given(1);
  OnPolicyAgent agent(
      {environment.spec(), 1, {1}, 1}, options,
      [](const MlpShape&, ParameterArena&) { return std::make_unique<testing::Silent>(8); },
      [&](Policy&, Rng) { return std::make_unique<testing::Spy>(given, 0); },
      std::make_unique<Lagrangian>(1, Lagrangian::Options{}));
  TrainingRun run{environment, agent};
  WorkerPool pool(1);
  Metrics metrics;
  train(run, testing::Ledger::kHorizon, pool, [&](std::int64_t, const Metrics& update) {
    metrics = update;
    return true;
  });
  // Every value is 8, after the cut too. Errors are r + 0.5 · 8 − 8 = r − 4 of the reward: −3, −2,
  // −1 of agent 0 and 7, 8, 9 of agent 1; advantages add 0.5 · 0.25 of the one that follows.
  EXPECT_THAT(given[0].advantage, ElementsAre(-3.265625f, 8.140625f, -2.125f, 9.125f, -1, 9));
  // Likewise c + 0.75 · 8 − 8 = c − 2 of the cost: −1, −1, −1 and −2, 0, 2, and 0.75 · 0.125.
  EXPECT_THAT(given[0].cost_advantage,
              ElementsAre(-1.1025390625f, -1.982421875f, -1.09375f, 0.1875f, -1, 2));
  // The mean over agents of the cost is ½, 1½, 2½.
  EXPECT_EQ(testing::value(metrics, "cost/fee"), 0.5 + 0.75 * 1.5 + 0.75 * 0.75 * 2.5);
}

}  // namespace
}  // namespace saddle
