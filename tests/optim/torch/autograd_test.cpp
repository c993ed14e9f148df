// SPDX-License-Identifier: Apache-2.0
// Gradients that autograd finds, against those that optim writes down and against differences.
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/torch/autograd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/optim/gradient_check.h>
#include <saddle/optim/lagrangian_problem.h>
#include <saddle/optim/problems/constrained.h>
#include <saddle/optim/problems/games.h>
#include <saddle/optim/stationarity.h>
#include "problems.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
using torch::Tensor;

VectorXd point(Eigen::Index size, std::uint64_t seed) { return normal_matrix(size, 1, seed); }

TEST(AutogradMinMax, HasTheGradientsOfABilinearGame) {
  const MatrixXd a = normal_matrix(4, 3, 1);
  BilinearGame written(a);
  AutogradMinMax derived({.loss = [a = matrix_tensor(a)](const Tensor& x, const Tensor& y) {
    return x.dot(a.mv(y));
  }});
  const VectorXd x = point(4, 2), y = point(3, 3);
  const Tensor s = to_tensor(x), t = to_tensor(y);
  EXPECT_NEAR(derived.value(s, t), written.value(x, y), 1e-10);
  EXPECT_LT(distance(derived.gradient_x(s, t), written.gradient_x(x, y)), 1e-10);
  EXPECT_LT(distance(derived.gradient_y(s, t), written.gradient_y(x, y)), 1e-10);
  const Pair<Tensor> field = derived.field({s, t});
  EXPECT_LT(distance(field.x, written.field({x, y}).x), 1e-10);
  EXPECT_LT(distance(field.y, written.field({x, y}).y), 1e-10);
}

TEST(AutogradMinMax, ProjectsEachPlayerByItsOwnFunction) {
  AutogradMinMax game({.loss = [](const Tensor& x, const Tensor& y) { return x.dot(y); },
                       .project_y = [](const Tensor& y) { return y.clamp(-1, 1); }});
  const Tensor two = torch::full({1}, 2.0, torch::kFloat64);
  const Pair<Tensor> inside = game.project({two, two});
  EXPECT_EQ(inside.x.item<double>(), 2);
  EXPECT_EQ(inside.y.item<double>(), 1);
}

TEST(AutogradConstrained, HasTheValuesAndGradientsOfNeymanPearsonClassification) {
  NeymanPearson written(0.4);
  AutogradConstrained derived = neyman_pearson_losses(0.4);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const VectorXd w = point(3, seed);
    const ConstrainedValues expected = written.values(w), got = derived.values(to_tensor(w));
    EXPECT_NEAR(got.objective, expected.objective, 1e-10);
    EXPECT_LT((got.constraints - expected.constraints).norm(), 1e-10);
    for (const double weight : {0.0, 1.0, 2.5}) {
      const GradientWeights weights{1 - 0.4 * weight, VectorXd::Constant(1, weight)};
      EXPECT_LT(distance(derived.gradient(to_tensor(w), weights), written.gradient(w, weights)),
                1e-10);
    }
  }
}

TEST(AutogradConstrained, EqualitiesComeAfterInequalities) {
  // min ½‖x‖² subject to x₁ ≤ 3 and x₁ + x₂ = 2: x = (1, 1), ν = −1.
  AutogradConstrained problem({.losses =
                                   [](const Tensor& x) {
                                     return torch::stack({0.5 * x.dot(x), x[0] - 3, x.sum() - 2});
                                   },
                               .inequalities = 1,
                               .equalities = 1});
  const Pair<Tensor, VectorXd> solution{torch::ones({2}, torch::kFloat64), Eigen::Vector2d(0, -1)};
  EXPECT_LT(kkt_residual(problem, solution).largest(), 1e-15);
  LagrangianProblem<Tensor> game(problem);
  EXPECT_LT(natural_residual(game, solution), 1e-15);
}

TEST(AutogradConstrained, WorksInSinglePrecision) {
  AutogradConstrained problem({.losses = [](const Tensor& x) { return x.dot(x).view({1}); }});
  const Tensor x = torch::ones({2}, torch::kFloat32);
  const Tensor gradient = problem.gradient(x, {1, VectorXd(0)});
  EXPECT_EQ(gradient.scalar_type(), torch::kFloat32);
  EXPECT_EQ(to_eigen(gradient), Eigen::Vector2d(2, 2));
}

