// SPDX-License-Identifier: Apache-2.0
// Hypergradients: digits of an independent run, closed forms, and differences of F.
#include <saddle/optim/bilevel/hypergradient.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/base/rng.h>
#include <saddle/optim/gradient_check.h>
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/problems/bilevel_toys.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The scalar quadratic at x = 1, where F'(1) = −0.15.
double itd_at_one(int steps) {
  QuadraticBilevel problem = scalar_bilevel();
  return itd_hypergradient(problem, scalar(1), scalar(0), steps, 0.2).gradient[0];
}

TEST(Hypergradient, OfIterativeDifferentiationHasTheDigitsOfAnIndependentRun) {
  EXPECT_NEAR(itd_at_one(1), -0.06, 1e-15);
  EXPECT_NEAR(itd_at_one(5), -0.1484883456, 1e-14);
  EXPECT_NEAR(itd_at_one(10), -0.1499908596, 5e-11);
  EXPECT_NEAR(itd_at_one(50), -0.15, 1e-11);
}

TEST(Hypergradient, OfIterativeDifferentiationLacksTheShareOfItsTruncation) {
  // y_K = ½(1 − q) with q = (1 − 2η)^K, also in its derivative: F' + ½q·½ − ½(1 − q)·½q exactly.
  for (const int steps : {1, 3, 10}) {
    const double q = std::pow(1 - 2 * 0.2, steps);
    EXPECT_NEAR(itd_at_one(steps), -0.15 + 0.25 * q * q, 1e-15) << steps;
  }
  // From y = y*(1) the derivative alone is truncated, and the error is F_y dy*/dx q = −¼q.
  QuadraticBilevel problem = scalar_bilevel();
  double previous = 1;
  for (const int steps : {4, 5, 6}) {
    const double error =
        itd_hypergradient(problem, scalar(1), scalar(0.5), steps, 0.2).gradient[0] + 0.15;
    EXPECT_NEAR(error, 0.25 * std::pow(0.6, steps), 1e-15);
    if (previous < 1) {
      EXPECT_NEAR(error / previous, 0.6, 1e-12);
    }
    previous = error;
  }
}

TEST(Hypergradient, OfTheNeumannSeriesHasTheDigitsOfAnIndependentRun) {
  QuadraticBilevel problem = scalar_bilevel();
  const VectorXd x = scalar(1), y = scalar(0.5);
  const Point outer = problem.outer_gradient(x, y);
  const auto series = [&](int terms) {
    const VectorXd v = adjoint_by_neumann(problem, x, y, outer.y, terms, 0.2);
    return implicit_gradient(problem, x, y, outer.x, v)[0];
  };
  EXPECT_NEAR(series(1), 0, 1e-15);
  EXPECT_NEAR(series(5), -0.13056, 1e-14);
  EXPECT_NEAR(series(10), -0.1484883456, 1e-14);
  EXPECT_NEAR(series(50), -0.15 + 2e-12, 3e-13);
}

TEST(Hypergradient, NeumannSeriesIsTheSumOfPowersOnAMatrix) {
  MatrixXd a(2, 2);
  a << 2, 0.5, 0.5, 1;
  const VectorXd b = Eigen::Vector2d(1, -3);
  const auto product = [&](const VectorXd& v) { return VectorXd(a * v); };
  const MatrixXd factor = MatrixXd::Identity(2, 2) - 0.3 * a;
  const VectorXd three = 0.3 * (b + factor * b + factor * factor * b);
  EXPECT_LT((neumann_series(product, b, 3, 0.3) - three).norm(), 1e-15);
  EXPECT_LT((a * neumann_series(product, b, 400, 0.3) - b).norm(), 1e-13);
}

TEST(Hypergradient, IsThatOfTheClosedFormOnTheScalarQuadratic) {
  QuadraticBilevel problem = scalar_bilevel();
  for (const auto& [x, expected] : {std::pair{0.0, -0.5}, {1.0, -0.15}, {10.0 / 7, 0.0}}) {
    const VectorXd y = problem.lower_solution(scalar(x));
    EXPECT_NEAR(exact_hypergradient(problem, scalar(x), y)[0], expected, 1e-15);
  }
}

