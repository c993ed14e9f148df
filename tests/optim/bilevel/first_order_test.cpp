// SPDX-License-Identifier: Apache-2.0
// First-order bilevel methods: the digits of an independent run, and the bias that theory gives.
#include <cmath>

#include <gtest/gtest.h>

#include <saddle/optim/bilevel/penalty.h>
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/problems/bilevel_toys.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::Vector2d;
using Eigen::VectorXd;

using VectorF2sa = F2sa<VectorXd, VectorXd>;
using VectorVpbgd = Vpbgd<VectorXd, VectorXd>;
using VectorBome = Bome<VectorXd, VectorXd>;

/// Where f + γ(g − min g) is least on the scalar quadratic.
double penalized_solution(double penalty) { return 1 / (0.7 + 0.1 / penalty); }

struct PenaltyOracle {
  double penalty, x, error;
};

TEST(Penalty, BiasHasTheDigitsOfAnIndependentRun) {
  const PenaltyOracle oracles[] = {{1, 1.25, 0.178571},
                                   {10, 1.408451, 0.020121},
                                   {100, 1.426534, 0.0020379},
                                   {1000, 1.428367, 0.00020405}};
  for (const PenaltyOracle& oracle : oracles) {
    // The stationary point of f + γq, where q = (y − x/2)².
    Eigen::MatrixXd system(2, 2);
    system << 0.1 + oracle.penalty / 2, -oracle.penalty, -oracle.penalty, 1 + 2 * oracle.penalty;
    const double x = solve_regular(system, VectorXd(Vector2d(0, 1)))[0];
    EXPECT_NEAR(x, oracle.x, 5.1e-7);
    EXPECT_NEAR(x, penalized_solution(oracle.penalty), 1e-12);
    EXPECT_NEAR(10.0 / 7 - x, oracle.error, 5.1e-6 * oracle.error + 5e-7);
  }
  EXPECT_NEAR(1e6 * (10.0 / 7 - penalized_solution(1e6)), 10.0 / 49, 1e-6);  // 0.2040…
}

TEST(Vpbgd, EndsAtTheStationaryPointOfItsPenalty) {
  for (const double penalty : {1.0, 10.0, 100.0}) {
    const VectorVpbgd::Options options{.step = 0.2, .step_y = 0.2, .steps = 60, .penalty = penalty};
    const int steps = static_cast<int>(400 * (1 + penalty));
    const Point z = after<VectorVpbgd>(scalar_bilevel(), options, kOrigin, steps);
    EXPECT_NEAR(z.x[0], penalized_solution(penalty), 1e-9) << penalty;
    EXPECT_NEAR(z.y[0] - z.x[0] / 2, 0.1 * z.x[0] / penalty, 1e-9) << penalty;
  }
}

TEST(F2sa, HasTheDigitsOfAnIndependentRun) {
  const VectorF2sa::Options options{.step_x = 0.1, .step_y = 0.2, .maximum_penalty = 200};
  const Point z = after<VectorF2sa>(scalar_bilevel(), options, kOrigin, 20000);
  EXPECT_NEAR(z.x[0], 1.427552, 5e-7);
  EXPECT_NEAR(10.0 / 7 - z.x[0], 0.204 / 200, 2e-6);
}

TEST(F2sa, BiasFallsAsTheInverseOfThePenalty) {
  const auto bias = [](double maximum) {
    const VectorF2sa::Options options{.growth = 0.5, .maximum_penalty = maximum};
    return 10.0 / 7 - after<VectorF2sa>(scalar_bilevel(), options, kOrigin, 6000).x[0];
  };
  EXPECT_NEAR(bias(50), 0.2040 / 50, 2e-5);
  EXPECT_NEAR(bias(100), 0.2040 / 100, 5e-6);
  EXPECT_NEAR(bias(1000), 0.2040 / 1000, 2e-7);
}