/// g = ½ yᵀA y − yᵀB x and f = ½‖y − c‖² + x₁²; what their derivatives are, by hand.
struct Quadratic {
  MatrixXd a, b;
  VectorXd c;

  Quadratic() : a(normal_matrix(3, 3, 1)), b(normal_matrix(3, 2, 2)), c(point(3, 3)) {
    a = MatrixXd(a * a.transpose()) + MatrixXd::Identity(3, 3);
  }
  [[nodiscard]] AutogradBilevel problem() const {
    return AutogradBilevel(
        {.outer = [c = to_tensor(c)](
                      const Tensor& x,
                      const Tensor& y) { return 0.5 * (y - c).dot(y - c) + x[0] * x[0]; },
         .inner = [a = matrix_tensor(a), b = matrix_tensor(b)](
                      const Tensor& x,
                      const Tensor& y) { return 0.5 * y.dot(a.mv(y)) - y.dot(b.mv(x)); }});
  }
};

TEST(AutogradBilevel, HasTheDerivativesOfAQuadraticProblem) {
  const Quadratic q;
  AutogradBilevel problem = q.problem();
  const VectorXd x = point(2, 4), y = point(3, 5), v = point(3, 6);
  const Tensor s = to_tensor(x), t = to_tensor(y);
  EXPECT_NEAR(problem.inner_value(s, t), 0.5 * y.dot(q.a * y) - y.dot(q.b * x), 1e-10);
  EXPECT_NEAR(problem.outer_value(s, t), 0.5 * (y - q.c).squaredNorm() + x[0] * x[0], 1e-10);
  const Pair<Tensor> outer = problem.outer_gradient(s, t), inner = problem.inner_gradient(s, t);
  EXPECT_LT(distance(outer.x, Eigen::Vector2d(2 * x[0], 0)), 1e-10);
  EXPECT_LT(distance(outer.y, y - q.c), 1e-10);
  EXPECT_LT(distance(inner.x, -q.b.transpose() * y), 1e-10);
  EXPECT_LT(distance(inner.y, q.a * y - q.b * x), 1e-10);
  EXPECT_LT(distance(problem.hessian_yy(s, t, to_tensor(v)), q.a * v), 1e-10);
  EXPECT_LT(distance(problem.jacobian_xy(s, t, to_tensor(v)), -q.b.transpose() * v), 1e-10);
}

TEST(AutogradBilevel, IsStationaryWhereLinearAlgebraSaysSo) {
  const Quadratic q;
  AutogradBilevel problem = q.problem();
  // y*(x) = M x with M = A⁻¹B, so that f is quadratic in x.
  const MatrixXd m = solve_positive(q.a, q.b);
  MatrixXd hessian = m.transpose() * m;
  hessian(0, 0) += 2;
  const VectorXd x = solve_symmetric(hessian, VectorXd(m.transpose() * q.c));
  EXPECT_LT(bilevel_residual(problem, {to_tensor(x), to_tensor(m * x)}).largest(), 1e-9);
}

/// A problem of tensors as one of Eigen's vectors, for check_gradient().
class EigenView final : public BilevelProblem<VectorXd> {
 public:
  explicit EigenView(AutogradBilevel problem) : problem_(std::move(problem)) {}
  double outer_value(const VectorXd& x, const VectorXd& y) override {
    return problem_.outer_value(to_tensor(x), to_tensor(y));
  }
  double inner_value(const VectorXd& x, const VectorXd& y) override {
    return problem_.inner_value(to_tensor(x), to_tensor(y));
  }
  Pair<VectorXd> outer_gradient(const VectorXd& x, const VectorXd& y) override {
    return to_pair(problem_.outer_gradient(to_tensor(x), to_tensor(y)));
  }
  Pair<VectorXd> inner_gradient(const VectorXd& x, const VectorXd& y) override {
    return to_pair(problem_.inner_gradient(to_tensor(x), to_tensor(y)));
  }
  VectorXd hessian_yy(const VectorXd& x, const VectorXd& y, const VectorXd& v) override {
    return to_eigen(problem_.hessian_yy(to_tensor(x), to_tensor(y), to_tensor(v)));
  }
  VectorXd jacobian_xy(const VectorXd& x, const VectorXd& y, const VectorXd& v) override {
    return to_eigen(problem_.jacobian_xy(to_tensor(x), to_tensor(y), to_tensor(v)));
  }

