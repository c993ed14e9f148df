// SPDX-License-Identifier: Apache-2.0
// Gradients from values.
#include <saddle/optim/minmax/zeroth_order.h>

#include <gtest/gtest.h>

#include "run.h"

namespace saddle {
namespace {

using Eigen::Vector4d;
using Eigen::VectorXd;

/// ½ xᵀ diag(1, 2, 3, 4) x at (1, −1, ½, 2).
const Vector4d kCurvature(1, 2, 3, 4);
const VectorXd kPoint = Vector4d(1, -1, 0.5, 2);
const VectorXd kGradient = kCurvature.cwiseProduct(kPoint);

double quadratic(const VectorXd& x) { return 0.5 * kCurvature.dot(x.cwiseProduct(x)); }

struct Moments {
  VectorXd mean = VectorXd::Zero(4);
  double square = 0;
};

Moments sample(double radius, int directions, int count) {
  Rng rng(3);
  Moments moments;
  for (int i = 0; i < count; ++i) {
    const VectorXd estimate = sphere_gradient(quadratic, kPoint, radius, directions, rng);
    moments.mean += estimate / count;
    moments.square += estimate.squaredNorm() / count;
  }
  return moments;
}

TEST(SphereGradient, IsUnbiasedOnAQuadraticAtAnyRadius) {
  for (const double radius : {1e-3, 1.0, 3.0}) {
    // The standard error of an entry is about √(285/40000) = 0.08 at small radii.
    const Moments moments = sample(radius, 1, 40000);
    EXPECT_LT((moments.mean - kGradient).cwiseAbs().maxCoeff(), 0.35) << "radius " << radius;
  }
}

TEST(SphereGradient, HasTheMeanSquareOfItsDimension) {
  // 4·71.25 = 285.
  EXPECT_NEAR(4 * kGradient.squaredNorm(), 285, 1e-12);
  EXPECT_NEAR(sample(1e-6, 1, 40000).square, 285, 3);
}

TEST(SphereGradient, AveragesItsDirections) {
  // ‖∇‖² (1 + (d − 1)/q): the excess over ‖∇‖² falls as 1/q.
  EXPECT_NEAR(sample(1e-6, 10, 10000).square, kGradient.squaredNorm() * 1.3, 2);
}

TEST(SphereGradient, AsksForOneValueMoreThanDirections) {
  int values = 0;
  Rng rng(1);
  (void)sphere_gradient(
      [&](const VectorXd& x) {
        ++values;
        return x.sum();
      },
      kPoint, 0.1, 5, rng);
  EXPECT_EQ(values, 6);
}

TEST(SphereGradient, IsExactInOneDimensionUpToTheRadius) {
  // u = ±1: (f(x ± μ) − f(x))/(±μ) = 2x ± μ of x².
  Rng rng(1);
  const auto square = [](const VectorXd& x) { return x[0] * x[0]; };
  for (int i = 0; i < 10; ++i) {
    EXPECT_NEAR(sphere_gradient(square, scalar(3), 1e-4, 1, rng)[0], 6, 1.001e-4);
  }
}

TEST(ZerothOrderMinMax, SolvesAStronglyConcaveGameFromOneSideAndFromBoth) {
  const Instance<Game> at = make_game("quadratic-saddle");
  for (const std::string two_sided : {"false", "true"}) {
    GamePoint z = at.start;
    const auto method = make_method("zo-minmax", *at.problem, {{"two_sided", two_sided}});
    const Result result = solve(*at.problem, *method, z, {.tolerance = 1e-3, .limit = 20000});
    EXPECT_EQ(result.status, Status::kConverged) << two_sided << ": " << result.message;
    EXPECT_NEAR(at.problem->value(z.x, z.y), *at.optimum, 1e-4);
  }
}

/// Values that shift with the minibatch: only differences within one make sense.
struct Shifting final : MinMaxProblem<VectorXd> {
  double value(const VectorXd& x, const VectorXd& y) override {
    return 0.5 * (x - y).squaredNorm() - y.squaredNorm() + 1e6 * static_cast<double>(batch);
  }
  VectorXd gradient_x(const VectorXd&, const VectorXd&) override {
    ADD_FAILURE() << "the gradient of x is not known";
    return {};
  }
  VectorXd gradient_y(const VectorXd& x, const VectorXd& y) override { return y - x - 2 * y; }
  void resample(std::uint64_t next) override { batch = next; }
  std::uint64_t batch = 0;
};

TEST(ZerothOrderMinMax, ComparesValuesOfOneMinibatch) {
  Shifting problem;
  ZerothOrderMinMax<VectorXd> method({.radius = 0.1}, 1);
  Pair<VectorXd> z{kPoint, kPoint};
  for (int i = 0; i < 2000; ++i) method.step(problem, z);
  EXPECT_LT(euclidean_norm(z), 0.2);
}

}  // namespace
}  // namespace saddle
