// SPDX-License-Identifier: Apache-2.0
// The rules that integrate the violation into multipliers: what each does with it, by hand, and
// where each ends on problems with known multipliers.
#include <array>

#include <gtest/gtest.h>

#include <saddle/base/rng.h>
#include <saddle/optim/constraint/adam_lagrangian.h>
#include <saddle/optim/constraint/lagrangian.h>
#include <saddle/optim/constraint/nupi.h>
#include <saddle/optim/constraint/optimistic.h>
#include <saddle/optim/constraint/pid.h>
#include <saddle/optim/constraint/regularized.h>
#include <saddle/optim/constraint/resilient.h>
#include <saddle/optim/constraint/slm.h>
#include <saddle/optim/problems/constrained.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

template <class Rule>
typename Rule::Options plain() {
  typename Rule::Options options;
  options.normalize = false;
  return options;
}

/// The multiplier after each value of g in turn.
template <class Rule>
std::vector<double> multipliers(const typename Rule::Options& options,
                                const std::vector<double>& values) {
  Rule rule(1, options);
  std::vector<double> history;
  for (const double g : values) {
    (void)rule.update(scalar(g));
    history.push_back(rule.multipliers()[0]);
  }
  return history;
}

/// The same rule's multipliers on a long random record of values.
template <class A, class B>
void expect_same_multipliers(const typename A::Options& a, const typename B::Options& b) {
  Rng rng(3);
  std::vector<double> values(500);
  for (double& g : values) g = rng.normal();
  const std::vector<double> of_a = multipliers<A>(a, values), of_b = multipliers<B>(b, values);
  for (std::size_t i = 0; i < values.size(); ++i) ASSERT_NEAR(of_a[i], of_b[i], 1e-12) << i;
}

// ---- the step, by hand

TEST(AdamLagrangian, FirstStepIsTheStepSizeInTheDirectionOfTheSign) {
  auto options = plain<AdamLagrangian>();
  options.step = 0.1;
  options.initial = 1;
  EXPECT_NEAR(multipliers<AdamLagrangian>(options, {1e-3})[0], 1.1, 1e-5);
  EXPECT_NEAR(multipliers<AdamLagrangian>(options, {-1e3})[0], 0.9, 1e-9);
}

TEST(AdamLagrangian, TheUnitsOfTheConstraintDoNotMatter) {
  const std::vector<double> values{1, 2, -0.5, 3, 0.25, -1, 1};
  std::vector<double> large = values;
  for (double& g : large) g *= 1e4;
  const auto options = plain<AdamLagrangian>();
  const auto a = multipliers<AdamLagrangian>(options, values);
  const auto b = multipliers<AdamLagrangian>(options, large);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-8);
}

TEST(NuPi, FirstStepIsTheIntegralAlone) {
  auto options = plain<NuPi>();
  options.step = 0.1;
  options.proportional = 10;
  options.integral = 2;
  // Then λ += 0.1 (2·0.6 + 10 (0.6 − 1)), which ends below zero.
  const auto history = multipliers<NuPi>(options, {1, 0.6});
  EXPECT_DOUBLE_EQ(history[0], 0.2);
  EXPECT_EQ(history[1], 0);
}

TEST(NuPi, SmoothsTheValueThatTheProportionalGainActsOn) {
  auto options = plain<NuPi>();
  options.step = 1;
  options.nu = 0.5;
  options.proportional = 1;
  options.integral = 0;
  // ξ: 1, 1.5, 1.25 for g: 1, 2, 1.
  const auto history = multipliers<NuPi>(options, {1, 2, 1});
  EXPECT_DOUBLE_EQ(history[0], 0);
  EXPECT_DOUBLE_EQ(history[1], 0.5);
  EXPECT_DOUBLE_EQ(history[2], 0.25);
}

TEST(NuPi, WithoutProportionalGainIsDualAscent) {
  auto options = plain<NuPi>();
  options.proportional = 0;
  expect_same_multipliers<NuPi, Lagrangian>(options, plain<Lagrangian>());
}