 private:
  static Pair<VectorXd> to_pair(const Pair<Tensor>& z) { return {to_eigen(z.x), to_eigen(z.y)}; }
  AutogradBilevel problem_;
};

PairFunction curved(double a) {
  return [a](const Tensor& x, const Tensor& y) {
    return torch::exp(a * x[0]) * y.pow(4).sum() + torch::sin(x[1] * y[0]) + 0.5 * y.dot(y);
  };
}

TEST(AutogradBilevel, DerivativesOfCurvedLossesAgreeWithDifferences) {
  EigenView problem(AutogradBilevel({.outer = curved(0.3), .inner = curved(-0.5)}));
  EXPECT_LT(check_gradient(problem, point(2, 1), point(3, 2), point(3, 3)).largest, 1e-8);
}

TEST(AutogradBilevel, ParametersInSeveralTensorsGiveTheSameDerivatives) {
  const Tensor first = torch::zeros({1}, torch::kFloat64).requires_grad_();
  const Tensor second = torch::zeros({2, 1}, torch::kFloat64).requires_grad_();
  const PairFunction of_parameters = [=](const Tensor& x, const Tensor&) {
    return curved(-0.5)(x, torch::cat({first, second.view({2})}));
  };
  AutogradBilevel given({.outer = curved(0.3), .inner = curved(-0.5)});
  AutogradBilevel held(
      {.outer = of_parameters, .inner = of_parameters, .y = FlatParameters({first, second})});
  const Tensor x = to_tensor(point(2, 1)), y = to_tensor(point(3, 2)), v = to_tensor(point(3, 3));
  EXPECT_EQ(held.inner_value(x, y), given.inner_value(x, y));
  EXPECT_TRUE(held.inner_gradient(x, y).x.equal(given.inner_gradient(x, y).x));
  EXPECT_TRUE(held.inner_gradient(x, y).y.equal(given.inner_gradient(x, y).y));
  EXPECT_TRUE(held.hessian_yy(x, y, v).equal(given.hessian_yy(x, y, v)));
  EXPECT_TRUE(held.jacobian_xy(x, y, v).equal(given.jacobian_xy(x, y, v)));
}

TEST(AutogradBilevel, WhatALossIsLinearInHasSecondDerivativeZero) {
  AutogradBilevel problem({.outer = curved(1), .inner = [](const Tensor& x, const Tensor& y) {
                             return y.sum() + x.sum();
                           }});
  const Tensor x = torch::ones({2}, torch::kFloat64), y = torch::ones({3}, torch::kFloat64);
  EXPECT_EQ(to_eigen(problem.hessian_yy(x, y, y)), VectorXd::Zero(3));
  EXPECT_EQ(to_eigen(problem.jacobian_xy(x, y, y)), VectorXd::Zero(2));
}

TEST(AutogradProblems, PassTheSeedOfAMinibatchOn) {
  std::uint64_t batch = 99;
  const Resample resample = [&](std::uint64_t seed) { batch = seed; };
  AutogradConstrained constrained(
      {.losses = [](const Tensor& x) { return x; }, .resample = resample});
  constrained.resample(3);
  EXPECT_EQ(batch, 3u);
  AutogradMinMax game({.loss = curved(1), .resample = resample});
  game.resample(4);
  EXPECT_EQ(batch, 4u);
  AutogradBilevel bilevel({.outer = curved(1), .inner = curved(1), .resample = resample});
  bilevel.resample(0);
  EXPECT_EQ(batch, 0u);
}

TEST(AutogradProblems, WorkUnderANoGradGuardAndRecordNothing) {
  const at::NoGradGuard no_gradient;
  AutogradBilevel problem({.outer = curved(0.3), .inner = curved(-0.5)});
  const Tensor x = torch::ones({2}, torch::kFloat64), y = torch::ones({3}, torch::kFloat64);
  for (const Tensor& result : {problem.outer_gradient(x, y).x, problem.hessian_yy(x, y, y),
                               problem.jacobian_xy(x, y, y)}) {
    EXPECT_FALSE(result.requires_grad());
    EXPECT_GT(euclidean_norm(result), 0);
  }
  EXPECT_FALSE(x.requires_grad());
}

