// SPDX-License-Identifier: Apache-2.0
// The margin of constrained steps.
#include <saddle/optim/primal/margin.h>

#include <algorithm>

#include <gtest/gtest.h>

namespace saddle {
namespace {

using Eigen::Vector2d;

TEST(Margin, AddsUpViolationsAndForgetsThemInSlack) {
  Margin margin(0.5);
  EXPECT_EQ(margin.tighten(Vector2d(2, -1)), Vector2d(3, -1));
  EXPECT_EQ(margin.tighten(Vector2d(2, 1)), Vector2d(4, 1.5));
  EXPECT_EQ(margin.tighten(Vector2d(-1, -9)), Vector2d(0.5, -9));
  EXPECT_EQ(margin.value(), Vector2d(1.5, 0));
}

TEST(Margin, MendsAStepThatKeepsAFifthOfItsPromise) {
  // x falls by a fifth of what the step promises, and rises by 1 of itself: without a margin it
  // settles at 5 above the limit.
  const auto settle = [](double rate) {
    Margin margin(rate);
    double x = 10;
    for (int i = 0; i < 500; ++i) {
      x += 1 - std::max(0.0, margin.tighten(Eigen::VectorXd::Constant(1, x))[0]) / 5;
    }
    return x;
  };
  EXPECT_NEAR(settle(0), 5, 1e-6);
  EXPECT_NEAR(settle(0.1), 0, 1e-3);
}

TEST(Margin, GrowsToTheMostAndFallsBackFromThere) {
  Margin margin(0.5);
  for (int i = 0; i < 1000; ++i) (void)margin.tighten(Vector2d(2, -1), 3);
  EXPECT_EQ(margin.value(), Vector2d(3, 0));
  EXPECT_EQ(margin.tighten(Vector2d(-1, 1), 3), Vector2d(1.5, 1.5));
}

TEST(Margin, IsSavedAndRestored) {
  Margin margin(0.5), restored(0.5);
  (void)margin.tighten(Vector2d(2, 3));
  Archive saved;
  margin.state(saved);
  Archive loading(saved.entries());
  restored.state(loading);
  EXPECT_EQ(restored.value(), margin.value());
}

}  // namespace
}  // namespace saddle