TEST(NuPi, WithEqualGainsIsOptimisticAscent) {
  auto options = plain<NuPi>();
  options.proportional = options.integral = 1;
  expect_same_multipliers<NuPi, OptimisticLagrangian>(options, plain<OptimisticLagrangian>());
}

TEST(OptimisticLagrangian, ExtrapolatesTheValue) {
  auto options = plain<OptimisticLagrangian>();
  options.step = 1;
  // λ += 2g − g_before.
  const auto history = multipliers<OptimisticLagrangian>(options, {1, 3, 1});
  EXPECT_DOUBLE_EQ(history[0], 1);
  EXPECT_DOUBLE_EQ(history[1], 6);
  EXPECT_DOUBLE_EQ(history[2], 5);
}

TEST(Pid, IsTheSumOfItsThreeTerms) {
  auto options = plain<Pid>();
  options.proportional = 0.5;
  options.integral = 0.1;
  options.derivative = 2;
  options.proportional_smoothing = options.derivative_smoothing = 0;
  options.delay = 1;
  options.initial = 0;
  // Rising: ½·3 + 0.1(1 + 3) + 2(3 − 1). Falling: the derivative is silent.
  const auto history = multipliers<Pid>(options, {1, 3, 2});
  EXPECT_DOUBLE_EQ(history[0], 0.5 + 0.1);
  EXPECT_DOUBLE_EQ(history[1], 1.5 + 0.4 + 4);
  EXPECT_DOUBLE_EQ(history[2], 1 + 0.6);
}

TEST(Pid, TakesItsDerivativeOverTheDelay) {
  auto options = plain<Pid>();
  options.proportional = options.integral = options.initial = 0;
  options.derivative = 1;
  options.derivative_smoothing = 0;
  options.delay = 2;
  // Against the first value until there are two before it.
  const auto history = multipliers<Pid>(options, {1, 2, 4, 8, 5});
  EXPECT_EQ(history, (std::vector<double>{0, 1, 3, 6, 1}));
}

TEST(Pid, SmoothsFromTheFirstValueOn) {
  auto options = plain<Pid>();
  options.proportional = 1;
  options.integral = options.derivative = options.initial = 0;
  options.proportional_smoothing = 0.5;
  const auto history = multipliers<Pid>(options, {2, 4, 0});
  EXPECT_EQ(history, (std::vector<double>{2, 3, 1.5}));
}

TEST(Pid, TheIntegralDoesNotWindUp) {
  auto options = plain<Pid>();
  options.proportional = options.derivative = options.initial = 0;
  options.integral = 1;
  std::vector<double> values(100, -5.0);
  values.push_back(1);
  EXPECT_DOUBLE_EQ(multipliers<Pid>(options, values).back(), 1) << "a hundred safe rounds cost one";
}

TEST(Pid, TheIntegralAloneIsDualAscent) {
  auto options = plain<Pid>();
  options.proportional = options.derivative = options.initial = 0;
  options.integral = 0.05;
  expect_same_multipliers<Pid, Lagrangian>(options, plain<Lagrangian>());
}

TEST(RegularizedLagrangian, ForgetsBeforeItStepsAndNeverFlipsTheSign) {
  auto options = plain<RegularizedLagrangian>();
  options.step = 0.5;
  options.regularization = 0.4;
  options.initial = 2;
  EXPECT_DOUBLE_EQ(multipliers<RegularizedLagrangian>(options, {1})[0], 0.8 * 2 + 0.5);
  options.regularization = 10;
  EXPECT_DOUBLE_EQ(multipliers<RegularizedLagrangian>(options, {1})[0], 0.5) << "1 − ητ < 0";
}

TEST(RegularizedLagrangian, WithoutRegularizationIsDualAscent) {
  auto options = plain<RegularizedLagrangian>();
  options.regularization = 0;
  expect_same_multipliers<RegularizedLagrangian, Lagrangian>(options, plain<Lagrangian>());
}

