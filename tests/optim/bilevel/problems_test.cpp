// SPDX-License-Identifier: Apache-2.0
// Bilevel problems: their derivatives, their known solutions, their minibatches.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/optim/gradient_check.h>
#include <saddle/optim/problems/bilevel_learning.h>
#include <saddle/optim/problems/bilevel_regression.h>
#include <saddle/optim/problems/bilevel_toys.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::VectorXd;

void expect_right_derivatives(Levels& problem, const Point& around) {
  Rng rng(5);
  for (int i = 0; i < 3; ++i) {
    const Point shift = VectorSpace<Point>::normal_like(around, rng);
    const Point z = around + 0.5 * shift;
    const VectorXd v = VectorSpace<VectorXd>::normal_like(around.y, rng);
    EXPECT_LT(check_gradient(problem, z.x, z.y, v).largest, 1e-7);
  }
}

TEST(BilevelProblems, HaveTheDerivativesOfTheirValues) {
  const std::vector<std::pair<std::string, Preset>> variants = {
      {"bilevel-quadratic", {{"dimension", "4"}, {"noise", "0.3"}}},
      {"shen-chen", {}},
      {"lower-level-singular", {}},
      {"ridge-hyperparameter", {}},
      {"hyper-representation", {}},
      {"hyper-representation", {{"features", "tanh"}}},
      {"hyper-cleaning", {{"batch", "7"}}},
      {"personalized-regression", {{"batch", "5"}}}};
  for (const auto& [name, options] : variants) {
    SCOPED_TRACE(name);
    const Instance<Levels> instance = make_problem(name, options);
    expect_right_derivatives(*instance.problem, instance.start);
    instance.problem->resample(3);
    expect_right_derivatives(*instance.problem, instance.start);
  }
}

TEST(BilevelProblems, BringTheSamplesOfABatchBack) {
  const std::vector<std::pair<std::string, Preset>> variants = {
      {"bilevel-quadratic", {{"noise", "0.3"}}},
      {"hyper-cleaning", {{"batch", "7"}}},
      {"personalized-regression", {{"batch", "5"}}}};
  for (const auto& [name, options] : variants) {
    SCOPED_TRACE(name);
    const Instance<Levels> instance = make_problem(name, options);
    const VectorXd x = instance.start.x, y = VectorXd::Ones(instance.start.y.size());
    const auto at = [&](std::uint64_t batch) {
      instance.problem->resample(batch);
      return instance.problem->inner_gradient(x, y).y;
    };
    const VectorXd all = at(0), first = at(1), second = at(2);
    EXPECT_NE(first, second);
    EXPECT_NE(first, all);
    EXPECT_EQ(at(1), first);
    EXPECT_EQ(at(0), all);
    // The mean over batches is the whole, within four standard errors.
    VectorXd sum = VectorXd::Zero(y.size()), squares = sum;
    constexpr int kBatches = 2000;
    for (int b = 1; b <= kBatches; ++b) {
      const VectorXd offset = at(b) - all;
      sum += offset;
      squares += offset.cwiseAbs2();
    }
    for (Eigen::Index i = 0; i < y.size(); ++i) {
      EXPECT_LT(std::abs(sum[i]), 4 * std::sqrt(squares[i])) << i;
    }
  }
}

TEST(QuadraticBilevel, HasTheSolutionOfItsClosedForm) {
  QuadraticBilevel problem = scalar_bilevel();
  const Point z = problem.solution();
  EXPECT_NEAR(z.x[0], 10.0 / 7, 1e-15);
  EXPECT_NEAR(z.y[0], 5.0 / 7, 1e-15);
  EXPECT_NEAR(problem.outer_value(z.x, z.y), 1.0 / 7, 1e-15);
  QuadraticBilevel large = random_bilevel(7, 6);
  EXPECT_LT(residual_of(large, large.solution()), 1e-12);
  EXPECT_LT((solve_lower(large, VectorXd::Ones(7), VectorXd::Zero(6)).value() -
             large.lower_solution(VectorXd::Ones(7)))
                .norm(),
            1e-13);
}

