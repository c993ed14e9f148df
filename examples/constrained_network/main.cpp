// SPDX-License-Identifier: Apache-2.0
// A net that classifies points of the plane, positive outside of a disc and negative inside, with
// as little error on the negative ones as a limit on the other error allows.
#include <cstdio>
#include <memory>

#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/constraint/method.h>
#include <saddle/optim/torch/autograd.h>

using torch::Tensor;

int main() {
  torch::manual_seed(0);
  const Tensor points = 2 * torch::randn({400, 2});
  const Tensor noisy = points.norm(2, 1) + 0.5 * torch::randn({400});
  const Tensor positive = points.index({noisy > 2}), negative = points.index({noisy <= 2});

  const Tensor weights = torch::randn({2, 16}).requires_grad_();
  const Tensor bias = torch::randn({16}).requires_grad_();
  const Tensor output = torch::zeros({16}).requires_grad_();
  const auto score = [&](const Tensor& x) { return torch::tanh(x.mm(weights) + bias).mv(output); };

  const double limit = 0.2;
  saddle::FlatParameters parameters({weights, bias, output});
  saddle::AutogradConstrained problem(
      {.losses =
           [&](const Tensor&) {
             return torch::stack({torch::softplus(score(negative)).mean(),
                                  torch::softplus(-score(positive)).mean() - limit});
           },
       .inequalities = 1,
       .parameters = parameters});

  saddle::RuleMethod<Tensor> method(
      std::make_unique<saddle::AugmentedLagrangian>(1, saddle::AugmentedLagrangian::Options{}),
      std::make_unique<saddle::AdamStep<Tensor>>(saddle::AdamStep<Tensor>::Options{.step = 0.02}));
  saddle::Pair<Tensor, Eigen::VectorXd> z{parameters.values(), Eigen::VectorXd::Zero(1)};
  for (int i = 0; i < 2000; ++i) method.step(problem, z);
  parameters.assign(z.x);

  const saddle::ConstrainedValues at = problem.values(z.x);
  std::printf("loss on negatives %.3f, on positives %.3f of at most %.3f, multiplier %.3f\n",
              at.objective, at.constraints[0] + limit, limit, z.y[0]);
  return at.constraints[0] < 0.01 ? 0 : 1;
}