TEST(Slm, WithoutSlackIsDualAscentAndWithItALaxerLimit) {
  expect_same_multipliers<Slm, Lagrangian>(plain<Slm>(), plain<Lagrangian>());
  auto options = plain<Slm>();
  options.step = 1;
  options.slack = 0.25;
  EXPECT_DOUBLE_EQ(multipliers<Slm>(options, {1})[0], 0.75);
}

TEST(Slm, MultipliersStayWithinTheirBounds) {
  auto options = plain<Slm>();
  options.step = 1;
  options.maximum = 2;
  EXPECT_EQ(multipliers<Slm>(options, {100, -100}), (std::vector<double>{2, 0}));
}

// ---- where they end

/// Runs on P1, min ½‖x − (2,1)‖² with x₁ + x₂ ≤ 1: x* = (1,0), λ* = 1.
template <class Rule>
RuleRun<Rule> on_half_plane(QuadraticProgram& problem, Rule rule, int rounds = 20000) {
  RuleRun<Rule> run{problem, VectorXd::Zero(2), std::move(rule), gradient_step(0.1)};
  run.steps(rounds);
  return run;
}

template <class Rule>
class UnbiasedRule : public testing::Test {};
using UnbiasedRules = testing::Types<Lagrangian, NuPi, OptimisticLagrangian, Pid, Slm>;
TYPED_TEST_SUITE(UnbiasedRule, UnbiasedRules);

TYPED_TEST(UnbiasedRule, FindsTheSolutionAndTheMultiplierOfAQuadraticProgram) {
  for (const bool normalize : {false, true}) {
    typename TypeParam::Options options;
    options.normalize = normalize;
    QuadraticProgram problem = half_plane_program();
    const auto run = on_half_plane(problem, TypeParam(1, options));
    EXPECT_NEAR((run.x - Vector2d(1, 0)).norm(), 0, 1e-8);
    EXPECT_NEAR(run.multiplier(), 1, 1e-8);
  }
}

TYPED_TEST(UnbiasedRule, AnInactiveConstraintHasNoMultiplier) {
  QuadraticProgram problem({.q = MatrixXd::Identity(1, 1),
                            .c = scalar(-1),
                            .a = MatrixXd::Ones(1, 1),
                            .b = scalar(3),
                            .e_matrix = {},
                            .e = {}});
  RuleRun<TypeParam> run{problem, scalar(0), TypeParam(1, {}), gradient_step(0.1)};
  run.steps(2000);
  EXPECT_NEAR(run.x[0], 1, 1e-9);
  EXPECT_EQ(run.multiplier(), 0);
}

/// Lowest, highest and mean multiplier of Adam's ascent on P1, after it has had time to settle.
std::array<double, 3> settled_adam(double dual_step) {
  QuadraticProgram problem = half_plane_program();
  auto options = plain<AdamLagrangian>();
  options.step = dual_step;
  RuleRun<AdamLagrangian> run{problem, VectorXd::Zero(2), AdamLagrangian(1, options),
                              gradient_step(0.1)};
  run.steps(20000);
  double low = 1e9, high = -1e9, sum = 0;
  run.steps(10000, [&] {
    low = std::min(low, run.multiplier());
    high = std::max(high, run.multiplier());
    sum += run.multiplier();
  });
  return {low, high, sum / 10000};
}

TEST(AdamLagrangian, SettlesWhereItIsSlowerThanThePrimalStepAndSwingsWhereNot) {
  const auto slow = settled_adam(0.01);
  EXPECT_NEAR(slow[0], 1, 1e-6);
  EXPECT_NEAR(slow[1], 1, 1e-6);
  const auto fast = settled_adam(0.035);
  EXPECT_GT(fast[1] - fast[0], 0.5);
  EXPECT_NEAR(fast[2], 1, 0.01) << "only the average is right";
}

TEST(RegularizedLagrangian, ViolatesAQuadraticProgramByTheRegularizedMultiplier) {
  // g(x) = τλ with x = c − λa and aᵀc − b = 2, ‖a‖² = 2: 2 − 2λ = τλ.
  const double tau = 0.1, lambda = 2 / (2 + tau);
  auto options = plain<RegularizedLagrangian>();
  options.regularization = tau;
  QuadraticProgram problem = half_plane_program();
  const auto run = on_half_plane(problem, RegularizedLagrangian(1, options));
  EXPECT_NEAR(run.multiplier(), lambda, 1e-10);
  EXPECT_NEAR(run.violation(), tau * lambda, 1e-10);
}