TEST(ShenChen, HasItsThreeLocalMinimaWhereTheLiteratureSays) {
  ShenChen problem;
  const auto value = [&](double x) { return problem.outer_value(scalar(x), scalar(-x)); };
  std::vector<double> minima;
  constexpr double kGrid = 1e-5;
  for (int i = 1; i < 300000; ++i) {
    const double x = i * kGrid;
    if (value(x) < value(x - kGrid) && value(x) < value(x + kGrid)) minima.push_back(x);
  }
  ASSERT_EQ(minima.size(), 3);
  const double where[] = {0.38236, 1.21515, 2.82964}, worth[] = {0.442706, 0.199911, 1.243458};
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(minima[i], where[i], 1.1e-5);
    EXPECT_NEAR(value(minima[i]), worth[i], 6e-7);
    EXPECT_LT(residual_of(problem, {scalar(minima[i]), scalar(-minima[i])}), 3e-4);
  }
  EXPECT_NEAR(make_problem("shen-chen").optimum.value(), value(minima[1]), 1e-8);
}

TEST(RidgeHyperparameter, IsSolvedByAidWhereASearchFindsTheMinimum) {
  RidgeHyperparameter problem({}, 1);
  const auto value = [&](double x) {
    return problem.outer_value(scalar(x), problem.lower_solution(scalar(x)));
  };
  double low = -5, high = 1;  // golden sections
  const double share = (std::sqrt(5.0) - 1) / 2;
  while (high - low > 1e-7) {
    const double a = high - share * (high - low), b = low + share * (high - low);
    (value(a) < value(b) ? high : low) = value(a) < value(b) ? b : a;
  }
  EXPECT_GT(low, -4.9);
  EXPECT_LT(high, 0.9);
  Point z{scalar(-2), VectorXd::Zero(10)};
  const auto method = make_method("aid", "ridge-hyperparameter");
  EXPECT_EQ(solve(problem, *method, z, {.limit = 500}).status, Status::kConverged);
  EXPECT_NEAR(z.x[0], low, 1e-6);
  EXPECT_LT((z.y - problem.lower_solution(z.x)).norm(), 1e-7);
}

TEST(PersonalizedRegression, HasTheSolutionOfItsClosedForm) {
  PersonalizedRegression problem({}, 2);
  const Point z = problem.solution();
  EXPECT_LT(residual_of(problem, z), 1e-11);
  EXPECT_LT((solve_lower(problem, z.x, VectorXd::Zero(12)).value() - z.y).norm(), 1e-12);
}

TEST(HyperRepresentation, HasHeadsInClosedFormAndLearnsFeaturesThatServeThem) {
  const Instance<Levels> instance = make_problem("hyper-representation", {{"features", "tanh"}});
  EXPECT_LT(instance.problem->inner_gradient(instance.start.x, instance.start.y).y.norm(), 1e-13);
  Point z = instance.start;
  const auto method = make_method("soba", "hyper-representation");
  (void)solve(*instance.problem, *method, z, {.limit = 2000, .check_every = 2000});
  const double before = instance.problem->outer_value(instance.start.x, instance.start.y);
  EXPECT_LT(instance.problem->outer_value(z.x, z.y), 0.25 * before);
}

TEST(HyperCleaning, TrustsTheSamplesWhoseLabelsAreRight) {
  HyperCleaning problem({.samples = 40}, 3);
  Point z{VectorXd::Zero(40), VectorXd::Zero(3)};
  const double before = problem.outer_value(z.x, solve_lower(problem, z.x, z.y).value());
  const auto method = make_method("aid", "hyper-cleaning");
  (void)solve(problem, *method, z, {.limit = 300, .check_every = 300});
  double clean = 0, corrupted = 0;
  int flipped = 0;
  for (int i = 0; i < 40; ++i) {
    flipped += problem.corrupted(i) ? 1 : 0;
    (problem.corrupted(i) ? corrupted : clean) += z.x[i];
  }
  ASSERT_GT(flipped, 5);
  EXPECT_GT(clean / (40 - flipped), 0.5);
  EXPECT_LT(corrupted / flipped, -0.5);
  EXPECT_LT(problem.outer_value(z.x, z.y), 0.9 * before);
}

}  // namespace
}  // namespace saddle
