// SPDX-License-Identifier: Apache-2.0
// Methods with Hessian products, against the digits of an independent run and their laws.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/optim/bilevel/implicit.h>
#include <saddle/optim/bilevel/soba.h>
#include <saddle/optim/bilevel/stochastic.h>
#include <saddle/optim/problems/bilevel_toys.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::Vector2d;
using Eigen::VectorXd;

using VectorItd = Itd<VectorXd, VectorXd>;
using VectorAid = Aid<VectorXd, VectorXd>;
using VectorStocBio = StocBio<VectorXd, VectorXd>;
using VectorTtsa = Ttsa<VectorXd, VectorXd>;
using VectorSoba = Soba<VectorXd, VectorXd>;

TEST(Soba, ReachesTheSolutionAndTheAdjointOfTheScalarQuadratic) {
  QuadraticBilevel problem = scalar_bilevel();
  VectorSoba method({.step_x = 0.1, .step_y = 0.2, .step_v = 0.2});
  Point z = kOrigin;
  for (int i = 0; i < 2000; ++i) method.step(problem, z);
  EXPECT_NEAR(z.x[0], 1.4285714, 5e-8);
  EXPECT_NEAR(z.y[0], 0.7142857, 5e-8);
  EXPECT_NEAR(method.adjoint()[0], -0.1428571, 5e-8);
}

TEST(Soba, TakesAllItsDirectionsAtOnePoint) {
  QuadraticBilevel problem = scalar_bilevel();
  VectorSoba method({.step_x = 0.1, .step_y = 0.2, .step_v = 0.3});
  Point z{scalar(1), scalar(2)};
  method.step(problem, z);  // v = 0: ∇_y g = 3, ∇_y f = 1, h = 0.1
  EXPECT_NEAR(z.x[0], 1 - 0.1 * 0.1, 1e-15);
  EXPECT_NEAR(z.y[0], 2 - 0.2 * 3, 1e-15);
  EXPECT_NEAR(method.adjoint()[0], 0.3, 1e-15);
  const Point before = z;
  method.step(problem, z);  // ∇_y g = 2·1.4 − 0.99, ∇_y f = 0.4, h = 0.099 + 0.3
  EXPECT_NEAR(z.x[0], before.x[0] - 0.1 * (0.099 + 0.3), 1e-15);
  EXPECT_NEAR(z.y[0], before.y[0] - 0.2 * (2.8 - 0.99), 1e-15);
  EXPECT_NEAR(method.adjoint()[0], 0.3 - 0.3 * (0.6 - 0.4), 1e-15);
}

TEST(Ttsa, HasTheDigitsOfAnIndependentRun) {
  const VectorTtsa::Options options{.step_x = 0.4, .step_y = 0.4, .step_v = 0.2, .terms = 20};
  const Point z = after<VectorTtsa>(scalar_bilevel(), options, kOrigin, 20000);
  EXPECT_NEAR(z.x[0], 1.428556, 5e-7);
}

TEST(Itd, EndsWhereTheTruncatedDerivativeVanishes) {
  // With warm starts y = x/2, but dy/dx = ½(1 − q): 0.1x + (x/2 − 1)·½(1 − q) = 0.
  for (const int steps : {1, 3, 10}) {
    const double kept = 1 - std::pow(1 - 2 * 0.2, steps);
    const VectorItd::Options options{.step_x = 0.1, .step_y = 0.2, .steps = steps};
    const Point z = after<VectorItd>(scalar_bilevel(), options, kOrigin, 3000);
    EXPECT_NEAR(z.x[0], 0.5 * kept / (0.1 + 0.25 * kept), 1e-12) << steps;
    EXPECT_NEAR(z.y[0], z.x[0] / 2, 1e-12);
  }
}

TEST(Aid, WithTheSeriesEndsWhereItdDoesAndWithConjugateGradientsAtTheSolution) {
  VectorAid::Options options{.solver = "neumann", .step_x = 0.1, .step_y = 0.2, .terms = 3};
  const double kept = 1 - 0.6 * 0.6 * 0.6;
  const Point series = after<VectorAid>(scalar_bilevel(), options, kOrigin, 3000);
  EXPECT_NEAR(series.x[0], 0.5 * kept / (0.1 + 0.25 * kept), 1e-12);
  options.solver = "cg";
  options.terms = 1;
  EXPECT_NEAR(after<VectorAid>(scalar_bilevel(), options, kOrigin, 3000).x[0], 10.0 / 7, 1e-12);
}

