// SPDX-License-Identifier: Apache-2.0
// Poisoning of logistic regression: gradients, minibatches, and what an attack does.
#include <saddle/optim/problems/poisoning.h>

#include <gtest/gtest.h>

#include <saddle/base/rng.h>
#include <saddle/optim/gradient_check.h>
#include <saddle/optim/normal.h>

namespace saddle {
namespace {

using Eigen::VectorXd;

Poisoning::Options small() {
  Poisoning::Options options;
  options.points = 60;
  options.dimension = 4;
  options.batch = 10;
  return options;
}

TEST(Poisoning, HasTheGradientsOfItsValues) {
  Poisoning problem(small(), 3);
  Rng rng(1);
  for (const std::uint64_t batch : {0, 1, 2}) {
    problem.resample(batch);
    for (int i = 0; i < 5; ++i) {
      EXPECT_LT(check_gradient(problem, normal_vector(4, rng), normal_vector(4, rng)).largest,
                1e-7);
    }
  }
}

TEST(Poisoning, ABatchComesBackWithItsSeed) {
  Poisoning problem(small(), 3);
  Rng rng(2);
  const VectorXd w = normal_vector(4, rng), delta = VectorXd::Ones(4);
  const double all = problem.value(w, delta);
  problem.resample(7);
  const double seven = problem.value(w, delta);
  problem.resample(8);
  EXPECT_NE(problem.value(w, delta), seven);
  problem.resample(7);
  EXPECT_EQ(problem.value(w, delta), seven);
  problem.resample(0);
  EXPECT_EQ(problem.value(w, delta), all);
}

TEST(Poisoning, ABatchOfAllPointsIsAllData) {
  Poisoning::Options options = small();
  options.batch = 1000;
  Poisoning problem(options, 3);
  const double all = problem.value(VectorXd::Ones(4), VectorXd::Ones(4));
  problem.resample(1);
  EXPECT_EQ(problem.value(VectorXd::Ones(4), VectorXd::Ones(4)), all);
}

TEST(Poisoning, BatchesDrawEveryCleanPointEquallyOften) {
  // At δ = 0 the mean over batches of the clean points' sum is that of all, scaled to the batch.
  Poisoning::Options options = small();
  options.ridge = 1e-12;
  Poisoning problem(options, 3);
  const VectorXd w = VectorXd::Ones(4), none = VectorXd::Zero(4);
  // 42 points train: 4 are poisoned and 38 clean, of which a batch takes 10.
  const double all = 42 * problem.value(w, none);
  const int batches = 4000;
  double sum = 0;
  for (int b = 1; b <= batches; ++b) {
    problem.resample(b);
    sum += 14 * problem.value(w, none);
  }
  Poisoning::Options none_clean = options;
  none_clean.batch = 1;
  Poisoning single(none_clean, 3);
  double poisoned = 0;  // from batches of one and of ten: s₁ = p + c, s₁₀ = p + 10c
  for (int b = 1; b <= batches; ++b) {
    single.resample(b);
    poisoned += 5 * single.value(w, none);
  }
  const double ten = sum / batches, one = poisoned / batches;
  const double clean_mean = (ten - one) / 9;
  EXPECT_NEAR(all, ten + 28 * clean_mean, 0.03 * all);
}

TEST(Poisoning, TheAttackLowersTheAccuracyOfALearnerWhoTrainsToTheEnd) {
  for (const std::uint64_t seed : {0, 1}) {
    Poisoning problem({}, seed);
    Rng rng(seed, stream_id(1, 0));
    const VectorXd none = VectorXd::Zero(100);
    VectorXd w = normal_vector(100, rng), delta = none, clean = w;
    for (int k = 1; k <= 2000; ++k) {
      problem.resample(k);
      clean -= 0.05 * problem.gradient_x(clean, none);
      w -= 0.05 * problem.gradient_x(w, delta);
      delta = problem.project_y(delta + 0.02 * problem.gradient_y(w, delta));
    }
    EXPECT_LE(delta.cwiseAbs().maxCoeff(), 2);
    EXPECT_GT(problem.test_accuracy(clean), 0.85);
    EXPECT_LT(problem.test_accuracy(problem.retrained(w, delta)),
              problem.test_accuracy(problem.retrained(clean, none)) - 0.08);
  }
}

TEST(Poisoning, SharesThatLeaveNoPointsAreErrors) {
  Poisoning::Options options = small();
  options.poisoned = 0.001;
  EXPECT_THROW(Poisoning(options, 0), Error);
  options = small();
  options.poisoned = 0.999;
  EXPECT_THROW(Poisoning(options, 0), Error);
  options = small();
  options.training = 0.999;
  EXPECT_THROW(Poisoning(options, 0), Error);
}

}  // namespace
}  // namespace saddle
