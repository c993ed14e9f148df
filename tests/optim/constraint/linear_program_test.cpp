// SPDX-License-Identifier: Apache-2.0
// Every rule on min −x subject to x ≤ 0 on [−1,1], whose saddle point is (x, λ) = (0, 1). Its field
// is a rotation, which separates the rules that damp from those that do not.
#include <algorithm>

#include <gtest/gtest.h>

#include <saddle/optim/constraint/adam_lagrangian.h>
#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/constraint/exact_penalty.h>
#include <saddle/optim/constraint/gdpa.h>
#include <saddle/optim/constraint/lagrangian.h>
#include <saddle/optim/constraint/log_barrier.h>
#include <saddle/optim/constraint/none.h>
#include <saddle/optim/constraint/nupi.h>
#include <saddle/optim/constraint/optimistic.h>
#include <saddle/optim/constraint/pid.h>
#include <saddle/optim/constraint/regularized.h>
#include <saddle/optim/constraint/resilient.h>
#include <saddle/optim/constraint/slm.h>
#include <saddle/optim/constraint/switching.h>
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/problems/constrained.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::Matrix3d;
using Eigen::Vector2d;
using Eigen::VectorXd;

constexpr double kStep = 0.05;
const Vector2d kSaddle(0, 1);

/// Who sees what: in turns, the primal step has the multipliers that this round made.
enum class Order { kTurns, kAtOnce };

struct Orbit {
  Vector2d last = Vector2d::Zero();     ///< (x, λ)
  Vector2d average = Vector2d::Zero();  ///< over all rounds
  double farthest = 0;                  ///< from the saddle point, over the last half

  [[nodiscard]] double distance() const { return (last - kSaddle).norm(); }
};

Orbit orbit(ConstraintRule&& rule, PrimalStep<VectorXd>&& primal, double x0, double lambda0,
            Order order = Order::kTurns, int rounds = 20000) {
  QuadraticProgram problem = linear_program();
  VectorXd x = scalar(x0);
  GradientWeights weights{1, scalar(lambda0)};
  Orbit o;
  for (int i = 0; i < rounds; ++i) {
    const GradientWeights before = weights;
    weights = rule.update(problem.values(x).constraints);
    const VectorXd next = problem.project(
        primal.next(x, problem.gradient(x, order == Order::kTurns ? weights : before)));
    const double seen = order == Order::kTurns ? x[0] : next[0];
    o.last = Vector2d(seen, rule.multipliers()[0]);
    o.average += o.last / rounds;
    if (i >= rounds / 2) o.farthest = std::max(o.farthest, o.distance());
    x = next;
  }
  return o;
}

template <class Rule>
typename Rule::Options half() {
  typename Rule::Options options;
  options.step = kStep;
  options.initial = 0.5;
  options.normalize = false;
  return options;
}

GradientStep<VectorXd> gradient() { return GradientStep<VectorXd>({kStep, 0}); }

TEST(LinearProgram, DualAscentAtOnceNeverConverges) {
  const Orbit o = orbit(Lagrangian(1, half<Lagrangian>()), gradient(), 0.5, 0.5, Order::kAtOnce);
  EXPECT_NEAR(o.farthest, 1.07, 0.005);
  EXPECT_NEAR((o.average - kSaddle).norm(), 0.0085, 5e-5);
}

TEST(LinearProgram, DualAscentInTurnsCyclesAboutItsAverage) {
  // The first primal step of the alternating method from (½, ½), which this rule's loop takes last.
  const Orbit o = orbit(Lagrangian(1, half<Lagrangian>()), gradient(), 0.525, 0.5);
  EXPECT_NEAR(o.farthest, 0.725, 0.0005);
  EXPECT_NEAR((o.average - kSaddle).norm(), 0.0007, 5e-5);
}