TEST(Aid, WithOneConjugateGradientIterationAndAWarmStartSolvesManyVariables) {
  QuadraticBilevel problem = random_bilevel(3, 8);
  VectorAid method({.solver = "cg", .step_x = 0.5, .step_y = 0.2, .steps = 1, .terms = 1});
  Point z{VectorXd::Zero(9), VectorXd::Zero(8)};
  EXPECT_EQ(solve(problem, method, z, {.tolerance = 1e-10, .limit = 2000}).status,
            Status::kConverged);
  EXPECT_LT((z.x - problem.solution().x).norm(), 1e-8);
}

TEST(StocBio, WithoutNoiseIsAidWithTheSeries) {
  const VectorAid::Options aid{
      .solver = "neumann", .step_x = 0.3, .step_y = 0.2, .steps = 4, .terms = 7};
  const VectorStocBio::Options stochastic{.step_x = 0.3, .step_y = 0.2, .steps = 4, .terms = 7};
  const Point start{VectorXd::Ones(4), VectorXd::Ones(3)};
  const Point a = after<VectorAid>(random_bilevel(1, 3), aid, start, 20);
  const Point b = after<VectorStocBio>(random_bilevel(1, 3), stochastic, start, 20);
  EXPECT_EQ(a.x, b.x);
  EXPECT_EQ(a.y, b.y);
}

/// Says which batch each evaluation saw.
class Witness final : public BilevelProblem<VectorXd> {
 public:
  double outer_value(const VectorXd& x, const VectorXd& y) override {
    return inside_.outer_value(x, y);
  }
  double inner_value(const VectorXd& x, const VectorXd& y) override {
    return inside_.inner_value(x, y);
  }
  Point outer_gradient(const VectorXd& x, const VectorXd& y) override {
    seen.push_back({"outer", batch_});
    return inside_.outer_gradient(x, y);
  }
  Point inner_gradient(const VectorXd& x, const VectorXd& y) override {
    seen.push_back({"inner", batch_});
    return inside_.inner_gradient(x, y);
  }
  VectorXd hessian_yy(const VectorXd& x, const VectorXd& y, const VectorXd& v) override {
    seen.push_back({"hessian", batch_});
    return inside_.hessian_yy(x, y, v);
  }
  VectorXd jacobian_xy(const VectorXd& x, const VectorXd& y, const VectorXd& v) override {
    seen.push_back({"jacobian", batch_});
    return inside_.jacobian_xy(x, y, v);
  }
  void resample(std::uint64_t batch) override { inside_.resample(batch_ = batch); }

  std::vector<std::pair<std::string, std::uint64_t>> seen;

 private:
  QuadraticBilevel inside_ = scalar_bilevel();
  std::uint64_t batch_ = 0;
};

TEST(IndependentBatches, ServeOnePurposeEach) {
  Witness problem;
  Point z = kOrigin;
  VectorStocBio stocbio({.steps = 3, .terms = 4});
  VectorTtsa ttsa({.terms = 4});
  for (int i = 0; i < 3; ++i) stocbio.step(problem, z);
  const auto expect_each_batch_once = [&](std::size_t evaluations) {
    std::set<std::uint64_t> batches;
    for (const auto& [what, batch] : problem.seen) {
      EXPECT_GT(batch, 0) << what;
      EXPECT_TRUE(batches.insert(batch).second) << what << " shares batch " << batch;
    }
    EXPECT_EQ(problem.seen.size(), evaluations);
  };
  expect_each_batch_once(3 * (3 + 1 + 3 + 1));
  problem.seen.clear();
  for (int i = 0; i < 3; ++i) ttsa.step(problem, z);
  expect_each_batch_once(3 * (1 + 1 + 3 + 1));
}

