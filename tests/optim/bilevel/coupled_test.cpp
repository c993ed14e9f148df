// SPDX-License-Identifier: Apache-2.0
// Lower levels with constraints that move with x: solutions, gradients through the tight ones.
#include <saddle/optim/bilevel/coupled.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include <saddle/optim/gradient_check.h>
#include <saddle/optim/problems/bilevel_learning.h>
#include <saddle/optim/problems/bilevel_toys.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

Instance<CoupledBilevelProblem> closed_form() {
  Catalogue<CoupledBilevelProblem> catalogue;
  register_coupled_bilevel(catalogue);
  return catalogue.problems.at("coupled-quadratic").builder()->build(0);
}

TEST(CoupledBilevel, FollowsTheClosedFormAcrossTheChangeOfTheTightSet) {
  // y* = min(x, 2 − x), so F' = x + (x − 3) up to x = 1, and −(2 − x) + (x − 3) beyond.
  const auto instance = closed_form();
  CoupledBilevelProblem& problem = *instance.problem;
  for (const double x : {-2.0, 0.0, 0.99, 1.01, 2.0, 2.5, 4.0}) {
    const auto lower = solve_lower(problem.levels(), problem.coupling(), scalar(x), scalar(0));
    ASSERT_TRUE(lower);
    EXPECT_NEAR(lower->y[0], std::min(x, 2 - x), 1e-14) << x;
    EXPECT_NEAR(lower->multipliers[0], std::max(0.0, 2 * x - 2), 1e-14) << x;
    const double slope =
        kkt_hypergradient(problem.levels(), problem.coupling(), scalar(x), *lower)[0];
    EXPECT_NEAR(slope, x < 1 ? 2 * x - 3 : 2 * x - 5, 1e-13) << x;
  }
}

TEST(ImplicitKkt, CrossesTheChangeOfTheTightSetToTheSolution) {
  auto instance = closed_form();
  Point z = instance.start;
  ImplicitKkt method({.step = 0.2});
  int free = 0, tight = 0;
  const Result result = solve(*instance.problem, method, z, {.tolerance = 1e-10, .limit = 500},
                              [&](std::int64_t, const Point& at, double) {
                                ++(at.x[0] < 1 ? free : tight);
                                return true;
                              });
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
  EXPECT_GT(free, 2);
  EXPECT_GT(tight, 2);
  EXPECT_NEAR(z.x[0], 2.5, 1e-9);
  EXPECT_NEAR(z.y[0], -0.5, 1e-9);
  EXPECT_NEAR(instance.problem->levels().outer_value(z.x, z.y), instance.optimum.value(), 1e-12);
}

TEST(ImplicitKkt, WithAPerturbationEndsAtADistanceOfItsOrder) {
  // δq = ±δ moves y* to x ∓ δ where the constraint is slack and nothing where it is tight.
  const auto solved = [](double perturbation) {
    auto instance = closed_form();
    Point z = instance.start;
    ImplicitKkt method({.step = 0.2, .perturbation = perturbation}, 5);
    for (int i = 0; i < 300; ++i) method.step(*instance.problem, z);
    return z;
  };
  EXPECT_NEAR(solved(1e-3).x[0], 2.5, 1e-9);
  // ½y² + ½(x + 1)² has its minimum x* = −½ where the constraint is slack: there x* moves by ½δ.
  const auto slack = [](double perturbation) {
    const MatrixXd one = MatrixXd::Ones(1, 1);
    CoupledBilevelProblem problem(std::make_unique<QuadraticBilevel>(QuadraticBilevel::Data{
                                      one, one, scalar(0), 1, 0, scalar(-1)}),
                                  {one, one, scalar(2), 0});
    Point z{scalar(0), scalar(0)};
    ImplicitKkt method({.step = 0.2, .perturbation = perturbation}, 5);
    for (int i = 0; i < 300; ++i) method.step(problem, z);
    return z.x[0];
  };
  EXPECT_NEAR(slack(0), -0.5, 1e-12);
  EXPECT_NEAR(std::abs(slack(0.02) + 0.5), 0.01, 1e-12);
}