TEST(LinearProgram, OptimismOfBothConvergesInTheLastIterate) {
  for (const Order order : {Order::kTurns, Order::kAtOnce}) {
    const Orbit o = orbit(OptimisticLagrangian(1, half<OptimisticLagrangian>()),
                          OptimisticStep<VectorXd>(kStep), 0.5, 0.5, order);
    EXPECT_LT(o.farthest, 1e-4);
    EXPECT_LT(o.distance(), 2e-11);
  }
}

TEST(LinearProgram, OptimismOfTheMultiplierAloneDoesNotSuffice) {
  const Orbit o = orbit(OptimisticLagrangian(1, half<OptimisticLagrangian>()), gradient(), 0.5, 0.5,
                        Order::kAtOnce);
  EXPECT_GT(o.distance(), 0.5);
}

TEST(LinearProgram, ForgettingConvergesToTheRegularizedSaddle) {
  // With −(τ/2)λ² alone the field vanishes at λ = 1, x = τ.
  const double tau = 0.1;
  RegularizedLagrangian::Options options = half<RegularizedLagrangian>();
  options.regularization = tau;
  const Orbit o = orbit(RegularizedLagrangian(1, options), gradient(), 0.5, 0.5);
  EXPECT_NEAR(o.last[0], tau, 1e-12);
  EXPECT_NEAR(o.last[1], 1, 1e-12);
}

/// The gradient step of f + (τ/2)x².
struct RegularizedStep final : PrimalStep<VectorXd> {
  explicit RegularizedStep(double weight) : tau(weight) {}
  VectorXd next(const VectorXd& x, const VectorXd& g) override { return x - kStep * (g + tau * x); }
  void state(Archive&) override {}
  double tau;
};

TEST(LinearProgram, RegularizingBothPlayersHasTheSaddleOfTheLinearSystem) {
  // −1 + λ + τx = 0 and x − τλ = 0.
  RegularizedLagrangian::Options options = half<RegularizedLagrangian>();
  options.regularization = 0.05;
  const Orbit o =
      orbit(RegularizedLagrangian(1, options), RegularizedStep(0.05), 0.5, 0.5, Order::kAtOnce);
  EXPECT_NEAR(o.last[0], 0.049875, 5e-7);
  EXPECT_NEAR(o.last[1], 0.997506, 5e-7);
}

TEST(LinearProgram, ResilienceIsForgetting) {
  Resilient::Options options = half<Resilient>();
  options.flexibility = 0.1;
  const Orbit o = orbit(Resilient(1, options), gradient(), 0.5, 0.5);
  EXPECT_NEAR(o.last[0], 0.1, 1e-10);
  EXPECT_NEAR(o.last[1], 1, 1e-10);
}

TEST(LinearProgram, TheAugmentedLagrangianConverges) {
  AugmentedLagrangian::Options options = half<AugmentedLagrangian>();
  const Orbit o = orbit(AugmentedLagrangian(1, options), gradient(), 0.5, 0.5);
  EXPECT_LT(o.distance(), 1e-14);
}

TEST(LinearProgram, SmoothingThePrimalConverges) {
  const Orbit o = orbit(Slm(1, half<Slm>()), SmoothedStep<VectorXd>({.step = kStep}), 0.5, 0.5);
  EXPECT_LT(o.distance(), 1e-10);
  const Orbit rough = orbit(Slm(1, half<Slm>()), gradient(), 0.5, 0.5);
  EXPECT_GT(rough.farthest, 0.5) << "without smoothing it is dual ascent";
}

NuPi::Options nupi(double proportional) {
  NuPi::Options options = half<NuPi>();
  options.proportional = proportional;
  return options;
}

TEST(LinearProgram, TheProportionalTermOfNuPiDamps) {
  const Orbit o = orbit(NuPi(1, nupi(10)), gradient(), 0.5, 0.5, Order::kAtOnce);
  EXPECT_LT(o.distance(), 1e-14);
}

