// SPDX-License-Identifier: Apache-2.0
// Attacks by signed steps, and networks trained against them.
#include <gtest/gtest.h>

#include <saddle/base/rng.h>
#include <saddle/optim/gradient_check.h>
#include <saddle/optim/minmax/adversarial_training.h>
#include <saddle/optim/minmax/attack.h>
#include <saddle/optim/normal.h>
#include <saddle/optim/problems/adversarial_classifier.h>
#include <saddle/optim/problems/robust.h>

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

TEST(Attack, OfALinearModelIsExactInOneStepAndInMany) {
  Rng rng(1);
  const VectorXd w = normal_vector(10, rng);
  RobustLogistic problem(half_space_points(1, 100, normal_vector(10, rng), 0.3), 0.3, 1e-3);
  const auto gradient = [&](const VectorXd& delta) { return problem.gradient_y(w, delta); };
  const VectorXd once = fast_gradient_sign(gradient, 1000, 0.3);
  const VectorXd many = projected_sign_ascent(gradient, random_perturbation(1000, 0.3, rng),
                                              {.radius = 0.3, .step = 0.03, .steps = 40});
  EXPECT_EQ(once, problem.worst_perturbation(w));
  EXPECT_EQ(many, problem.worst_perturbation(w));
  EXPECT_NEAR(problem.value(w, once), problem.robust_value(w), 1e-14);
}

TEST(Attack, WithTooFewStepsDoesNotCrossTheBox) {
  const auto up = [](const VectorXd& delta) { return VectorXd(VectorXd::Ones(delta.size())); };
  const VectorXd delta = projected_sign_ascent(up, VectorXd::Constant(2, -0.5),
                                               {.radius = 0.5, .step = 0.1, .steps = 4});
  EXPECT_NEAR(delta[0], -0.1, 1e-15);
}

TEST(Attack, OnTheChangeOfAnAnswerNeedsARandomStart) {
  // φ(δ) = ½‖Aδ‖², the change of a linear policy's action.
  Rng rng(2);
  const MatrixXd a = MatrixXd::NullaryExpr(2, 4, [&] { return rng.normal(); });
  const auto gradient = [&](const VectorXd& delta) {
    return VectorXd(a.transpose() * (a * delta));
  };
  const AttackOptions options{.radius = 0.1, .step = 0.02, .steps = 20};
  EXPECT_EQ(fast_gradient_sign(gradient, 4, 0.1), VectorXd::Zero(4));
  EXPECT_EQ(projected_sign_ascent(gradient, VectorXd::Zero(4), options), VectorXd::Zero(4));
  const VectorXd delta = projected_sign_ascent(gradient, random_perturbation(4, 0.1, rng), options);
  EXPECT_EQ(delta.cwiseAbs(), VectorXd::Constant(4, 0.1))
      << "a vertex, where a convex φ is largest";
}

TEST(Attack, SignsOfZeroAreZero) {
  EXPECT_EQ(sign_of(Eigen::Vector3d(-2, 0, 1e-300)), Eigen::Vector3d(-1, 0, 1));
}

TEST(Attack, RandomPerturbationsFillTheBox) {
  Rng rng(3);
  const VectorXd delta = random_perturbation(10000, 0.2, rng);
  EXPECT_LE(delta.cwiseAbs().maxCoeff(), 0.2);
  EXPECT_NEAR(delta.mean(), 0, 0.005);
  EXPECT_NEAR(delta.squaredNorm() / 10000, 0.04 / 3, 0.0005);
}

TEST(AdversarialClassifier, HasTheGradientsOfItsValues) {
  Rng rng(4);
  AdversarialClassifier problem(weak_feature_points(4, 6, 5, 0.25, 0.05), 3, 0.5, 1e-2);
  for (int i = 0; i < 10; ++i) {
    EXPECT_LT(
        check_gradient(problem, normal_vector(5 * 3 + 7, rng), normal_vector(30, rng)).largest,
        1e-7);
  }
}

