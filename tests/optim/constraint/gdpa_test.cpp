// SPDX-License-Identifier: Apache-2.0
// GDPA on problems with known multipliers, against the digits of an independent run of its
// equations and against its law: the violation that it leaves is τ λ/β_r.
#include <saddle/optim/constraint/gdpa.h>

#include <gtest/gtest.h>

#include <saddle/optim/problems/constrained.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::Vector2d;
using Eigen::VectorXd;

constexpr double kThird = 1.0 / 3;

Gdpa make_gdpa(double penalty, double perturbation) {
  Gdpa::Options options;
  options.penalty = penalty;
  options.perturbation = perturbation;
  return Gdpa(1, options);
}

/// λ_r, which the rule finishes when it sees g(x_r).
double finished_multiplier(ConstrainedProblem<VectorXd>& problem, const VectorXd& x, Gdpa rule) {
  (void)rule.update(problem.values(x).constraints);
  return rule.multipliers()[0];
}

TEST(Gdpa, FollowsItsEquationsForTwoRounds) {
  // P1 from the origin, α = 0.2, β = ¼, τ = ¼: t₁ = −¼, so x₂ = 0.2 c and λ₂ = 0, by hand.
  QuadraticProgram problem = half_plane_program();
  RuleRun<Gdpa> run{problem, VectorXd::Zero(2), make_gdpa(0.25, 0.25), gradient_step(0.2, -kThird)};
  run.step();
  EXPECT_NEAR(run.x[0], 0.4, 1e-15);
  EXPECT_NEAR(run.x[1], 0.2, 1e-15);
  EXPECT_EQ(finished_multiplier(problem, run.x, run.rule), 0);
  // t₂ = ¼·2^⅓·(−0.4) < 0, so x₃ = x₂ − 0.2·2^{−⅓}(x₂ − c).
  run.step();
  const double step = 0.2 * std::pow(2, -kThird);
  EXPECT_NEAR(run.x[0], 0.4 + step * 1.6, 1e-15);
  EXPECT_NEAR(run.x[1], 0.2 + step * 0.8, 1e-15);
}

struct Oracle {
  int round;
  double violation;
};

/// Runs to each round and compares the violation there.
void expect_violations(RuleRun<Gdpa>& run, const std::vector<Oracle>& oracles) {
  int round = 0;
  for (const Oracle& oracle : oracles) {
    run.steps(oracle.round - round);
    round = oracle.round;
    EXPECT_NEAR(run.violation(), oracle.violation, 6e-6) << "round " << round;
  }
}

TEST(Gdpa, LeavesTheViolationOfItsLawOnAQuadraticProgram) {
  QuadraticProgram problem = half_plane_program();
  RuleRun<Gdpa> run{problem, VectorXd::Zero(2), make_gdpa(0.25, 0.2475),
                    gradient_step(0.2, -kThird)};
  expect_violations(run, {{100, 0.19403}, {1000, 0.09440}, {10000, 0.04492}, {100000, 0.02110}});
  const double lambda = finished_multiplier(problem, run.x, run.rule);
  EXPECT_NEAR(lambda, 0.98946, 6e-6);
  EXPECT_NEAR(run.violation(), 0.2475 * lambda / run.rule.penalty(), 1e-5);
}

TEST(Gdpa, LeavesTheViolationOfItsLawUnderANonconvexConstraint) {
  Hyperbola problem;
  RuleRun<Gdpa> run{problem, Vector2d(2, 0.5), make_gdpa(0.25, 0.2475),
                    gradient_step(0.1, -kThird)};
  expect_violations(run, {{100, 0.44046}, {1000, 0.19839}, {10000, 0.09192}, {100000, 0.04266}});
  EXPECT_NEAR(finished_multiplier(problem, run.x, run.rule), 2.00003, 6e-6);
}

TEST(Gdpa, LeavesTheViolationOfItsLawOnNeymanPearsonClassification) {
  NeymanPearson problem(0.4);
  RuleRun<Gdpa> run{problem, VectorXd::Zero(3), make_gdpa(1, 0.5), gradient_step(0.5, -kThird)};
  expect_violations(run, {{100, 0.08952}, {1000, 0.04641}, {10000, 0.02323}});
}

TEST(Gdpa, LeavesTheViolationOfItsLawOnACmdp) {
  OneStateCmdp problem;
  RuleRun<Gdpa> run{problem, VectorXd::Zero(1), make_gdpa(0.5, 0.25), gradient_step(1, -kThird)};
  expect_violations(run,
                    {{100, 0.055713}, {1000, 0.025085}, {10000, 0.011608}, {100000, 0.005386}});
  EXPECT_NEAR(finished_multiplier(problem, run.x, run.rule), 0.500018, 1e-6);
  EXPECT_NEAR(-problem.values(run.x).objective, 0.652693, 1e-6);
}

TEST(Gdpa, ViolationFallsAsTheCubeRootOfTheRounds) {
  QuadraticProgram problem = half_plane_program();
  RuleRun<Gdpa> run{problem, VectorXd::Zero(2), make_gdpa(0.25, 0.2475),
                    gradient_step(0.2, -kThird)};
  run.steps(10000);
  const double early = run.violation();
  run.steps(90000);
  EXPECT_NEAR(std::log10(run.violation() / early), -kThird, 0.02);
}

TEST(Gdpa, ForgetsTheMultiplierOfAConstraintThatIsClearlyMet) {
  Gdpa rule = make_gdpa(1, 0.5);
  (void)rule.update(scalar(1));    // t = 1: active
  (void)rule.update(scalar(0.5));  // λ = 0.5, t = 2^⅓·0.5 + 0.25: active
  EXPECT_DOUBLE_EQ(rule.multipliers()[0], 0.5);
  (void)rule.update(scalar(-0.1));  // λ = 0.25 − 2^⅓·0.1, t < 0: no longer active
  EXPECT_NEAR(rule.multipliers()[0], 0.25 - std::cbrt(2) * 0.1, 1e-15);
  (void)rule.update(scalar(5));  // dropped, however large g is now
  EXPECT_EQ(rule.multipliers()[0], 0);
}

TEST(Gdpa, MissesItsLawWhereTheProductOfStepsIsTooLarge) {
  // α β ‖∇g‖² = 1.2·2 > 2 in every round, since α β does not depend on it.
  QuadraticProgram problem = half_plane_program();
  RuleRun<Gdpa> run{problem, VectorXd::Zero(2), make_gdpa(4, 0.25), gradient_step(0.3, -kThird)};
  run.steps(20000);
  double largest = 0;
  run.steps(1000, [&] { largest = std::max(largest, std::abs(run.violation())); });
  EXPECT_GT(largest, 10 * 0.25 / run.rule.penalty());
}

}  // namespace
}  // namespace saddle
