// SPDX-License-Identifier: Apache-2.0
// Nets of LibTorch's own modules: their parameters as one vector, and trained under a constraint.
#include <saddle/optim/torch/autograd.h>

#include <cmath>
#include <memory>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn.h>

#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/constraint/method.h>
#include <saddle/optim/primal/step.h>

namespace saddle {
namespace {

using Eigen::VectorXd;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
using torch::Tensor;

torch::nn::Sequential make_net(std::int64_t hidden) {
  torch::nn::Sequential net(torch::nn::Linear(2, hidden), torch::nn::Tanh(),
                            torch::nn::Linear(hidden, 1));
  net->to(torch::kFloat64);
  // The same weights everywhere, whatever LibTorch draws.
  Rng rng(5);
  const at::NoGradGuard no_gradient;
  for (Tensor& p : net->parameters()) {
    p.copy_(0.5 * VectorSpace<Tensor>::normal_like(p.detach(), rng));
  }
  return net;
}

TEST(FlatParameters, AreThoseOfTheModuleAndLeaveItAsItWas) {
  auto net = make_net(4);
  const Tensor input = torch::ones({3, 2}, torch::kFloat64);
  const Tensor before = net->forward(input).detach().clone();
  FlatParameters parameters(net->parameters());
  EXPECT_EQ(parameters.size(), 2 * 4 + 4 + 4 + 1);
  EXPECT_TRUE(net->forward(input).equal(before));
  EXPECT_TRUE(parameters.values().slice(0, 0, 8).equal(net->parameters()[0].detach().flatten()));
  for (const Tensor& p : net->parameters()) EXPECT_TRUE(p.is_leaf() && p.requires_grad());
}

TEST(FlatParameters, AreReadAsACopyAndWrittenToTheModule) {
  auto net = make_net(4);
  const Tensor input = torch::ones({3, 2}, torch::kFloat64);
  FlatParameters parameters(net->parameters());
  const Tensor saved = parameters.values();
  EXPECT_FALSE(saved.requires_grad());
  const Tensor output = net->forward(input).detach().clone();
  parameters.assign(torch::zeros_like(saved));
  EXPECT_EQ(net->forward(input).abs().sum().item<double>(), 0);
  EXPECT_GT(saved.abs().sum().item<double>(), 0);
  parameters.assign(saved);
  EXPECT_TRUE(net->forward(input).equal(output));
}

TEST(FlatParameters, GradientIsWhatBackwardLeft) {
  auto net = make_net(3);
  FlatParameters parameters(net->parameters());
  EXPECT_EQ(parameters.gradient().abs().sum().item<double>(), 0);
  net->forward(torch::ones({1, 2}, torch::kFloat64)).sum().backward();
  const Tensor gradient = parameters.gradient();
  EXPECT_TRUE(gradient.slice(0, 0, 6).equal(net->parameters()[0].grad().flatten()));
  EXPECT_EQ(gradient[-1].item<double>(), 1);  // the output's bias
}

TEST(FlatParameters, TwoOfOneModuleShareItsArena) {
  auto net = make_net(3);
  FlatParameters one(net->parameters()), other(net->parameters());
  one.assign(torch::ones_like(one.values()));
  EXPECT_EQ(other.values().sum().item<double>(), static_cast<double>(other.size()));
}

TEST(FlatParameters, SayThatTheModuleMovedThem) {
  auto net = make_net(3);
  FlatParameters parameters(net->parameters());
  net->to(torch::kFloat32);
  const auto says = ThrowsMessage<Error>(HasSubstr("no longer where they were"));
  EXPECT_THAT([&] { (void)parameters.values(); }, says);
  EXPECT_THAT([&] { parameters.assign(torch::zeros({13})); }, says);
}

TEST(FlatParameters, RefuseWhatCannotBeOneVectorToTrain) {
  const auto refused = [](const std::vector<Tensor>& parameters, const char* why) {
    EXPECT_THAT([&] { FlatParameters flat(parameters); }, ThrowsMessage<Error>(HasSubstr(why)));
  };
  const Tensor p = torch::ones({2}).requires_grad_();
  refused({}, "there are no parameters");
  refused({p, p}, "parameter 1 is parameter 0 again");
  refused({p, torch::ones({2})}, "parameter 1 does not require gradients");
  refused({p, 2 * p}, "parameter 1 is no leaf");
  refused({p, torch::ones({2}, torch::kFloat64).requires_grad_()},
          "convert the module to one type");
  refused({p, Tensor()}, "the tensor is undefined");
  FlatParameters parameters({p});
  EXPECT_THAT(
      [&] { parameters.assign(torch::ones({3})); },
      ThrowsMessage<Error>(HasSubstr("Float of shape [2], but the vector is Float of shape [3]")));
}

/// Points of the plane: negative within a disc of radius 1, positive around it, both with noise
/// that mixes them at the border. No line separates them.
struct Rings {
  Tensor negative, positive;  ///< [count, 2]