TEST(IndependentBatches, GiveTheMeanOfExactProductsWherePowersOfOneBatchDoNot) {
  // H = 2(1 + u/2), u uniform in [−1, 1], so that E(1 − ηH)³ = 0.6³ + 3·0.6·0.04/3 ≠ 0.6³.
  QuadraticBilevel problem = scalar_bilevel(0.5, 4);
  const VectorXd x = scalar(1), y = scalar(0.5);
  IndependentBatches batches;
  constexpr int kDraws = 20000;
  double sum = 0, squares = 0, shared = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double h = batches.hypergradient(problem, x, y, 4, 0.2)[0];
    sum += h;
    squares += h * h;
    problem.resample(static_cast<std::uint64_t>(i) + 1);
    const VectorXd v = adjoint_by_neumann(problem, x, y, scalar(-0.5), 4, 0.2);
    shared += implicit_gradient(problem, x, y, scalar(0.1), v)[0];
  }
  const double mean = sum / kDraws;
  const double error = std::sqrt((squares / kDraws - mean * mean) / kDraws);
  const double exact = 0.1 - 0.5 * 0.2 * (1 + 0.6 + 0.36 + 0.216);
  EXPECT_NEAR(mean, exact, 4 * error);
  // What the shared batch adds: −½·0.2·(E(1−ηH)² − 0.36 + E(1−ηH)³ − 0.216), variance 0.04/3.
  const double bias = -0.1 * (0.04 / 3 + 3 * 0.6 * 0.04 / 3);
  EXPECT_NEAR(shared / kDraws, exact + bias, 5e-4);
  EXPECT_LT(bias, -3e-3);
}

/// The root of the mean squared distance from x* over the second half of `steps` noisy ones.
template <class M>
double noise_floor(const typename M::Options& options, int steps) {
  QuadraticBilevel problem = scalar_bilevel(0.3, 11);
  M method(options);
  Point z{scalar(10.0 / 7), scalar(5.0 / 7)};
  double squares = 0;
  for (int i = 0; i < steps; ++i) {
    method.step(problem, z);
    const double offset = z.x[0] - 10.0 / 7;
    if (i >= steps / 2) squares += offset * offset;
  }
  return std::sqrt(squares / (steps - steps / 2));
}

TEST(StochasticBilevel, EndsInANeighbourhoodThatShrinksWithTheUpperStep) {
  // The stationary variance of a linear recursion is proportional to its step: its root to √α.
  const double large = noise_floor<VectorStocBio>({.step_x = 0.08, .terms = 20}, 40000);
  const double small = noise_floor<VectorStocBio>({.step_x = 0.02, .terms = 20}, 40000);
  EXPECT_GT(small, 0);
  EXPECT_NEAR(large / small, 2, 0.4);
}

TEST(StochasticBilevel, ConvergesWithStepsThatFall) {
  const double constant = noise_floor<VectorSoba>({.step_x = 0.1}, 4000);
  const double soba = noise_floor<VectorSoba>(
      {.step_x = 0.5, .step_y = 0.4, .step_v = 0.4, .exponent = -0.5}, 4000);
  const double ttsa = noise_floor<VectorTtsa>({.step_x = 1, .step_y = 0.4, .terms = 20}, 4000);
  EXPECT_LT(soba, 0.6 * constant);
  EXPECT_LT(ttsa, 0.6 * constant);
}

TEST(ImplicitMethods, CannotMoveWhatASingularLowerLevelLeavesFree) {
  // y₂ stays where it starts, and x ends at (1 + y₂)/2 instead of 1.
  const Point start{scalar(0), Vector2d(0, 0.5)};
  const VectorItd::Options itd{.step_x = 0.1, .step_y = 0.2, .steps = 60};
  const VectorAid::Options aid{.solver = "neumann", .step_x = 0.1, .step_y = 0.2, .terms = 60};
  const VectorSoba::Options soba{.step_x = 0.1, .step_y = 0.2, .step_v = 0.2};
  for (const Point& z : {after<VectorItd>(LowerLevelSingular(), itd, start, 1000),
                         after<VectorAid>(LowerLevelSingular(), aid, start, 1000),
                         after<VectorSoba>(LowerLevelSingular(), soba, start, 1000)}) {
    EXPECT_NEAR(z.x[0], 0.75, 2e-6);
    EXPECT_NEAR(z.y[1], 0.5, 1e-15);
    LowerLevelSingular problem;
    EXPECT_NEAR(residual_of(problem, z), 0.25, 1e-5);
  }
}

}  // namespace
}  // namespace saddle