/// That f(x) is refused with these words.
void expect_refused(const TensorFunction& losses, const Tensor& x, const char* why) {
  AutogradConstrained problem({.losses = losses});
  EXPECT_THAT(
      [&] {
        (void)problem.gradient(x, {1, VectorXd(0)});
      },
      ThrowsMessage<Error>(HasSubstr(why)));
}

TEST(AutogradProblems, RefuseWhatHasNoGradientInOneSentence) {
  const Tensor x = torch::zeros({2}, torch::kFloat64);
  expect_refused([](const Tensor&) { return torch::ones({1}); }, x, "does not depend on x");
  expect_refused([](const Tensor& w) { return w.detach().sum(); }, x, "without detach() or item()");
  expect_refused([](const Tensor& w) { return w; }, x, "has shape [2] where 1 number must be");
  expect_refused([](const Tensor&) { return Tensor(); }, x, "has no value where 1 number must be");
  expect_refused([](const Tensor& w) { return w.sqrt().sum(); }, x,
                 "is finite but its gradient by x is not; look for a root");
  expect_refused([](const Tensor& w) { return w.sum(); }, x.clone().requires_grad_(),
                 "start from x.detach()");
  expect_refused([](const Tensor& w) { return w.sum(); }, torch::zeros({2}, torch::kInt64),
                 "float32 or float64 on the CPU");
  expect_refused([](const Tensor& w) { return w.sum(); }, Tensor(), "the tensor is undefined");
  EXPECT_THAT([] { AutogradConstrained({}); }, ThrowsMessage<Error>(HasSubstr("has no losses")));
}

TEST(AutogradProblems, NameTheVariableThatALossForgets) {
  const PairFunction of_x = [](const Tensor& x, const Tensor&) { return x.sum(); };
  const Tensor one = torch::ones({1}, torch::kFloat64);
  AutogradMinMax game({.loss = of_x});
  EXPECT_EQ(game.gradient_x(one, one).item<double>(), 1);
  const auto says = ThrowsMessage<Error>(HasSubstr("the loss does not depend on y"));
  EXPECT_THAT([&] { (void)game.gradient_y(one, one); }, says);
  EXPECT_THAT([&] { (void)game.field({one, one}); }, says);

  // An outer loss of x alone is one, but an inner loss of x alone has no minimiser.
  AutogradBilevel bilevel({.outer = of_x, .inner = of_x});
  EXPECT_EQ(to_eigen(bilevel.outer_gradient(one, one).y), VectorXd::Zero(1));
  const auto inner = ThrowsMessage<Error>(HasSubstr("the inner loss does not depend on y"));
  EXPECT_THAT([&] { (void)bilevel.inner_gradient(one, one); }, inner);
  EXPECT_THAT([&] { (void)bilevel.hessian_yy(one, one, one); }, inner);
  EXPECT_THAT([&] { (void)bilevel.jacobian_xy(one, one, one); }, inner);
}

TEST(AutogradProblems, RefuseDirectionsOfAnotherShape) {
  AutogradBilevel problem({.outer = curved(0.3), .inner = curved(-0.5)});
  const Tensor x = torch::ones({2}, torch::kFloat64), y = torch::ones({3}, torch::kFloat64);
  EXPECT_THAT([&] { (void)problem.hessian_yy(x, y, x); },
              ThrowsMessage<Error>(HasSubstr("direction is Double of shape [2], but y is Double")));
}

TEST(AutogradProblems, ALossThatOverflowsIsAnOutcomeAndNoError) {
  AutogradConstrained problem({.losses = [](const Tensor& x) { return torch::exp(x.dot(x)); }});
  const Tensor x = torch::full({1}, 100.0, torch::kFloat64);
  EXPECT_TRUE(std::isinf(problem.values(x).objective));
  EXPECT_FALSE(all_finite(problem.gradient(x, {1, VectorXd(0)})));
}

}  // namespace
}  // namespace saddle