struct Accuracies {
  double clean, attacked;
};

class Training {
 public:
  explicit Training(std::uint64_t seed)
      : problem_(weak_feature_points(seed, 200, 10, 0.25, 0.05), 8, 0.5, 1e-3),
        test_(weak_feature_points(seed + 100, 500, 10, 0.25, 0.05), 8, 0.5, 1e-3),
        rng_(seed, 1),
        start_{problem_.initial(rng_), problem_.no_perturbation()} {}

  Accuracies after(int rounds, double noise, double step_y) {
    AdversarialTraining method({.step_x = 1, .step_y = step_y, .steps = 5, .noise = noise}, 1);
    Pair<VectorXd> z = start_;
    for (int i = 0; i < rounds; ++i) method.step(problem_, z);
    EXPECT_LE(z.y.cwiseAbs().maxCoeff(), 0.5);
    return measured(z.x);
  }
  Accuracies standard(int rounds) {
    VectorXd theta = start_.x;
    for (int i = 0; i < rounds; ++i) theta -= problem_.gradient_x(theta, start_.y);
    return measured(theta);
  }

 private:
  Accuracies measured(const VectorXd& theta) {
    return {test_.accuracy(theta, test_.no_perturbation()),
            test_.attacked_accuracy(theta, 10, 2, rng_)};
  }
  AdversarialClassifier problem_, test_;
  Rng rng_;
  Pair<VectorXd> start_;
};

TEST(AdversarialTraining, MakesAClassifierRobustThatOtherwiseIsNot) {
  for (const std::uint64_t seed : {0, 1, 2}) {
    Training training(seed);
    const Accuracies standard = training.standard(150);
    const Accuracies robust = training.after(150, 0.5, 0.25);
    EXPECT_GT(standard.clean, 0.9) << seed;
    EXPECT_LT(standard.attacked, 0.65) << seed;
    EXPECT_GT(robust.clean, 0.92) << seed;
    EXPECT_GT(robust.attacked, 0.9) << seed;
  }
}

TEST(AdversarialTraining, ContinuesFromASavedStateToTheSameBits) {
  RobustLogistic problem(half_space_points(1, 20, VectorXd::Ones(3), 0.3), 0.3, 1e-3);
  AdversarialTraining first({}, 5), second({}, 6);
  Pair<VectorXd> z{VectorXd::Ones(3), VectorXd::Zero(60)};
  for (int i = 0; i < 10; ++i) first.step(problem, z);
  Archive saved;
  first.state(saved);
  Archive loading(saved.entries());
  second.state(loading);
  Pair<VectorXd> copy = z;
  for (int i = 0; i < 10; ++i) {
    first.step(problem, z);
    second.step(problem, copy);
  }
  EXPECT_EQ(z.x, copy.x);
  EXPECT_EQ(z.y, copy.y);
}

TEST(AdversarialTraining, OfALinearModelNearsTheRobustOptimum) {
  Rng rng(6);
  RobustLogistic problem(half_space_points(6, 100, normal_vector(5, rng), 0.3), 0.2, 1e-2);
  const double optimum = problem.robust_value(problem.robust_minimiser());
  double before = 1;
  for (const double step : {0.5, 0.05}) {
    AdversarialTraining method({.step_x = step, .step_y = 0.4, .steps = 1, .noise = 0});
    Pair<VectorXd> z{VectorXd::Zero(5), VectorXd::Zero(500)};
    for (int i = 0; i < 4000; ++i) method.step(problem, z);
    const double gap = problem.robust_value(z.x) - optimum;
    EXPECT_GE(gap, -1e-12);
    EXPECT_LT(gap, std::min(0.05 * step, 0.2 * before)) << "it chatters less with a smaller step";
    before = gap;
  }
}

}  // namespace
}  // namespace saddle