/// Every estimate, with enough iterations, at the lower solution for x.
std::vector<std::pair<std::string, VectorXd>> estimates(Levels& problem, const VectorXd& x,
                                                        const VectorXd& y, double step) {
  constexpr int kTerms = 5000;  // (1 − 0.1·0.1)^5000 is below rounding
  const Point outer = problem.outer_gradient(x, y);
  const VectorXd start = VectorXd::Zero(y.size());
  const VectorXd cg = adjoint_by_cg(problem, x, y, outer.y, start, {200, 1e-13});
  const VectorXd series = adjoint_by_neumann(problem, x, y, outer.y, kTerms, step);
  return {{"exact", exact_hypergradient(problem, x, y)},
          {"iterative", itd_hypergradient(problem, x, start, kTerms, step).gradient},
          {"conjugate gradients", implicit_gradient(problem, x, y, outer.x, cg)},
          {"Neumann", implicit_gradient(problem, x, y, outer.x, series)}};
}

class HypergradientOf : public testing::TestWithParam<std::pair<std::string, Preset>> {};

TEST_P(HypergradientOf, EveryEstimateIsTheDifferenceQuotientOfF) {
  const auto& [name, options] = GetParam();
  const Instance<Levels> instance = make_problem(name, options);
  Levels& problem = *instance.problem;
  Rng rng(3);
  const double step = name == "hyper-cleaning" ? 1 : 0.1;
  for (int trial = 0; trial < 2; ++trial) {
    VectorXd x = instance.start.x;
    x += 0.3 * VectorSpace<VectorXd>::normal_like(x, rng);
    const VectorXd y = solve_lower(problem, x, instance.start.y).value();
    const auto f = [&](const VectorXd& at) {
      return problem.outer_value(at, solve_lower(problem, at, y).value());
    };
    for (const auto& [method, gradient] : estimates(problem, x, y, step)) {
      const double error = check_gradient(f, x, gradient).largest;
      EXPECT_LT(error * std::max(1.0, gradient.norm()), 1e-5 * gradient.norm()) << method;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Problems, HypergradientOf,
    testing::Values(std::pair{"bilevel-quadratic", Preset{}},
                    std::pair{"bilevel-quadratic", Preset{{"dimension", "5"}}},
                    std::pair{"shen-chen", Preset{}}, std::pair{"ridge-hyperparameter", Preset{}},
                    std::pair{"hyper-representation", Preset{}},
                    std::pair{"hyper-representation", Preset{{"features", "tanh"}}},
                    std::pair{"hyper-cleaning", Preset{}},
                    std::pair{"personalized-regression", Preset{}}),
    [](const auto& problem) {
      std::string name = problem.param.first;
      for (const auto& [key, value] : problem.param.second) name += "_" + value;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

TEST(Hypergradient, OfClientsIsThatOfMetaLearningWithImplicitGradients) {
  // For one client ∇F = (I + H/λ)⁻¹ ∇T, the form of iMAML, with H the Hessian of its loss.
  const Preset options = {{"clients", "1"}, {"coupling", "2"}};
  const Instance<Levels> instance = make_problem("personalized-regression", options);
  Levels& problem = *instance.problem;
  const VectorXd x = VectorXd::Ones(3);
  const VectorXd y = solve_lower(problem, x, x).value();
  MatrixXd h(3, 3);
  for (int i = 0; i < 3; ++i) h.col(i) = problem.hessian_yy(x, y, VectorXd::Unit(3, i));
  h -= 2 * MatrixXd::Identity(3, 3);
  const VectorXd expected =
      solve_regular(MatrixXd::Identity(3, 3) + h / 2, problem.outer_gradient(x, y).y);
  EXPECT_LT((exact_hypergradient(problem, x, y) - expected).norm(), 1e-13);
}

}  // namespace
}  // namespace saddle