  explicit Rings(std::int64_t count) {
    Rng rng(11);
    const auto draw = [&](double low, double high) {
      const Tensor points = torch::empty({count, 2}, torch::kFloat64);
      for (std::int64_t i = 0; i < count; ++i) {
        const double radius = rng.uniform(low, high) + 0.15 * rng.normal();
        const double angle = rng.uniform(0, 2 * std::numbers::pi);
        points[i][0] = radius * std::cos(angle);
        points[i][1] = radius * std::sin(angle);
      }
      return points;
    };
    negative = draw(0, 1);
    positive = draw(1, 2);
  }
};

TEST(AutogradConstrained, ANetLearnsToMissFewPositivesByMinibatches) {
  // Neyman-Pearson: least loss on negatives, with at most `limit` of loss on positives.
  constexpr double kLimit = 0.1;
  constexpr std::int64_t kCount = 300, kBatch = 100;
  const Rings data(kCount);
  auto net = make_net(16);
  const FlatParameters parameters(net->parameters());
  Tensor chosen = torch::arange(kCount);
  const auto loss = [&](const Tensor& points, double sign) {
    const Tensor scores = net->forward(points.index_select(0, chosen)).squeeze(1);
    return torch::softplus(sign * scores).mean();
  };
  AutogradConstrained problem(
      {.losses =
           [&](const Tensor&) {
             return torch::stack({loss(data.negative, 1), loss(data.positive, -1) - kLimit});
           },
       .inequalities = 1,
       .parameters = parameters,
       .resample =
           [&](std::uint64_t seed) {
             chosen = torch::arange(kCount);
             if (seed == 0) return;
             Rng rng(seed);
             chosen = torch::empty({kBatch}, torch::kInt64);
             for (std::int64_t i = 0; i < kBatch; ++i) chosen[i] = std::int64_t{rng.below(kCount)};
           }});
  AugmentedLagrangian::Options options;
  options.penalty = 10;
  options.step = 0.01;
  options.normalize = false;
  RuleMethod<Tensor> method(
      std::make_unique<AugmentedLagrangian>(1, options),
      std::make_unique<AdamStep<Tensor>>(AdamStep<Tensor>::Options{.step = 0.01}));
  Pair<Tensor, VectorXd> z{parameters.values(), VectorXd::Zero(1)};
  for (int i = 0; i < 1000; ++i) method.step(problem, z);

  problem.resample(0);
  const ConstrainedValues trained = problem.values(z.x);
  // The best constant score s has log(1 + e^{−s}) = limit.
  const double constant = std::log1p(1 / std::expm1(kLimit));
  // 0.221 against 2.352, where this was written, with a multiplier of 1.77.
  EXPECT_NEAR(trained.constraints[0], 0, 0.03);
  EXPECT_LT(trained.constraints[0], 0.01);
  EXPECT_LT(trained.objective, 0.15 * constant);
  EXPECT_GT(z.y[0], 1);

  FlatParameters(net->parameters()).assign(z.x);
  EXPECT_EQ(loss(data.negative, 1).item<double>(), trained.objective);
}

TEST(AutogradConstrained, HasTheGradientThatBackwardLeavesInAModule) {
  auto net = make_net(3);
  FlatParameters parameters(net->parameters());
  const Tensor input = torch::ones({1, 2}, torch::kFloat64);
  AutogradConstrained problem({.losses = [&](const Tensor&) { return net->forward(input).pow(2); },
                               .parameters = parameters});
  const Tensor x = parameters.values();
  const Tensor gradient = problem.gradient(x, {1, VectorXd(0)});
  net->forward(input).pow(2).backward();
  EXPECT_TRUE(gradient.equal(parameters.gradient()));
}

}  // namespace
}  // namespace saddle
