// SPDX-License-Identifier: Apache-2.0
// Classification under constraints, solved to the digits of independent runs.
#include <gtest/gtest.h>

#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/constraint/method.h>
#include <saddle/optim/problems/constrained.h>
#include <saddle/optim/problems/fair_classification.h>

namespace saddle {
namespace {

using Eigen::Vector3d;
using Eigen::VectorXd;

/// By the method of multipliers with penalty 10.
Pair<VectorXd> solution(ConstrainedProblem<VectorXd>& problem, double step) {
  AugmentedLagrangian::Options options;
  options.penalty = 10;
  options.step = 1;
  options.inner = 200;
  options.normalize = false;
  RuleMethod<VectorXd> method(
      std::make_unique<AugmentedLagrangian>(problem.inequalities(), options),
      std::make_unique<GradientStep<VectorXd>>(PowerSchedule{step, 0}));
  Pair<VectorXd> z{VectorXd::Zero(3), VectorXd::Zero(problem.inequalities())};
  const Result result =
      solve(problem, method, z, {.tolerance = 1e-9, .limit = 40000, .check_every = 50});
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
  return z;
}

struct NeymanPearsonCase {
  double limit;
  Vector3d w;
  double multiplier, loss, false_positives, false_negatives;
};

class NeymanPearsonAt : public testing::TestWithParam<NeymanPearsonCase> {};

TEST_P(NeymanPearsonAt, HasItsKnownSolution) {
  const NeymanPearsonCase& known = GetParam();
  NeymanPearson problem(known.limit);
  const Pair<VectorXd> z = solution(problem, 0.2);
  EXPECT_LT((z.x - known.w).cwiseAbs().maxCoeff(), 1e-6);
  EXPECT_NEAR(z.y[0], known.multiplier, 1e-6);
  EXPECT_NEAR(problem.negative_loss(z.x), known.loss, 1e-6);
  EXPECT_DOUBLE_EQ(problem.false_positive_rate(z.x), known.false_positives);
  EXPECT_DOUBLE_EQ(problem.false_negative_rate(z.x), known.false_negatives);
}

INSTANTIATE_TEST_SUITE_P(
    Limits, NeymanPearsonAt,
    testing::Values(
        NeymanPearsonCase{0.6, {2.896073, -0.023584, -0.552484}, 0.584678, 0.286362, 0.15, 0.35},
        NeymanPearsonCase{0.4, {2.877459, -0.026794, 0.079035}, 1.085551, 0.446199, 0.26, 0.24},
        NeymanPearsonCase{0.2, {3.000193, -0.038999, 1.024816}, 2.720917, 0.786653, 0.42, 0.07}));

struct FairCase {
  double limit;
  Vector3d w;
  double multiplier, objective, accuracy;
};

class FairAt : public testing::TestWithParam<FairCase> {};

TEST_P(FairAt, HasTheSolutionOfNewtonsMethodOnItsTightConstraint) {
  const FairCase& known = GetParam();
  FairClassification problem(known.limit);
  const Pair<VectorXd> z = solution(problem, 0.5);
  EXPECT_LT((z.x - known.w).cwiseAbs().maxCoeff(), 1e-7);
  EXPECT_NEAR(z.y[0], known.multiplier, 1e-7);
  EXPECT_EQ(z.y[1], 0) << "only one side is tight";
  EXPECT_NEAR(problem.values(z.x).objective, known.objective, 1e-8);
  EXPECT_DOUBLE_EQ(problem.accuracy(z.x), known.accuracy);
}

INSTANTIATE_TEST_SUITE_P(
    Limits, FairAt,
    testing::Values(
        FairCase{0.2, {0.965322510, 0.943472647, -0.024323191}, 0.775130044, 0.451649939, 0.905},
        FairCase{0.1, {0.463760860, 0.857374135, -0.023555003}, 1.054800891, 0.542752568, 0.79},
        FairCase{0.05, {0.212268571, 0.828841368, -0.023916573}, 1.209746299, 0.599335314, 0.715}));

TEST(FairClassification, ALimitAboveTheFreeCovarianceCostsNothing) {
  FairClassification problem(0.75);
  const Pair<VectorXd> z = solution(problem, 0.5);
  EXPECT_NEAR(problem.covariance(z.x), 0.744060651, 1e-6);
  EXPECT_EQ(z.y, Eigen::Vector2d(0, 0));
}

}  // namespace
}  // namespace saddle
