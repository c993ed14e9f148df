// SPDX-License-Identifier: Apache-2.0
// First-order primal steps by hand.
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/primal/step.h>

#include <gtest/gtest.h>

namespace saddle {
namespace {

using Eigen::Vector2d;
using Eigen::VectorXd;

TEST(GradientStep, FollowsItsSchedule) {
  GradientStep<VectorXd> step({0.5, -1});
  EXPECT_DOUBLE_EQ(step.next(scalar(1), scalar(1))[0], 0.5);
  EXPECT_DOUBLE_EQ(step.next(scalar(1), scalar(1))[0], 0.75);
}

TEST(OptimisticStep, ExtrapolatesTheGradient) {
  OptimisticStep<VectorXd> step(1);
  EXPECT_DOUBLE_EQ(step.next(scalar(0), scalar(1))[0], -1);
  EXPECT_DOUBLE_EQ(step.next(scalar(0), scalar(3))[0], -5);
}

TEST(AdamStep, FirstStepHasItsLengthInEveryCoordinate) {
  AdamStep<VectorXd> step({.step = 0.1});
  const VectorXd x = step.next(VectorXd::Zero(2), Vector2d(1e-3, -1e3));
  EXPECT_NEAR(x[0], -0.1, 1e-5);
  EXPECT_NEAR(x[1], 0.1, 1e-9);
}

TEST(AdamStep, AveragesWithBiasCorrection) {
  // g = 1, 3: m̂ = (0.1·0.9·1 + 0.1·3)/0.19, v̂ = (0.001·0.999·1 + 0.001·9)/0.001999.
  AdamStep<VectorXd> step({.step = 1, .epsilon = 1e-300});
  const VectorXd x = step.next(scalar(0), scalar(1));
  const double mean = (0.09 + 0.3) / 0.19, square = (0.000999 + 0.009) / 0.001999;
  EXPECT_NEAR(step.next(x, scalar(3))[0] - x[0], -mean / std::sqrt(square), 1e-10);
}

TEST(SmoothedStep, IsPulledToACentreThatFollows) {
  SmoothedStep<VectorXd> step({.step = 0.1, .smoothing = 2, .centering = 0.5});
  EXPECT_DOUBLE_EQ(step.next(scalar(1), scalar(1))[0], 0.9) << "starts at its centre";
  // The point was put at 3 by a projection: z = 1 + ½·2 = 2, and x = 3 − 0.1 (1 + 2·1).
  EXPECT_DOUBLE_EQ(step.next(scalar(3), scalar(1))[0], 2.7);
}

TEST(SmoothedStep, DescendsToTheMinimumItself) {
  SmoothedStep<VectorXd> step({});
  VectorXd x = scalar(3);
  for (int i = 0; i < 5000; ++i) x = step.next(x, VectorXd(x));
  EXPECT_NEAR(x[0], 0, 1e-10);
}

template <class Step>
void expect_same_after_loading(Step first, Step second) {
  VectorXd x = Vector2d(1, -2);
  for (int i = 0; i < 5; ++i) x = first.next(x, VectorXd(x.array().cube()));
  Archive saved;
  first.state(saved);
  Archive loading(saved.entries());
  second.state(loading);
  EXPECT_EQ(first.next(x, x), second.next(x, x));
}

TEST(PrimalSteps, ContinueFromASavedStateToTheSameBits) {
  expect_same_after_loading(GradientStep<VectorXd>({0.1, -0.5}),
                            GradientStep<VectorXd>({0.1, -0.5}));
  expect_same_after_loading(OptimisticStep<VectorXd>(0.1), OptimisticStep<VectorXd>(0.1));
  expect_same_after_loading(AdamStep<VectorXd>({}), AdamStep<VectorXd>({}));
  expect_same_after_loading(SmoothedStep<VectorXd>({}), SmoothedStep<VectorXd>({}));
}

}  // namespace
}  // namespace saddle
