// SPDX-License-Identifier: Apache-2.0
// The rules without memory or with a penalty: augmented Lagrangian, exact penalty, barrier,
// switching, on problems where the bias of each is known in closed form.
#include <gtest/gtest.h>

#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/constraint/exact_penalty.h>
#include <saddle/optim/constraint/log_barrier.h>
#include <saddle/optim/constraint/switching.h>
#include <saddle/optim/problems/constrained.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::Vector2d;
using Eigen::VectorXd;

AugmentedLagrangian::Options classical(double penalty, std::int64_t inner) {
  AugmentedLagrangian::Options options;
  options.penalty = penalty;
  options.step = 1;
  options.inner = inner;
  options.normalize = false;
  return options;
}

TEST(AugmentedLagrangian, WeighsByTheShiftedViolation) {
  AugmentedLagrangian::Options options = classical(3, 1);
  options.initial = 0.5;
  AugmentedLagrangian rule(2, options);
  const GradientWeights w = rule.update(Vector2d(2, -1));
  EXPECT_EQ(w.objective, 1);
  EXPECT_DOUBLE_EQ(w.constraints[0], 6.5);
  EXPECT_EQ(w.constraints[1], 0) << "0.5 − 3 < 0: no force from a constraint that is met";
}

TEST(AugmentedLagrangian, TheMethodOfMultipliersShrinksTheViolationByItsFactor) {
  // On P1 each outer iteration leaves 1/(1 + 2c) of the violation.
  QuadraticProgram problem = half_plane_program();
  const int inner = 300;
  RuleRun<AugmentedLagrangian> run{problem, VectorXd::Zero(2),
                                   AugmentedLagrangian(1, classical(10, inner)),
                                   gradient_step(0.08)};
  double expected = 2;
  for (int outer = 0; outer < 6; ++outer) {
    run.steps(inner);
    expected /= 21;
    EXPECT_NEAR(run.violation(), expected, 1e-6 * expected + 1e-13) << outer;
  }
  (void)run.rule.update(problem.values(run.x).constraints);
  EXPECT_NEAR(run.multiplier(), 0.99999999, 5e-9);
}

TEST(AugmentedLagrangian, WithItsMultiplierHeldAtZeroIsTheQuadraticPenalty) {
  // f + (c/2)[g]_+² leaves a violation of 2/(1 + 2c) on P1.
  QuadraticProgram problem = half_plane_program();
  RuleRun<AugmentedLagrangian> run{problem, VectorXd::Zero(2),
                                   AugmentedLagrangian(1, classical(100, 1 << 20)),
                                   gradient_step(0.009)};
  run.steps(20000);
  EXPECT_NEAR(run.violation(), 0.00995025, 5e-9);
}

TEST(AugmentedLagrangian, InASingleLoopFindsTheMultiplierOfANonconvexConstraint) {
  Hyperbola problem;
  AugmentedLagrangian::Options options;
  options.normalize = false;
  RuleRun<AugmentedLagrangian> run{problem, Vector2d(2, 0.5), AugmentedLagrangian(1, options),
                                   gradient_step(0.05)};
  run.steps(5000);
  EXPECT_NEAR((run.x - Vector2d(1, 1)).norm(), 0, 1e-9);
  EXPECT_NEAR(run.multiplier(), 2, 1e-9);
}

TEST(AugmentedLagrangian, ThePenaltyGrowsWhileTheViolationDoesNotShrink) {
  AugmentedLagrangian::Options options = classical(1, 1);
  options.growth = 2;
  options.shrink = 0.5;
  options.maximum_penalty = 3;
  AugmentedLagrangian rule(1, options);
  (void)rule.update(scalar(1));  // the start
  (void)rule.update(scalar(1));  // nothing to compare with
  EXPECT_EQ(rule.penalty(), 1);
  (void)rule.update(scalar(0.4));  // has shrunk
  EXPECT_EQ(rule.penalty(), 1);
  (void)rule.update(scalar(0.3));  // has not
  EXPECT_EQ(rule.penalty(), 2);
  (void)rule.update(scalar(0.3));
  EXPECT_EQ(rule.penalty(), 3) << "no further than its maximum";
}

TEST(AugmentedLagrangian, SolvesNeymanPearsonClassificationToItsKnownMultiplier) {
  NeymanPearson problem(0.4);
  RuleRun<AugmentedLagrangian> run{problem, VectorXd::Zero(3),
                                   AugmentedLagrangian(1, classical(10, 500)), gradient_step(0.1)};
  run.steps(10000);
  EXPECT_NEAR(run.multiplier(), 1.085551, 1e-6);
  EXPECT_NEAR(run.violation(), 0, 1e-6);
}