TEST(ImplicitKkt, AtAMinimumThatIsAKinkNeedsStepsThatFall) {
  // ½(y − 3)² + ½x² over y* = min(x, 2 − x): F′ = 2x − 3 before the kink at x = 1, 2x + 1 after it.
  const auto farthest = [](double exponent) {
    const MatrixXd one = MatrixXd::Ones(1, 1);
    CoupledBilevelProblem problem(
        std::make_unique<QuadraticBilevel>(QuadraticBilevel::Data{one, one, scalar(3), 1, 0, {}}),
        {one, one, scalar(2), 0});
    Point z{scalar(0), scalar(0)};
    ImplicitKkt method({.step = 0.1, .exponent = exponent});
    const Result result = solve(problem, method, z, {.limit = 1000, .check_every = 1000});
    EXPECT_EQ(result.status, Status::kLimit);
    EXPECT_GT(result.residual, 0.9);  // no gradient vanishes there
    double distance = 0;
    for (int i = 0; i < 20; ++i) {
      method.step(problem, z);
      distance = std::max(distance, std::abs(z.x[0] - 1));
    }
    return distance;
  };
  EXPECT_GT(farthest(0), 0.05);
  EXPECT_LT(farthest(-0.5), 0.02);
}

/// A random quadratic of 4 lower and 5 upper variables under 6 inequalities and an equality.
CoupledBilevelProblem random_coupled(std::uint64_t seed) {
  Rng rng(seed, 1);
  const auto normal = [&] { return rng.normal(); };
  const MatrixXd a = MatrixXd::NullaryExpr(7, 5, normal), b = MatrixXd::NullaryExpr(7, 4, normal);
  const VectorXd c = VectorXd::NullaryExpr(7, [&] { return 0.2 + 0.3 * rng.uniform(); });
  return {std::make_unique<QuadraticBilevel>(random_bilevel(seed, 4)), {a, b, c, 1}};
}

TEST(CoupledBilevel, SolvesQuadraticProgramsToTheirKktConditions) {
  int tight = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CoupledBilevelProblem problem = random_coupled(seed);
    Rng rng(seed, 2);
    const VectorXd x = 0.3 * VectorSpace<VectorXd>::normal_like(VectorXd::Zero(5), rng);
    const Coupling& coupling = problem.coupling();
    const auto lower = solve_lower(problem.levels(), coupling, x, VectorXd::Zero(4));
    if (!lower) continue;
    const VectorXd slack = coupling.a * x + coupling.b * lower->y - coupling.c;
    const VectorXd gradient = problem.levels().inner_gradient(x, lower->y).y;
    EXPECT_LT((gradient + coupling.b.transpose() * lower->multipliers).norm(), 1e-8) << seed;
    EXPECT_LT(slack.head(6).maxCoeff(), 1e-9);
    EXPECT_NEAR(slack[6], 0, 1e-9);
    EXPECT_GE(lower->multipliers.head(6).minCoeff(), 0);
    EXPECT_LT(lower->multipliers.head(6).cwiseProduct(slack.head(6)).norm(), 1e-8);
    tight += static_cast<int>((lower->multipliers.head(6).array() > 0).count());
  }
  EXPECT_GT(tight, 20);
}

TEST(CoupledBilevel, HypergradientIsTheDifferenceQuotientOfF) {
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CoupledBilevelProblem problem = random_coupled(seed);
    Rng rng(seed, 2);
    const VectorXd x = 0.3 * VectorSpace<VectorXd>::normal_like(VectorXd::Zero(5), rng);
    const auto lower = solve_lower(problem.levels(), problem.coupling(), x, VectorXd::Zero(4));
    if (!lower) continue;
    const auto f = [&](const VectorXd& at) {
      const auto there = solve_lower(problem.levels(), problem.coupling(), at, lower->y);
      return there ? problem.levels().outer_value(at, there->y)
                   : std::numeric_limits<double>::quiet_NaN();
    };
    const VectorXd h = kkt_hypergradient(problem.levels(), problem.coupling(), x, *lower);
    EXPECT_LT(check_gradient(f, x, h).largest, 1e-6) << seed;
    ++compared;
  }
  EXPECT_GT(compared, 10);
}

