// SPDX-License-Identifier: Apache-2.0
// A constraint rule with a primal step as a method of solve().
#include <saddle/optim/constraint/method.h>

#include <limits>

#include <gtest/gtest.h>

#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/constraint/lagrangian.h>
#include <saddle/optim/problems/constrained.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::Vector3d;
using Eigen::VectorXd;

AugmentedLagrangian::Options single_loop() {
  AugmentedLagrangian::Options options;
  options.normalize = false;
  return options;
}

RuleMethod<VectorXd> augmented(int constraints, double step) {
  return {std::make_unique<AugmentedLagrangian>(constraints, single_loop()), gradient_step(step)};
}

TEST(RuleMethod, SolvesToTheToleranceAndReportsTheMultiplier) {
  QuadraticProgram problem = half_plane_program();
  RuleMethod<VectorXd> method = augmented(1, 0.2);
  Pair<VectorXd> z{VectorXd::Zero(2), VectorXd::Zero(1)};
  const Result result = solve(problem, method, z);
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
  EXPECT_NEAR((z.x - Vector2d(1, 0)).norm(), 0, 1e-7);
  EXPECT_NEAR(z.y[0], 1, 1e-7);
}

TEST(RuleMethod, GivesEqualitiesAMultiplierOfEitherSign) {
  // min ½‖x − (1,2,3)‖² with x₁ ≤ ½, Σx = 9: by elimination λ = 1½, ν = −1 (x = (½, 3, 4) + …).
  // Stationarity x = c − λe₁ − ν1: x₂ = 2 − ν, x₃ = 3 − ν, x₁ = ½, so 5.5 − 2ν = 9, ν = −7/4 and
  // λ = 1 − ν − ½ = 9/4.
  QuadraticProgram problem({.q = MatrixXd::Identity(3, 3),
                            .c = -Vector3d(1, 2, 3),
                            .a = MatrixXd::Identity(1, 3),
                            .b = scalar(0.5),
                            .e_matrix = MatrixXd::Ones(1, 3),
                            .e = scalar(9)});
  ASSERT_EQ(rule_constraints(problem), 3);
  RuleMethod<VectorXd> method = augmented(3, 0.1);
  Pair<VectorXd> z{VectorXd::Zero(3), VectorXd::Zero(2)};
  const Result result = solve(problem, method, z);
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
  EXPECT_NEAR((z.x - Vector3d(0.5, 3.75, 4.75)).norm(), 0, 1e-7);
  EXPECT_NEAR(z.y[0], 2.25, 1e-7);
  EXPECT_NEAR(z.y[1], -1.75, 1e-7);
}

TEST(RuleMethod, AnInfeasibleProgramIsReportedAsOne) {
  // x ≤ −1 and x ≥ 1.
  QuadraticProgram problem({.q = MatrixXd::Identity(1, 1),
                            .c = scalar(0),
                            .a = (MatrixXd(2, 1) << 1, -1).finished(),
                            .b = Vector2d(-1, -1),
                            .e_matrix = {},
                            .e = {}});
  RuleMethod<VectorXd> method = augmented(2, 0.1);
  Pair<VectorXd> z{scalar(3), VectorXd::Zero(2)};
  const Result result = solve(problem, method, z, {.limit = 2000});
  EXPECT_EQ(result.status, Status::kInfeasible) << result.message;
}

TEST(RuleMethod, ADivergingRunEndsAtItsLastFinitePoint) {
  QuadraticProgram problem = half_plane_program();
  RuleMethod<VectorXd> method = augmented(1, 5);
  Pair<VectorXd> z{VectorXd::Zero(2), VectorXd::Zero(1)};
  const Result result = solve(problem, method, z);
  EXPECT_EQ(result.status, Status::kDiverged) << result.message;
  EXPECT_TRUE(all_finite(z));
}

/// g is 1/x − 1, infinite at 0.
struct Pole final : ConstrainedProblem<VectorXd> {
  int inequalities() const override { return 1; }
  ConstrainedValues values(const VectorXd& x) override { return {x[0], scalar(1 / x[0] - 1)}; }
  VectorXd gradient(const VectorXd& x, const GradientWeights& w) override {
    return scalar(w.objective - w.constraints[0] / (x[0] * x[0]));
  }
};

TEST(RuleMethod, ValuesThatAreNotFiniteAreAnOutcome) {
  Pole problem;
  RuleMethod<VectorXd> method = augmented(1, 0.1);
  Pair<VectorXd> z{scalar(0), scalar(0)};
  const Result result = solve(problem, method, z);
  EXPECT_EQ(result.status, Status::kDiverged);
}

TEST(RuleMethod, ContinuesFromASavedStateToTheSameBits) {
  Hyperbola problem;
  const auto make = [] {
    return RuleMethod<VectorXd>(
        std::make_unique<Lagrangian>(1, Lagrangian::Options{}),
        std::make_unique<AdamStep<VectorXd>>(AdamStep<VectorXd>::Options{}));
  };
  RuleMethod<VectorXd> first = make(), second = make();
  Pair<VectorXd> z{Vector2d(2, 0.5), scalar(0)};
  for (int i = 0; i < 10; ++i) first.step(problem, z);
  Archive saved;
  first.state(saved);
  Archive loading(saved.entries());
  second.state(loading);
  Pair<VectorXd> copy = z;
  for (int i = 0; i < 10; ++i) {
    first.step(problem, z);
    second.step(problem, copy);
  }
  EXPECT_EQ(z.x, copy.x);
  EXPECT_EQ(z.y, copy.y);
}

}  // namespace
}  // namespace saddle
