// SPDX-License-Identifier: Apache-2.0
// Two levels as one constraint: solved by constraint rules, within the bias that the slack gives.
#include <saddle/optim/bilevel/value_function.h>

#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/problems/bilevel_toys.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::VectorXd;

using Joint = Pair<Point, VectorXd>;
using Relaxed = ValueFunctionProblem<VectorXd, VectorXd>;

constexpr Relaxed::Options kExact{.slack = 0.01, .step_y = 0.2, .steps = 60};

/// The solution of the relaxed scalar quadratic: (y − x/2)² = δ.
struct Expected {
  explicit Expected(double slack)
      : root(std::sqrt(slack)),
        x(10.0 / 7 * (1 - root)),
        y(x / 2 + root),
        multiplier((1 - root) / (7 * root)) {}
  double root, x, y, multiplier;
};

TEST(ValueFunction, HasTheKktPointOfItsClosedForm) {
  QuadraticBilevel levels = scalar_bilevel();
  for (const double slack : {0.04, 0.01, 1e-4}) {
    Relaxed::Options options = kExact;
    options.slack = slack;
    Relaxed problem(levels, options);
    const Expected at(slack);
    const Joint z{{scalar(at.x), scalar(at.y)}, scalar(at.multiplier)};
    EXPECT_LT(kkt_residual(problem, z).largest(), 1e-12) << slack;
    EXPECT_NEAR(10.0 / 7 - at.x, 10.0 / 7 * std::sqrt(slack), 1e-15);
  }
}

TEST(ValueFunction, HasTheGradientOfItsValues) {
  ShenChen levels;
  Relaxed problem(levels, {.slack = 0.01, .step_y = 0.1, .steps = 400});
  const Point z{scalar(1.1), scalar(-0.8)};
  const Point gradient = problem.gradient(z, {0, scalar(1)});
  constexpr double kStep = 1e-5;
  const auto gap = [&](double dx, double dy) {
    return problem.values({scalar(1.1 + dx), scalar(-0.8 + dy)}).constraints[0];
  };
  EXPECT_NEAR(gradient.x[0], (gap(kStep, 0) - gap(-kStep, 0)) / (2 * kStep), 1e-8);
  EXPECT_NEAR(gradient.y[0], (gap(0, kStep) - gap(0, -kStep)) / (2 * kStep), 1e-8);
}

void expect_solution(const Joint& z, double slack, double tolerance) {
  const Expected at(slack);
  EXPECT_NEAR(z.x.x[0], at.x, tolerance);
  EXPECT_NEAR(z.x.y[0], at.y, tolerance);
  EXPECT_NEAR(z.y[0], at.multiplier, 10 * tolerance);
}

TEST(ValueFunction, IsSolvedByTheSmoothedLagrangianMethod) {
  QuadraticBilevel levels = scalar_bilevel();
  Relaxed problem(levels, kExact);
  Slm::Options rule;
  rule.step = 5;
  rule.normalize = false;
  RuleMethod<Point> method(std::make_unique<Slm>(1, rule),
                           std::make_unique<SmoothedStep<Point>>(SmoothedStep<Point>::Options{
                               .step = 0.1, .smoothing = 1, .centering = 0.2}));
  Joint z{{scalar(0), scalar(0)}, scalar(0)};
  const Result result = solve(problem, method, z, {.tolerance = 1e-7, .limit = 50000});
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
  expect_solution(z, kExact.slack, 1e-5);
}

TEST(ValueFunction, IsSolvedByTheAugmentedLagrangianMethod) {
  QuadraticBilevel levels = scalar_bilevel();
  Relaxed problem(levels, kExact);
  AugmentedLagrangian::Options rule;
  rule.penalty = 10;
  rule.step = 0.5;
  rule.normalize = false;
  RuleMethod<Point> method(std::make_unique<AugmentedLagrangian>(1, rule),
                           std::make_unique<GradientStep<Point>>(PowerSchedule{0.1, 0}));
  Joint z{{scalar(0), scalar(0)}, scalar(0)};
  const Result result = solve(problem, method, z, {.tolerance = 1e-7, .limit = 50000});
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
  expect_solution(z, kExact.slack, 1e-5);
}

TEST(ValueFunction, BiasOfTheSmoothedMethodFallsAsTheRootOfTheSlack) {
  for (const double slack : {0.01, 0.0025}) {
    ValueFunctionSlm<VectorXd, VectorXd>::Options options;
    options.value = kExact;
    options.value.slack = slack;
    options.step = 0.2;
    ValueFunctionSlm<VectorXd, VectorXd> method(options);
    QuadraticBilevel levels = scalar_bilevel();
    Point z{scalar(0), scalar(0)};
    for (int i = 0; i < 8000; ++i) method.step(levels, z);
    expect_solution({z, scalar(method.multiplier())}, slack, 1e-5);
  }
}

TEST(ValueFunction, WithoutSlackHasNoMultiplier) {
  // Toward δ = 0 the multiplier grows as 1/√δ: the condition that rules need fails in the limit.
  EXPECT_NEAR(Expected(1e-6).multiplier / Expected(1e-4).multiplier, 10, 0.2);
  Relaxed::Options options;
  Fields fields;
  options.fields(fields);
  EXPECT_THROW(fields.parse("slack", "0"), Error);
}

}  // namespace
}  // namespace saddle
