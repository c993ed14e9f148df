// SPDX-License-Identifier: Apache-2.0
// Tensors as vectors: the operations, and methods that go where they go on Eigen's.
#include <saddle/optim/torch/vector.h>

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/optim/bilevel/implicit.h>
#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/constraint/gdpa.h>
#include <saddle/optim/constraint/method.h>
#include <saddle/optim/minmax/extragradient.h>
#include <saddle/optim/pair.h>
#include <saddle/optim/primal/step.h>
#include <saddle/optim/problems/bilevel_toys.h>
#include <saddle/optim/problems/constrained.h>
#include <saddle/optim/problems/games.h>
#include "problems.h"

namespace saddle {
namespace {

using Eigen::VectorXd;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
using torch::Tensor;
using OfTensors = VectorSpace<Tensor>;
using OfEigen = VectorSpace<VectorXd>;

TEST(TensorSpace, OperationsAreThoseOfEigen) {
  const VectorXd a = normal_matrix(50, 1, 1), b = normal_matrix(50, 1, 2).cwiseAbs();
  const Tensor s = to_tensor(a), t = to_tensor(b);
  EXPECT_NEAR(dot_product(s, t), a.dot(b), 1e-13);
  EXPECT_NEAR(euclidean_norm(s), a.norm(), 1e-13);
  EXPECT_EQ(to_eigen(OfTensors::times(s, t)), OfEigen::times(a, b));
  EXPECT_LT((to_eigen(OfTensors::over_root(s, t, 1e-3)) - OfEigen::over_root(a, b, 1e-3)).norm(),
            1e-13);
  EXPECT_EQ(to_eigen(zero_like(s)), VectorXd::Zero(50));
  Rng one(7), other(7);
  EXPECT_EQ(to_eigen(OfTensors::normal_like(s, one)), OfEigen::normal_like(a, other));
}

TEST(TensorSpace, SinglePrecisionIsKeptAndSummedInDouble) {
  const Tensor a = torch::full({3, 4}, 0.1, torch::kFloat32);
  const double single = static_cast<double>(0.1f);
  EXPECT_NEAR(dot_product(a, a), 12 * single * single, 1e-8);
  Rng rng(7);
  for (const Tensor& v : {zero_like(a), OfTensors::normal_like(a, rng), OfTensors::times(a, a),
                          OfTensors::over_root(a, a, 1e-8), Tensor(2.0 * a)}) {
    EXPECT_EQ(v.scalar_type(), torch::kFloat32);
    EXPECT_EQ(v.sizes(), a.sizes());
  }
  // 2²⁴ + 1 ones are more than float32 counts.
  const Tensor many = torch::ones({(1 << 24) + 1}, torch::kFloat32);
  EXPECT_EQ(dot_product(many, many), (1 << 24) + 1);
}

TEST(TensorSpace, SeesEntriesThatAreNotFinite) {
  EXPECT_TRUE(all_finite(to_tensor(VectorXd::Ones(3))));
  EXPECT_FALSE(all_finite(to_tensor(Eigen::Vector2d(1, std::numeric_limits<double>::infinity()))));
  EXPECT_FALSE(all_finite(to_tensor(Eigen::Vector2d(std::nan(""), 1))));
}

TEST(TensorSpace, ShapesAreNotBroadcast) {
  const Tensor row = torch::ones({1, 3}), column = torch::ones({3, 1});
  EXPECT_THROW((void)dot_product(row, column), std::logic_error);
  EXPECT_THROW((void)OfTensors::times(row, column), std::logic_error);
  EXPECT_THROW((void)OfTensors::over_root(row, column, 1), std::logic_error);
}

TEST(TensorSpace, RecordsNothingForAutograd) {
  const Tensor a = torch::ones({3}).requires_grad_();
  Rng rng(1);
  for (const Tensor& v : {zero_like(a), OfTensors::normal_like(a, rng), OfTensors::times(a, a),
                          OfTensors::over_root(a, a, 1)}) {
    EXPECT_FALSE(v.requires_grad());
  }
}

Tensor restored(Tensor saved) {
  Archive save;
  archive_vector(save, "v", saved);
  saved.zero_();  // what was saved has no part in this memory
  Archive load(save.entries());
  Tensor loaded;
  archive_vector(load, "v", loaded);
  return loaded;
}

TEST(TensorSpace, AnArchiveKeepsTypeShapeAndBits) {
  for (const auto type : {torch::kFloat32, torch::kFloat64}) {
    for (const std::vector<std::int64_t>& shape :
         {std::vector<std::int64_t>{5}, {2, 3}, {}, {0}, {3, 1, 2}}) {
      Rng rng(3);
      const Tensor drawn = OfTensors::normal_like(torch::empty(shape, type), rng);
      const Tensor loaded = restored(drawn.clone());
      EXPECT_EQ(loaded.scalar_type(), type);
      EXPECT_EQ(loaded.sizes(), drawn.sizes());
      EXPECT_TRUE(loaded.equal(drawn));
    }
  }
  const Tensor transposed = matrix_tensor(normal_matrix(3, 2, 1)).t();
  EXPECT_TRUE(restored(transposed.clone(at::MemoryFormat::Preserve)).equal(transposed));
}

TEST(TensorSpace, OtherKindsOfTensorsAreRefused) {
  Tensor whole = torch::ones({2}, torch::kInt64);
  Archive archive;
  EXPECT_THAT([&] { archive_vector(archive, "v", whole); },
              ThrowsMessage<Error>(HasSubstr("float32 or float64 on the CPU")));
}

TEST(PrimalSteps, LeaveTensorsThatTheyAreGivenAlone) {
  std::vector<std::unique_ptr<PrimalStep<Tensor>>> steps;
  steps.push_back(std::make_unique<GradientStep<Tensor>>(PowerSchedule{0.1, 0}));
  steps.push_back(std::make_unique<OptimisticStep<Tensor>>(0.1));
  steps.push_back(std::make_unique<AdamStep<Tensor>>(AdamStep<Tensor>::Options{}));
  steps.push_back(std::make_unique<SmoothedStep<Tensor>>(SmoothedStep<Tensor>::Options{}));
  for (const auto& step : steps) {
    Tensor x = to_tensor(Eigen::Vector2d(1, 2));
    for (int i = 0; i < 3; ++i) {
      const Tensor gradient = to_tensor(Eigen::Vector2d(i, -1));
      const Tensor x_before = x.clone(), gradient_before = gradient.clone();
      const Tensor next = step->next(x, gradient);
      EXPECT_TRUE(x.equal(x_before));
      EXPECT_TRUE(gradient.equal(gradient_before));
      x = next;
    }
  }
}

template <class V>
using Steps = std::unique_ptr<PrimalStep<V>>;

template <class V>
Steps<V> descent(double exponent) {
  return std::make_unique<GradientStep<V>>(PowerSchedule{0.5, exponent});
}
template <class V>
Steps<V> adam() {
  return std::make_unique<AdamStep<V>>(typename AdamStep<V>::Options{.step = 0.05});
}

/// Two forms of a problem, with two forms of a method from one start: 100 steps to the same points.
template <class Written, class Derived>
void expect_same_iterates(Written& written, Method<Written>& method, Pair<VectorXd> z,
                          Derived& derived, Method<Derived>& twin, typename Derived::Point t) {
  const VectorXd start = z.x;
  for (int i = 0; i < 100; ++i) {
    method.step(written, z);
    twin.step(derived, t);
    ASSERT_LT(distance(t.x, z.x), 1e-12) << "step " << i;
    ASSERT_LT(distance(t.y, z.y), 1e-12) << "step " << i;
  }
  EXPECT_GT((z.x - start).norm(), 0.1);  // it went somewhere
}

/// Neyman-Pearson classification by a rule and a primal step.
template <class Rule>
void expect_same_iterates(const typename Rule::Options& options, Steps<VectorXd> of_eigen,
                          Steps<Tensor> of_tensors) {
  NeymanPearson written(0.4);
  AutogradConstrained derived = neyman_pearson_losses(0.4);
  RuleMethod<VectorXd> method(std::make_unique<Rule>(1, options), std::move(of_eigen));
  RuleMethod<Tensor> twin(std::make_unique<Rule>(1, options), std::move(of_tensors));
  const Pair<VectorXd> start{VectorXd::Zero(3), VectorXd::Zero(1)};
  expect_same_iterates<ConstrainedProblem<VectorXd>, ConstrainedProblem<Tensor>>(
      written, method, start, derived, twin, {to_tensor(start.x), start.y});
}

TEST(Methods, RulesTakeTensorsWhereTheyTakeEigensVectors) {
  expect_same_iterates<AugmentedLagrangian>({}, descent<VectorXd>(0), descent<Tensor>(0));
  expect_same_iterates<Gdpa>({}, descent<VectorXd>(-1.0 / 3), descent<Tensor>(-1.0 / 3));
  expect_same_iterates<AugmentedLagrangian>({}, adam<VectorXd>(), adam<Tensor>());
}

TEST(Methods, ExtragradientTakesTensorsWhereItTakesEigensVectors) {
  using Written = MinMaxProblem<VectorXd>;
  using Derived = MinMaxProblem<Tensor>;
  const Eigen::MatrixXd a = normal_matrix(3, 3, 1);
  BilinearGame written(a);
  AutogradMinMax derived({.loss = [a = matrix_tensor(a)](const Tensor& x, const Tensor& y) {
    return x.dot(a.mv(y));
  }});
  Extragradient<Written> method({.step = 0.2});
  Extragradient<Derived> twin({.step = 0.2});
  const Pair<VectorXd> start{VectorXd::Ones(3), VectorXd::Ones(3)};
  expect_same_iterates<Written, Derived>(written, method, start, derived, twin,
                                         {to_tensor(start.x), to_tensor(start.y)});
}

TEST(Methods, ImplicitDifferentiationTakesTensorsWhereItTakesEigensVectors) {
  using Written = BilevelProblem<VectorXd>;
  using Derived = BilevelProblem<Tensor>;
  const Eigen::MatrixXd root = 0.5 * normal_matrix(3, 3, 1), b = normal_matrix(3, 2, 2);
  const Eigen::MatrixXd h = root * root.transpose() + Eigen::MatrixXd::Identity(3, 3);
  const VectorXd target = normal_matrix(3, 1, 3);
  QuadraticBilevel written({.h = h, .b = b, .t = target, .rho = 0.1});
  AutogradBilevel derived(
      {.outer = [t = to_tensor(target)](
                    const Tensor& x,
                    const Tensor& y) { return 0.5 * (y - t).dot(y - t) + 0.05 * x.dot(x); },
       .inner = [h = matrix_tensor(h), b = matrix_tensor(b)](
                    const Tensor& x,
                    const Tensor& y) { return 0.5 * y.dot(h.mv(y)) - y.dot(b.mv(x)); }});
  for (const char* solver : {"cg", "neumann"}) {
    Aid<VectorXd, VectorXd> method({.solver = solver});
    Aid<Tensor, Tensor> twin({.solver = solver});
    const Pair<VectorXd> start{VectorXd::Ones(2), VectorXd::Ones(3)};
    expect_same_iterates<Written, Derived>(written, method, start, derived, twin,
                                           {to_tensor(start.x), to_tensor(start.y)});
  }
}

TEST(Methods, SolveTensorsToTheMultiplierThatIsKnown) {
  AutogradConstrained problem = neyman_pearson_losses(0.4);
  AugmentedLagrangian::Options options;
  options.penalty = 10;
  options.step = 1;
  options.normalize = false;
  RuleMethod<Tensor> method(std::make_unique<AugmentedLagrangian>(1, options), descent<Tensor>(0));
  Pair<Tensor, VectorXd> z{torch::zeros({3}, torch::kFloat64), VectorXd::Zero(1)};
  const Result result = solve(problem, method, z, {.tolerance = 1e-7, .limit = 5000});
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
  EXPECT_NEAR(z.y[0], 1.085551, 2e-6);
}

TEST(Methods, ContinueOnTensorsFromASavedStateToTheSameBits) {
  AutogradConstrained problem = neyman_pearson_losses(0.4);
  const auto make = [] {
    return std::make_unique<RuleMethod<Tensor>>(std::make_unique<Gdpa>(1, Gdpa::Options{}),
                                                adam<Tensor>());
  };
  const auto method = make(), resumed = make();
  Pair<Tensor, VectorXd> z{torch::zeros({3}, torch::kFloat64), VectorXd::Zero(1)};
  for (int i = 0; i < 10; ++i) method->step(problem, z);
  Archive save;
  save("method", *method);
  archive_vector(save, "z", z);
  for (int i = 0; i < 10; ++i) method->step(problem, z);
  Archive load(save.entries());
  Pair<Tensor, VectorXd> again;
  load("method", *resumed);
  archive_vector(load, "z", again);
  for (int i = 0; i < 10; ++i) resumed->step(problem, again);
  EXPECT_TRUE(again.x.equal(z.x));
  EXPECT_EQ(again.y, z.y);
}

}  // namespace
}  // namespace saddle