/// Where subgradient steps α₀/√r end on P1.
double violation_under_penalty(double penalty) {
  QuadraticProgram problem = half_plane_program();
  RuleRun<ExactPenalty> run{problem, VectorXd::Zero(2), ExactPenalty(1, {.penalty = penalty}),
                            gradient_step(0.5, -0.5)};
  run.steps(200000);
  return run.violation();
}

TEST(ExactPenalty, IsExactAboveTheMultiplierAndInfeasibleBelow) {
  // Below λ* = 1 the minimiser is c − κa, whose violation is 2 − 2κ.
  EXPECT_NEAR(violation_under_penalty(0.5), 1, 1e-9);
  EXPECT_NEAR(violation_under_penalty(1.5), 0, 5e-3);
  EXPECT_NEAR(violation_under_penalty(5), 0, 2e-2);
}

TEST(ExactPenalty, PricesViolatedConstraintsAlone) {
  ExactPenalty rule(3, {.penalty = 4});
  const GradientWeights w = rule.update(Eigen::Vector3d(1e-9, 0, -1));
  EXPECT_EQ(w.objective, 1);
  EXPECT_EQ(w.constraints, Eigen::Vector3d(4, 0, 0));
}

TEST(LogBarrier, StaysInsideByTheBiasOfItsWeight) {
  // P1 at t = 1/κ = 100.
  QuadraticProgram problem = half_plane_program();
  RuleRun<LogBarrier> run{problem, VectorXd::Zero(2),
                          LogBarrier(1, {.weight = 0.01, .maximum = 10, .normalize = false}),
                          gradient_step(0.005)};
  double worst = -1;
  run.steps(20000, [&] { worst = std::max(worst, run.violation()); });
  EXPECT_NEAR(run.x[0], 0.995025, 5e-7);
  EXPECT_NEAR(run.x[1], -0.004975, 5e-7);
  EXPECT_NEAR(-run.violation() * run.multiplier(), 0.01, 1e-12) << "complementarity is off by κ";
  EXPECT_LT(worst, 0) << "feasible all the way";
}

TEST(LogBarrier, ABoundBelowTheMultiplierLetsTheLimitGo) {
  // λ* = 1: with weights of at most ½ the point rests at the violation 2 − 2·½.
  QuadraticProgram problem = half_plane_program();
  RuleRun<LogBarrier> run{problem, VectorXd::Zero(2),
                          LogBarrier(1, {.weight = 0.01, .maximum = 0.5, .normalize = false}),
                          gradient_step(0.005)};
  run.steps(20000);
  EXPECT_NEAR(run.violation(), 1, 1e-9);
}

TEST(LogBarrier, BringsAnInfeasiblePointBack) {
  QuadraticProgram problem = half_plane_program();
  RuleRun<LogBarrier> run{problem, Vector2d(3, 3),
                          LogBarrier(1, {.weight = 0.01, .maximum = 10, .normalize = false}),
                          gradient_step(0.005)};
  run.steps(20000);
  EXPECT_LT(run.violation(), 0);
}

TEST(Switching, StepsOnTheWorstConstraintAlone) {
  Switching rule(3, {.tolerance = 0.5});
  const GradientWeights feasible = rule.update(Eigen::Vector3d(0.5, 0, -1));
  EXPECT_EQ(feasible.objective, 1);
  EXPECT_TRUE(feasible.constraints.isZero(0));
  const GradientWeights violated = rule.update(Eigen::Vector3d(0.6, 2, -1));
  EXPECT_EQ(violated.objective, 0);
  EXPECT_EQ(violated.constraints, Eigen::Vector3d(0, 1, 0));
}

TEST(Switching, TheAverageOverObjectiveStepsSolvesTheProgramToItsTolerance) {
  QuadraticProgram problem = half_plane_program();
  RuleRun<Switching> run{problem, VectorXd::Zero(2), Switching(1, {.tolerance = 0.1}),
                         gradient_step(0.01)};
  Vector2d sum(0, 0);
  int kept = 0;
  const int rounds = 100000;
  for (int i = 0; i < rounds; ++i) {
    if (run.violation() <= 0.1) {
      sum += run.x;
      ++kept;
    }
    run.step();
  }
  EXPECT_NEAR(sum[0] / kept, 1.0436, 5e-5);
  EXPECT_NEAR(sum[1] / kept, 0.0456, 5e-5);
  EXPECT_NEAR(static_cast<double>(kept) / rounds, 0.51, 0.005);
}

}  // namespace
}  // namespace saddle