TEST(F2sa, GrowsItsPenaltyByTheRoundUpToTheMaximum) {
  QuadraticBilevel problem = scalar_bilevel();
  VectorF2sa method({.penalty = 2, .growth = 0.5, .maximum_penalty = 3.25});
  Point z = kOrigin;
  for (const double expected : {2.0, 2.5, 3.0, 3.25, 3.25}) {
    method.step(problem, z);
    EXPECT_EQ(method.penalty(), expected);
  }
}

TEST(Bome, HasTheDigitsOfAnIndependentRunAndStallsWhereTheTruncatedLoopPutsIt) {
  const VectorBome::Options options{.step = 0.05, .step_y = 0.2, .steps = 10, .decrease = 0.5};
  const Point z = after<VectorBome>(scalar_bilevel(), options, kOrigin, 5000);
  EXPECT_NEAR(z.x[0], 1.42604, 5e-6);
  EXPECT_NEAR(10.0 / 7 - z.x[0], 0.0025, 5e-5);
  const double rho = std::pow(0.6, 10);
  EXPECT_NEAR(z.x[0], 1 / (0.7 + 0.2 * rho / (1 - rho)), 6e-5);  // and ε
  VectorBome::Options slow = options;
  slow.step = 0.005;
  EXPECT_NEAR(after<VectorBome>(scalar_bilevel(), slow, kOrigin, 50000).x[0], z.x[0], 1e-6);
  VectorBome::Options longer = options;
  longer.steps = 30;
  EXPECT_NEAR(after<VectorBome>(scalar_bilevel(), longer, kOrigin, 5000).x[0], 10.0 / 7, 1e-4);
}

TEST(Bome, TakesTheNearestStepThatLowersTheValueGapAtItsRate) {
  QuadraticBilevel problem = scalar_bilevel();
  const VectorBome::Options options{.step = 1e-3, .step_y = 0.2, .steps = 40, .decrease = 0.5};
  for (const Point& z : {Point{scalar(1), scalar(0.6)}, Point{scalar(1), scalar(0.2)}}) {
    const Point moved = after<VectorBome>(scalar_bilevel(), options, z, 1);
    const Point direction = 1000.0 * (z - moved);
    const Point outer = problem.outer_gradient(z.x, z.y);
    const Point gap = value_gap_gradient(problem, z, problem.lower_solution(z.x));
    const double rate = dot_product(direction, gap), wanted = 0.5 * dot_product(gap, gap);
    if (dot_product(outer, gap) >= wanted) {
      EXPECT_LT(euclidean_norm(Point(direction - outer)), 1e-9);
    } else {
      EXPECT_NEAR(rate, wanted, 1e-9);
    }
  }
}

TEST(Bome, KeepsADistanceOfTheOrderOfItsStepFromTheLowerSolutionOfManyVariables) {
  const auto distance = [](double step, double exponent) {
    const QuadraticBilevel problem = random_bilevel(2, 5);
    const VectorBome::Options options{.step = step, .exponent = exponent, .steps = 60};
    const Point start{VectorXd::Zero(6), VectorXd::Zero(5)};
    const Point z = after<VectorBome>(random_bilevel(2, 5), options, start, 5000);
    return (z.y - problem.lower_solution(z.x)).norm();
  };
  EXPECT_NEAR(distance(0.1, 0) / distance(0.05, 0), 2, 0.5);
  EXPECT_LT(distance(0.1, -0.5), 0.1 * distance(0.1, 0));
}

TEST(FirstOrderMethods, SolveALowerLevelThatIsSingular) {
  const Point start{scalar(0), Vector2d(0, 0.5)};
  const VectorVpbgd::Options vpbgd{.step = 0.2, .step_y = 0.2};
  const VectorBome::Options bome{};
  const VectorF2sa::Options f2sa{};
  for (const Point& z : {after<VectorVpbgd>(LowerLevelSingular(), vpbgd, start, 4000),
                         after<VectorBome>(LowerLevelSingular(), bome, start, 4000),
                         after<VectorF2sa>(LowerLevelSingular(), f2sa, start, 4000)}) {
    EXPECT_NEAR(z.x[0], 1, 1e-6);
    EXPECT_LT((z.y - Vector2d(1, 1)).norm(), 1e-6);
  }
}

}  // namespace
}  // namespace saddle
