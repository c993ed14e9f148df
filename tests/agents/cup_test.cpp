// SPDX-License-Identifier: Apache-2.0
// The two steps of CUP on two arms.
#include <saddle/agents/cup.h>

#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/metrics.h"
#include "tests/support/two_arms.h"

namespace saddle {
namespace {

using testing::TwoArms;

struct Projected {
  float lead = 0;  ///< of the second arm, afterwards
  Metrics metrics;
};

/// One update of one epoch and one minibatch, where what pays costs as much.
Projected project(double multiplier, double correction = 1, double learning_rate = 0.01) {
  TwoArms arms;
  CupOptions options;
  options.learning_rate = learning_rate;
  options.correction = correction;
  options.epochs = 1;
  CupUpdate update(arms.policy, options, Rng(5));
  Metrics metrics;
  update.apply(arms.policy, arms.batch(multiplier), metrics);
  return {arms.lead(), metrics};
}

TEST(CupUpdate, StepsAsFarDownTheCostsAsTheMultiplierSays) {
  const auto behind = [](double multiplier) { return -project(multiplier).lead; };
  const float low = behind(0.1), twice = behind(0.2), high = behind(2);
  // With an Adam of its own, the first step down would be 0.01 for each of two logits every time.
  EXPECT_GT(twice - low, 2e-3);
  EXPECT_GT(high - twice, 1e-2);
}

TEST(CupUpdate, TheSecondStepWeighsCostsByTheRatioToThePolicyThatActed) {
  const auto second = [](double lead) { return 1 / (1 + std::exp(-lead)); };
  constexpr double kMultiplier = 0.5;
  const double acted = second(TwoArms().lead()), half = second(project(0, 1, 0.3).lead);
  ASSERT_GT(half, acted + 0.1);
  // Costs of ±½ are ±1 deviation, half of the rows each; half way there is no divergence yet.
  const double loss = kMultiplier * (half / acted - (1 - half) / (1 - acted)) / 2;
  EXPECT_NEAR(testing::value(project(kMultiplier, 1, 0.3).metrics, "projection/loss"), loss, 1e-5);
}

TEST(CupUpdate, ACorrectionOfTwoIsTwiceTheMultiplier) {
  EXPECT_EQ(project(0.3, 2).lead, project(0.6, 1).lead);
  EXPECT_NE(project(0.3, 2).lead, project(0.3, 1).lead);
}

}  // namespace
}  // namespace saddle
