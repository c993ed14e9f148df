// SPDX-License-Identifier: Apache-2.0
// Nonnegative least squares and least distance by their conditions of optimality.
#include <saddle/optim/primal/least_distance.h>

#include <gtest/gtest.h>

#include <saddle/base/check.h>
#include <saddle/base/rng.h>

namespace saddle {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

TEST(NonnegativeLeastSquares, SatisfiesItsConditionsOnRandomSystems) {
  Rng rng(1);
  for (int i = 0; i < 500; ++i) {
    SCOPED_TRACE(i);
    const Index rows = 1 + rng.below(8), n = 1 + rng.below(12);  // often fewer rows than unknowns
    MatrixXd e = MatrixXd::NullaryExpr(rows, n, [&] { return rng.normal(); });
    if (i % 4 == 0) e.col(n - 1) = e.col(0);
    const VectorXd f = VectorXd::NullaryExpr(rows, [&] { return rng.normal(); });
    const VectorXd x = nonnegative_least_squares(e.transpose() * e, e.transpose() * f);
    const VectorXd slope = e.transpose() * (f - e * x);
    EXPECT_GE(x.minCoeff(), 0);
    EXPECT_LE(slope.maxCoeff(), 1e-8) << "an entry at zero wants to grow";
    EXPECT_NEAR(x.dot(slope), 0, 1e-8);
  }
}

TEST(NonnegativeLeastSquares, IsTheUnconstrainedSolutionWhereThatIsPositive) {
  const MatrixXd m = (MatrixXd(2, 2) << 2, 1, 1, 2).finished();
  EXPECT_NEAR((nonnegative_least_squares(m, Vector2d(4, 5)) - Vector2d(1, 2)).norm(), 0, 1e-14);
  EXPECT_NEAR((nonnegative_least_squares(m, Vector2d(-1, 4)) - Vector2d(0, 2)).norm(), 0, 1e-14);
}

TEST(LeastDistance, IsTheDistanceToAHalfSpace) {
  // 3 + 2 s ≤ 0: s = −1.5 = −2 μ.
  const auto mu = least_distance(MatrixXd::Constant(1, 1, 4), VectorXd::Constant(1, 3));
  ASSERT_TRUE(mu);
  EXPECT_NEAR((*mu)[0], 0.75, 1e-14);
}

TEST(LeastDistance, IsZeroWhereEverythingHolds) {
  const auto mu = least_distance(MatrixXd::Identity(2, 2), Vector2d(0, -1));
  ASSERT_TRUE(mu);
  EXPECT_TRUE(mu->isZero(0));
  EXPECT_EQ(least_distance(MatrixXd(0, 0), VectorXd())->size(), 0);
}

TEST(LeastDistance, KnowsContradictions) {
  // s ≤ −1 and s ≥ 1.
  const MatrixXd opposite = (MatrixXd(2, 2) << 1, -1, -1, 1).finished();
  EXPECT_FALSE(least_distance(opposite, Vector2d(1, 1)));
  EXPECT_TRUE(least_distance(opposite, Vector2d(1, -1))) << "s = −1 is left";
  EXPECT_FALSE(least_distance(MatrixXd::Zero(1, 1), VectorXd::Constant(1, 1))) << "1 ≤ 0";
}

TEST(LeastDistance, TakesTheFarthestOfParallelConstraints) {
  const auto mu = least_distance(MatrixXd::Ones(3, 3), Eigen::Vector3d(1, 3, 2));
  ASSERT_TRUE(mu);
  EXPECT_NEAR((*mu - Eigen::Vector3d(0, 3, 0)).norm(), 0, 1e-12);
}

TEST(LeastDistance, RefusesShapesThatDoNotFit) {
  EXPECT_THROW((void)least_distance(MatrixXd::Identity(2, 2), VectorXd::Zero(3)), std::logic_error);
}

}  // namespace
}  // namespace saddle
