// SPDX-License-Identifier: Apache-2.0
// Robust logistic regression and robust learning over domains, against their known solutions.
#include <saddle/optim/problems/robust.h>

#include <gtest/gtest.h>

#include <saddle/base/rng.h>
#include <saddle/optim/gradient_check.h>
#include <saddle/optim/normal.h>
#include <saddle/optim/stationarity.h>

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

RobustLogistic logistic(std::uint64_t seed, std::int64_t points, double radius) {
  Rng rng(seed, 1);
  return {half_space_points(seed, points, normal_vector(10, rng), 0.3), radius, 1e-3};
}

RobustDomains domains(std::uint64_t seed, std::uint32_t count) {
  Rng rng(seed, 1);
  const VectorXd common = normal_vector(5, rng);
  std::vector<LabelledPoints> own;
  for (std::uint32_t k = 0; k < count; ++k) {
    own.push_back(half_space_points(100 * seed + k, 100, common + normal_vector(5, rng), 0.3));
  }
  return {own, 1e-2};
}

TEST(RobustProblems, HaveTheGradientsOfTheirValues) {
  Rng rng(9);
  RobustLogistic robust = logistic(1, 5, 0.3);
  RobustDomains several = domains(1, 3);
  for (int i = 0; i < 10; ++i) {
    EXPECT_LT(check_gradient(robust, normal_vector(10, rng), normal_vector(50, rng)).largest, 1e-7);
    EXPECT_LT(check_gradient(several, normal_vector(5, rng), normal_vector(3, rng)).largest, 1e-7);
  }
}

TEST(RobustLogistic, NoPerturbationIsWorseThanTheWorst) {
  RobustLogistic problem = logistic(2, 50, 0.3);
  Rng rng(3);
  for (int i = 0; i < 20; ++i) {
    const VectorXd w = normal_vector(10, rng);
    const double worst = problem.robust_value(w);
    EXPECT_NEAR(problem.value(w, problem.worst_perturbation(w)), worst, 1e-14);
    EXPECT_LT(problem.value(w, problem.project_y(normal_vector(500, rng))), worst);
  }
}

TEST(RobustLogistic, TheMinimiserHasZeroInItsSubdifferential) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    RobustLogistic problem = logistic(seed, 200, 0.3);
    const VectorXd w = problem.robust_minimiser();
    const double shift = 0.3 * w.lpNorm<1>();
    ASSERT_GT(shift, 0);
    // Where w_j = 0 the perturbation is anything between the two signs, and moves the gradient by
    // as much as the slope that it has at either.
    VectorXd up = w, down = w;
    for (Eigen::Index j = 0; j < w.size(); ++j) {
      if (std::abs(w[j]) > 1e-9) continue;
      up[j] = 1e-12;
      down[j] = -1e-12;
    }
    const VectorXd above = problem.gradient_x(w, problem.worst_perturbation(up));
    const VectorXd below = problem.gradient_x(w, problem.worst_perturbation(down));
    for (Eigen::Index j = 0; j < w.size(); ++j) {
      if (std::abs(w[j]) > 1e-9) {
        EXPECT_NEAR(above[j], 0, 1e-11) << j;
      } else {
        EXPECT_GT(above[j], 0) << j;
        EXPECT_LT(below[j], 0) << j;
      }
    }
  }
}

TEST(RobustLogistic, WithoutARadiusIsLogisticRegression) {
  RobustLogistic problem = logistic(4, 100, 0);
  const VectorXd w = problem.robust_minimiser();
  EXPECT_LT(problem.gradient_x(w, VectorXd::Zero(1000)).norm(), 1e-11);
  EXPECT_EQ(problem.accuracy(w), problem.robust_accuracy(w));
}