TEST(LinearProgram, NuPiMovesByTheMatrixWhoseSpectralRadiusIsKnown) {
  const struct {
    double proportional, radius;
  } cases[] = {{0, 1.001249},  {1, 1.000003},  {5, 0.994939},
               {10, 0.988421}, {19, 0.976103}, {30, 0.959852}};
  for (const auto& [k, radius] : cases) {
    // (x, x before, λ − 1), as long as no bound is met.
    Matrix3d m;
    m << 1, 0, -kStep, 1, 0, 0, kStep * (1 + k), -kStep * k, 1;
    EXPECT_NEAR(spectral_radius(m), radius, 5e-7);
    NuPi::Options options = nupi(k);
    options.initial = 1;
    Eigen::Vector3d expected(1e-3, 1e-3, 0);
    for (int i = 0; i < 100; ++i) expected = m * expected;
    const Orbit o = orbit(NuPi(1, options), gradient(), 1e-3, 1, Order::kAtOnce, 100);
    EXPECT_NEAR(o.last[0], expected[0], 1e-13) << "k_p = " << k;
    EXPECT_NEAR(o.last[1] - 1, expected[2], 1e-13) << "k_p = " << k;
  }
}

TEST(LinearProgram, AProportionalControllerDampsAndAnIntegratorDoesNot) {
  Pid::Options options;
  options.normalize = false;
  options.initial = 0.5;
  options.integral = kStep;
  options.derivative = 0;
  options.proportional_smoothing = 0;
  options.proportional = 0.5;
  EXPECT_LT(orbit(Pid(1, options), gradient(), 0.5, 0.5).distance(), 1e-12);
  options.proportional = 0;
  EXPECT_GT(orbit(Pid(1, options), gradient(), 0.5, 0.5).farthest, 0.5);
}

TEST(LinearProgram, AdamsMultiplierKeepsMoving) {
  AdamLagrangian::Options options = half<AdamLagrangian>();
  const Orbit o = orbit(AdamLagrangian(1, options), gradient(), 0.5, 0.5);
  EXPECT_GT(o.farthest, 0.5);
}

TEST(LinearProgram, GdpaLeavesItsViolation) {
  Gdpa::Options options;
  const auto step = GradientStep<VectorXd>({0.2, -1.0 / 3});
  const Orbit o = orbit(Gdpa(1, options), GradientStep<VectorXd>(step), 0.5, 0);
  const double penalty = options.penalty * std::cbrt(20000);
  EXPECT_NEAR(o.last[0], options.perturbation * o.last[1] / penalty, 1e-6);
  EXPECT_NEAR(o.last[1], 1 - o.last[0] * penalty + options.perturbation, 1e-3);
}

TEST(LinearProgram, TheBarrierStaysInsideByItsWeight) {
  // −1 + κ/(−x) = 0 at x = −κ.
  const Orbit o = orbit(LogBarrier(1, {.weight = 0.1, .maximum = 10, .normalize = false}),
                        GradientStep<VectorXd>({0.01, 0}), -0.5, 0);
  EXPECT_NEAR(o.last[0], -0.1, 1e-12);
  EXPECT_NEAR(o.last[1], 1, 1e-12);
}

TEST(LinearProgram, APenaltyAboveTheMultiplierHoldsAndOneBelowGivesWay) {
  const auto end = [](double penalty) {
    return orbit(ExactPenalty(1, {.penalty = penalty}), GradientStep<VectorXd>({kStep, -0.5}), 0.5,
                 0)
        .last[0];
  };
  EXPECT_NEAR(end(1.5), 0, 1e-3);
  EXPECT_EQ(end(0.9), 1) << "the far end of the box";
}

TEST(LinearProgram, SwitchingZigzagsAboutTheLimitByItsStep) {
  const Orbit o = orbit(Switching(1, {}), gradient(), 0.5, 0);
  EXPECT_NEAR(o.average[0], 0, kStep);
  EXPECT_LE(std::abs(o.last[0]), kStep + 1e-12);
}

TEST(LinearProgram, WithoutARuleTheLimitIsIgnored) {
  EXPECT_EQ(orbit(None(1, {}), gradient(), 0.5, 0).last[0], 1);
}

}  // namespace
}  // namespace saddle