TEST(Resilient, RelaxesByFlexibilityTimesMultiplier) {
  auto options = plain<Resilient>();
  options.flexibility = 0.1;
  QuadraticProgram problem = half_plane_program();
  const auto run = on_half_plane(problem, Resilient(1, options));
  EXPECT_NEAR(run.multiplier(), 2 / 2.1, 1e-10);
  EXPECT_NEAR(run.rule.relaxation()[0], 0.1 * 2 / 2.1, 1e-10);
  EXPECT_NEAR(run.violation(), run.rule.relaxation()[0], 1e-10);
}

/// min ½x² with x ≤ −1 and x ≥ 2.
QuadraticProgram contradiction() {
  return QuadraticProgram({.q = MatrixXd::Identity(1, 1),
                           .c = scalar(0),
                           .a = (MatrixXd(2, 1) << 1, -1).finished(),
                           .b = Vector2d(-1, -2),
                           .e_matrix = {},
                           .e = {}});
}

TEST(Resilient, HasASolutionWhereTheLimitsContradictEachOther) {
  // x + λ₁ − λ₂ = 0, x + 1 = ½λ₁, 2 − x = ½λ₂.
  auto options = plain<Resilient>();
  options.flexibility = 0.5;
  QuadraticProgram problem = contradiction();
  RuleRun<Resilient> run{problem, scalar(0), Resilient(2, options), gradient_step(0.05)};
  run.steps(20000);
  EXPECT_NEAR(run.x[0], 0.4, 1e-9);
  EXPECT_NEAR(run.rule.multipliers()[0], 2.8, 1e-9);
  EXPECT_NEAR(run.rule.multipliers()[1], 3.2, 1e-9);
}

TEST(Lagrangian, RunsToItsMaximumWhereTheLimitsContradictEachOther) {
  QuadraticProgram problem = contradiction();
  RuleRun<Lagrangian> run{problem, scalar(0), Lagrangian(2, plain<Lagrangian>()),
                          gradient_step(0.05)};
  run.steps(20000);
  EXPECT_EQ(run.rule.multipliers().maxCoeff(), Lagrangian::Options{}.maximum);
}

TEST(Slm, SmoothingFindsTheSolutionUnderANonconvexConstraint) {
  Hyperbola problem;
  RuleRun<Slm> run{problem, Vector2d(2, 0.5), Slm(1, plain<Slm>()),
                   std::make_unique<SmoothedStep<VectorXd>>(SmoothedStep<VectorXd>::Options{})};
  run.steps(20000);
  EXPECT_NEAR((run.x - Vector2d(1, 1)).norm(), 0, 1e-8);
  EXPECT_NEAR(run.multiplier(), 2, 1e-8);
}

TEST(OptimisticLagrangian, ConvergesOnTheOneStateCmdpWhereDualAscentSwings) {
  OneStateCmdp problem;
  const auto end = [&](auto rule, std::unique_ptr<PrimalStep<VectorXd>> primal) {
    RuleRun<decltype(rule)> run{problem, scalar(0), std::move(rule), std::move(primal)};
    double low = 1, high = 0;
    run.steps(20000);
    run.steps(5000, [&] {
      low = std::min(low, run.violation());
      high = std::max(high, run.violation());
    });
    return high - low;
  };
  auto slow = plain<OptimisticLagrangian>();
  slow.step = 0.5;
  auto plain_slow = plain<Lagrangian>();
  plain_slow.step = 0.5;
  EXPECT_LT(end(OptimisticLagrangian(1, slow), std::make_unique<OptimisticStep<VectorXd>>(0.5)),
            1e-3);
  EXPECT_GT(end(Lagrangian(1, plain_slow), gradient_step(0.5)), 0.1);
}

}  // namespace
}  // namespace saddle
