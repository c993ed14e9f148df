// SPDX-License-Identifier: Apache-2.0
// Verdicts, and the units they are in.
#include <saddle/agents/judge.h>

#include <gtest/gtest.h>

#include <saddle/optim/constraint/exact_penalty.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/metrics.h"
#include "tests/support/walk.h"

namespace saddle {
namespace {

/// Of a world with the constraints left and effort, limited to 2 and 0, whose multipliers start at
/// 1.
Judge judge_of_two(double caution = 0) {
  EnvironmentSpec spec = testing::make_walk()->spec();
  spec.agents = 1;
  Lagrangian::Options options;
  options.step = 0.5;
  options.initial = 1;
  options.normalize = false;
  return {{spec, 1, {2, 0}, 0}, CostMeasure(), caution, std::make_unique<Lagrangian>(2, options)};
}

EpisodeSummary one_episode(double left, double effort) {
  EpisodeSummary summary;
  summary.finished = 1;
  summary.episodes = {{{0}, {left, effort}, 10, {left, effort}}};
  return summary;
}

TEST(Judge, HoldsCostsAgainstLimitsInUnitsOfThese) {
  Judge judge = judge_of_two();
  Metrics metrics;
  const Verdict verdict = judge.judge(one_episode(3, 4), metrics);
  EXPECT_EQ(verdict.violation, Eigen::Vector2d(0.5, 4));             // a limit of 0 counts as 1
  EXPECT_EQ(verdict.weights.constraints, Eigen::Vector2d(1.25, 3));  // 1 + ½ g
  EXPECT_EQ(testing::value(metrics, "multiplier/left"), 0.625);      // return per unit of cost
  EXPECT_EQ(testing::value(metrics, "multiplier/effort"), 3);
}

TEST(Judge, ReportsNoMultipliersOfARuleWithoutAny) {
  EnvironmentSpec spec = testing::make_walk()->spec();
  spec.agents = 1;
  Judge judge({spec, 1, {2, 0}, 0}, CostMeasure(), 0,
              std::make_unique<ExactPenalty>(2, ExactPenalty::Options()));
  Metrics metrics;
  EXPECT_GT(judge.judge(one_episode(3, 4), metrics).weights.constraints[0], 0);
  EXPECT_EQ(testing::value(metrics, "cost/left"), 3);
  for (const auto& [name, number] : metrics.values())
    EXPECT_FALSE(name.starts_with("mult")) << name;
}

TEST(Judge, TellsWeightsForCostsAsTheyAre) {
  Judge judge = judge_of_two();
  EXPECT_EQ(judge.first_weights().objective, 1);
  EXPECT_EQ(judge.first_weights().constraints, Eigen::Vector2d(0.5, 1));
  Metrics metrics;
  const Verdict verdict = judge.judge(one_episode(3, 4), metrics);
  EXPECT_EQ(judge.per_unit(verdict.weights).constraints, Eigen::Vector2d(0.625, 3));
}

TEST(Judge, PricesTurnTheRulesMultipliersIntoReward) {
  Judge judge = judge_of_two();
  judge.set_prices({10, 0.5});
  Metrics metrics;
  const Verdict verdict = judge.judge(one_episode(3, 4), metrics);
  EXPECT_EQ(verdict.violation, Eigen::Vector2d(0.5, 4));
  EXPECT_EQ(verdict.weights.objective, 1);
  EXPECT_EQ(verdict.weights.constraints, Eigen::Vector2d(12.5, 1.5));
  EXPECT_EQ(testing::value(metrics, "multiplier/left"), 6.25);
  EXPECT_EQ(testing::value(metrics, "multiplier/effort"), 1.5);
  EXPECT_THROW(judge.set_prices({1}), std::logic_error);
}

TEST(Judge, AddsStandardErrorsToWhatItMeasured) {
  EpisodeSummary two = one_episode(0, 4);
  two.episodes.push_back(one_episode(6, 4).episodes[0]);
  Judge judge = judge_of_two(2);
  Metrics metrics;
  // 0 and 6 have mean 3 and a standard error of 3: 3 + 2 · 3 against 2; and 4 errs by nothing.
  EXPECT_EQ(judge.judge(two, metrics).violation, Eigen::Vector2d(3.5, 4));
  EXPECT_EQ(testing::value(metrics, "cost/left"), 3);  // reported as it was
}

}  // namespace
}  // namespace saddle
