// SPDX-License-Identifier: Apache-2.0
// The residual of two levels is zero at solutions, and only there: bounds on x, singular Hessians.
#include <saddle/optim/stationarity.h>

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <saddle/optim/bilevel/lower_level.h>
#include <saddle/optim/problems/bilevel_toys.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::Vector3d;
using Eigen::VectorXd;

TEST(ConjugateResidual, SolvesADefiniteSystem) {
  MatrixXd a(3, 3);
  a << 4, 1, 0, 1, 3, 1, 0, 1, 2;
  const auto product = [&](const VectorXd& v) { return VectorXd(a * v); };
  const auto result = conjugate_residual(product, VectorXd(Vector3d(1, 2, 3)), {10, 1e-12});
  EXPECT_LE(result.iterations, 4);
  EXPECT_LT((a * result.solution - Vector3d(1, 2, 3)).norm(), 1e-12);
}

TEST(ConjugateResidual, LeavesOfASingularSystemWhatIsOutsideItsRange) {
  // diag(2, 1, 0) x = (2, 3, 5) has the nearest solutions (1, 3, ·), with residual 5.
  const VectorXd diagonal = Vector3d(2, 1, 0);
  const auto product = [&](const VectorXd& v) { return VectorXd(diagonal.cwiseProduct(v)); };
  const auto result = conjugate_residual(product, VectorXd(Vector3d(2, 3, 5)), {100, 1e-12});
  EXPECT_NEAR(result.solution[0], 1, 1e-10);
  EXPECT_NEAR(result.solution[1], 3, 1e-10);
  EXPECT_NEAR(result.residual, 5, 1e-10);
  // Conjugate gradients, which ask for a definite matrix, are led astray by the third entry.
  const auto lost = conjugate_gradient(product, VectorXd(Vector3d(2, 3, 5)),
                                       VectorXd(VectorXd::Zero(3)), {100, 1e-12});
  EXPECT_GT((lost.solution.head(2) - Vector2d(1, 3)).norm(), 1);
}

TEST(BilevelResidual, VanishesAtTheSolutionOfTheQuadraticAndNotBesideIt) {
  QuadraticBilevel problem = scalar_bilevel();
  EXPECT_LT(residual_of(problem, {scalar(10.0 / 7), scalar(5.0 / 7)}), 1e-15);
  const BilevelResidual beside = bilevel_residual(problem, {scalar(1), scalar(0.5)});
  EXPECT_NEAR(beside.hypergradient, 0.15, 1e-12);
  EXPECT_NEAR(beside.inner, 0, 1e-15);
  EXPECT_LT(beside.adjoint, 1e-12);
  EXPECT_NEAR(bilevel_residual(problem, {scalar(1), scalar(0.6)}).inner, 0.2, 1e-15);
}

TEST(BilevelResidual, CountsOnlyWhatTheBoundsOnXLeaveFree) {
  // F of the Shen-Chen problem falls into the bound at x = 3 from no side: F'(3) > 0 there, so the
  // projected gradient is F' itself; at x = 0 it rises to the right, so nothing is left.
  ShenChen problem;
  const VectorXd left = scalar(0), right = scalar(3);
  const double slope_left = exact_hypergradient(problem, left, -left)[0];
  const double slope_right = exact_hypergradient(problem, right, -right)[0];
  const auto expected = [&](const VectorXd& x, double slope) {
    return std::abs(x[0] - std::clamp(x[0] - slope, 0.0, 3.0));
  };
  EXPECT_LT(slope_left, 0);
  EXPECT_NEAR(residual_of(problem, {left, -left}), expected(left, slope_left), 1e-12);
  EXPECT_NEAR(residual_of(problem, {right, -right}), expected(right, slope_right), 1e-12);
}

TEST(BilevelResidual, SeesThatASingularLowerLevelIsNotSolvedWhereTheHypergradientVanishes) {
  // At x = y₁ and y₂ = 2x − 1 the hypergradient with the pseudo-inverse is x − y₂ + y₁ − 1 = 0, but
  // moving y₂, which the lower level allows, lowers f.
  LowerLevelSingular problem;
  const BilevelResidual wrong =
      bilevel_residual(problem, Point{scalar(0.25), Vector2d(0.25, -0.5)});
  EXPECT_LT(wrong.hypergradient, 1e-12);
  EXPECT_LT(wrong.inner, 1e-15);
  EXPECT_NEAR(wrong.adjoint, 0.75, 1e-12);
  EXPECT_NEAR(wrong.largest(), 0.75, 1e-12);
  EXPECT_LT(residual_of(problem, Point{scalar(1), Vector2d(1, 1)}), 1e-15);
}

TEST(BilevelResidual, IsNotSmallWhereTheLinearSystemRanOutOfIterations) {
  QuadraticBilevel problem = random_bilevel(4, 60);
  const Point solution = problem.solution();
  EXPECT_LT(bilevel_residual(problem, solution).largest(), 1e-10);
  EXPECT_GT(bilevel_residual(problem, solution, {3, 1e-12}).adjoint, 1e-3);
}

}  // namespace
}  // namespace saddle