TEST(RobustLogistic, RobustTrainingTradesCleanAccuracyForRobustness) {
  // Measured for one draw of such data: 0.9454 and 0.4290 without, 0.8254 and 0.5456 with.
  for (const std::uint64_t seed : {0, 1, 2}) {
    Rng rng(seed, 1);
    const VectorXd truth = normal_vector(10, rng);
    const RobustLogistic robust(half_space_points(seed, 200, truth, 0.3), 0.3, 1e-3);
    const RobustLogistic usual(half_space_points(seed, 200, truth, 0.3), 0, 1e-3);
    const RobustLogistic test(half_space_points(seed + 100, 5000, truth, 0.3), 0.3, 1e-3);
    const VectorXd w = robust.robust_minimiser(), u = usual.robust_minimiser();
    EXPECT_GT(test.accuracy(u), 0.92);
    EXPECT_GT(test.accuracy(u), test.accuracy(w) + 0.05);
    EXPECT_GT(test.robust_accuracy(w), test.robust_accuracy(u) + 0.05);
    EXPECT_LT(robust.robust_value(w), 0.7);
    EXPECT_GT(robust.robust_value(u), 1.5);
  }
}

TEST(RobustDomains, AreSolvedByTheirSaddlePoint) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    RobustDomains problem = domains(seed, 3);
    const Pair<VectorXd> z = problem.saddle_point();
    EXPECT_LT(natural_residual<Pair<VectorXd>>(problem, z), 1e-10);
    EXPECT_NEAR(z.y.sum(), 1, 1e-14);
  }
}

TEST(RobustDomains, TheSaddlePointIsBetterOnTheWorstDomainThanTheMean) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    RobustDomains problem = domains(seed, 4);
    const Pair<VectorXd> z = problem.saddle_point();
    const VectorXd mean = problem.minimiser(VectorXd::Constant(4, 0.25));
    EXPECT_LT(problem.losses(z.x).maxCoeff(), problem.losses(mean).maxCoeff() - 1e-3);
    EXPECT_GT(problem.losses(z.x).sum(), problem.losses(mean).sum() - 1e-3);
  }
}

TEST(RobustDomains, OneDomainIsLogisticRegression) {
  RobustDomains problem = domains(5, 1);
  const Pair<VectorXd> z = problem.saddle_point();
  EXPECT_EQ(z.y[0], 1);
  EXPECT_LT(problem.gradient_x(z.x, z.y).norm(), 1e-12);
}

TEST(LabelledPoints, ThatDoNotFitAreErrors) {
  const MatrixXd points = MatrixXd::Ones(2, 3);
  const VectorXd labels = Eigen::Vector3d(1, -1, 1);
  EXPECT_NO_THROW((LabelledPoints{points, labels}.validate()));
  EXPECT_THROW((LabelledPoints{MatrixXd(2, 0), VectorXd(0)}.validate()), Error);
  EXPECT_THROW((LabelledPoints{points, Eigen::Vector2d(1, -1)}.validate()), Error);
  EXPECT_THROW((LabelledPoints{points, Eigen::Vector3d(1, 0, 1)}.validate()), Error);
  EXPECT_THROW((LabelledPoints{points / 0.0, labels}.validate()), Error);
  EXPECT_THROW(RobustLogistic({points, Eigen::Vector2d(1, -1)}, 0.1, 1), Error);
  EXPECT_THROW(RobustDomains({}, 1), Error);
  EXPECT_THROW(RobustDomains({{points, labels}, {MatrixXd::Ones(3, 3), labels}}, 1), Error);
}

TEST(LabelledPoints, OfWeakFeaturesAreAsDescribed) {
  const LabelledPoints data = weak_feature_points(7, 20000, 5, 0.25, 0.05);
  const VectorXd strong = data.points.row(0).transpose().cwiseProduct(data.labels);
  EXPECT_NEAR((strong.array() < 0).cast<double>().mean(), 0.05, 0.006);
  for (int j = 1; j < 5; ++j) {
    EXPECT_NEAR(data.points.row(j).dot(data.labels.transpose()) / 20000, 0.25, 0.03) << j;
  }
  EXPECT_NEAR(data.labels.mean(), 0, 0.03);
}

}  // namespace
}  // namespace saddle