TEST(CoupledBilevel, SolvesALowerLevelThatIsNotQuadratic) {
  // The logistic lower level of hyper-cleaning with y₁ ≤ 0.1 + x₁/10 and y₁ = y₂.
  MatrixXd a = MatrixXd::Zero(2, 20), b = MatrixXd::Zero(2, 3);
  a(0, 0) = -0.1;
  b(0, 0) = 1;
  b.row(1) << 1, -1, 0;
  CoupledBilevelProblem problem(std::make_unique<HyperCleaning>(HyperCleaning::Options{}, 1),
                                {a, b, Eigen::Vector2d(0.1, 0), 1});
  const VectorXd x = VectorXd::Constant(20, 0.3);
  const auto solve_at = [&](const VectorXd& at) {
    return solve_lower(problem.levels(), problem.coupling(), at, VectorXd::Zero(3)).value();
  };
  const LowerSolution lower = solve_at(x);
  EXPECT_NEAR(lower.y[0], 0.13, 1e-12);
  EXPECT_NEAR(lower.y[1], lower.y[0], 1e-12);
  EXPECT_GT(lower.multipliers[0], 0);
  const auto f = [&](const VectorXd& at) {
    return problem.levels().outer_value(at, solve_at(at).y);
  };
  const VectorXd h = kkt_hypergradient(problem.levels(), problem.coupling(), x, lower);
  EXPECT_GT(h.norm(), 1e-3);
  EXPECT_LT(check_gradient(f, x, h).largest, 1e-8);
}

TEST(CoupledBilevel, WithoutFeasibleLowerVariablesIsAnOutcome) {
  // y ≤ 1 and y ≥ 3 − x: no y for x < 2.
  const MatrixXd one = MatrixXd::Ones(1, 1);
  MatrixXd a(2, 1), b(2, 1);
  a << 0, -1;
  b << 1, -1;
  CoupledBilevelProblem problem(std::make_unique<QuadraticBilevel>(
                                    QuadraticBilevel::Data{one, one, scalar(0), 1, 0, scalar(1.5)}),
                                {a, b, Eigen::Vector2d(1, -3), 0});
  ImplicitKkt method({.step = 0.2});
  Point z{scalar(1), scalar(0)};
  EXPECT_EQ(residual_of(problem, z), std::numeric_limits<double>::infinity());
  EXPECT_EQ(solve(problem, method, z, {.limit = 20}).status, Status::kInfeasible);
  EXPECT_EQ(z.x[0], 1);
  // From inside, steps that would leave the x with a solution are cut: x → 2, where they end.
  z = {scalar(4), scalar(0)};
  EXPECT_EQ(solve(problem, method, z, {.limit = 200}).status, Status::kLimit);
  EXPECT_NEAR(z.x[0], 2, 1e-3);
  EXPECT_TRUE(all_finite(z));
}

TEST(CoupledBilevel, RefusesShapesThatDoNotFit) {
  const MatrixXd one = MatrixXd::Ones(1, 1);
  EXPECT_THROW(CoupledBilevelProblem(std::make_unique<QuadraticBilevel>(scalar_bilevel()),
                                     {one, MatrixXd::Ones(2, 1), scalar(1), 0}),
               std::logic_error);
  EXPECT_THROW(CoupledBilevelProblem(std::make_unique<QuadraticBilevel>(scalar_bilevel()),
                                     {one, one, scalar(1), 2}),
               std::logic_error);
}

TEST(ImplicitKkt, ContinuesFromASavedStateToTheSameBits) {
  auto instance = closed_form();
  const ImplicitKkt::Options options{.step = 0.1, .exponent = -0.5, .perturbation = 0.1};
  ImplicitKkt first(options, 3), second(options, 4);
  Point z = instance.start;
  for (int i = 0; i < 7; ++i) first.step(*instance.problem, z);
  Archive saved;
  first.state(saved);
  Archive loading(saved.entries());
  second.state(loading);
  Point other = z;
  for (int i = 0; i < 20; ++i) {
    first.step(*instance.problem, z);
    second.step(*instance.problem, other);
    ASSERT_EQ(z.x, other.x);
    ASSERT_EQ(z.y, other.y);
  }
}

}  // namespace
}  // namespace saddle
