// SPDX-License-Identifier: Apache-2.0
// Problems whose gradients autograd finds: write the losses, and any method solves them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <saddle/optim/problem.h>
#include <saddle/optim/torch/flat.h>
#include <saddle/optim/torch/vector.h>

namespace saddle {

/// Each problem is a few losses of points x, or x and y. A loss uses the tensor it is given, or,
/// for a variable whose FlatParameters the problem has, those parameters: they hold the point while
/// the loss runs, and hold that of the last evaluation afterwards. Write the solution back with
/// FlatParameters::assign().
///
/// Losses run afresh at every call and return what they depend on: nothing is kept between calls.
/// Points, values and gradients require no gradients, and a caller under NoGradGuard is welcome.
///
/// Errors, each as saddle::Error: a point that requires gradients, or is not float32 or float64 on
/// the CPU; a loss of the wrong shape; a loss that depends on no variable it is asked about;
/// gradients that are not finite where point and losses are. A loss that is not finite is an
/// outcome, which solve() reports, and no error. A variable that a loss leaves unused in part has
/// gradient 0 there.
using TensorFunction = std::function<torch::Tensor(const torch::Tensor& x)>;
using PairFunction = std::function<torch::Tensor(const torch::Tensor& x, const torch::Tensor& y)>;
using Resample = std::function<void(std::uint64_t batch)>;

/// min over x, max over y of f(x, y).
///
///     AutogradMinMax game({.loss = [](const auto& x, const auto& y) { return x.dot(y); }});
class AutogradMinMax final : public MinMaxProblem<torch::Tensor> {
 public:
  struct Definition {
    PairFunction loss{};                ///< one number
    std::optional<FlatParameters> x{};  ///< of a loss that is a function of parameters
    std::optional<FlatParameters> y{};
    TensorFunction project_x{}, project_y{};  ///< the identity, if empty
    Resample resample{};                      ///< as VariationalProblem::resample(); may be empty
  };
  explicit AutogradMinMax(Definition definition);

  double value(const torch::Tensor& x, const torch::Tensor& y) override;
  torch::Tensor gradient_x(const torch::Tensor& x, const torch::Tensor& y) override;
  torch::Tensor gradient_y(const torch::Tensor& x, const torch::Tensor& y) override;

  /// Both gradients by one pass.
  Pair<torch::Tensor> field(const Pair<torch::Tensor>& z) override;
  torch::Tensor project_x(const torch::Tensor& x) const override;
  torch::Tensor project_y(const torch::Tensor& y) const override;
  void resample(std::uint64_t batch) override;

 private:
  Definition definition_;
};

/// min f(x) subject to g(x) ≤ 0 and h(x) = 0. The losses are one tensor, so that they share what
/// they have in common, as a pass through a net.
///
///     FlatParameters parameters(net->parameters());
///     AutogradConstrained problem({
///         .losses = [&](const torch::Tensor&) { return torch::stack({error(net),
///         unfairness(net)}); }, .inequalities = 1, .parameters = parameters});
class AutogradConstrained final : public ConstrainedProblem<torch::Tensor> {
 public:
  struct Definition {
    TensorFunction losses{};  ///< [1 + m + p]: f(x), then g(x), then h(x)
    int inequalities = 0;     ///< m
    int equalities = 0;       ///< p
    std::optional<FlatParameters> parameters{};
    TensorFunction project{};
    Resample resample{};
  };
  explicit AutogradConstrained(Definition definition);

  int inequalities() const override { return definition_.inequalities; }
  int equalities() const override { return definition_.equalities; }
  ConstrainedValues values(const torch::Tensor& x) override;
  torch::Tensor gradient(const torch::Tensor& x, const GradientWeights& w) override;
  torch::Tensor project(const torch::Tensor& x) const override;
  void resample(std::uint64_t batch) override;

 private:
  Definition definition_;
};

/// min over x of f(x, y*(x)), where y*(x) minimises g(x, ·). Products with the second derivatives
/// of g are by differentiating twice: no Hessian is formed.
class AutogradBilevel final : public BilevelProblem<torch::Tensor> {
 public:
  struct Definition {
    PairFunction outer{}, inner{};  ///< f and g, one number each
    std::optional<FlatParameters> x{}, y{};
    TensorFunction project_x{};
    Resample resample{};
  };
  explicit AutogradBilevel(Definition definition);

  double outer_value(const torch::Tensor& x, const torch::Tensor& y) override;
  double inner_value(const torch::Tensor& x, const torch::Tensor& y) override;
  Pair<torch::Tensor> outer_gradient(const torch::Tensor& x, const torch::Tensor& y) override;
  Pair<torch::Tensor> inner_gradient(const torch::Tensor& x, const torch::Tensor& y) override;
  torch::Tensor hessian_yy(const torch::Tensor& x, const torch::Tensor& y,
                           const torch::Tensor& v) override;
  torch::Tensor jacobian_xy(const torch::Tensor& x, const torch::Tensor& y,
                            const torch::Tensor& v) override;
  torch::Tensor project_x(const torch::Tensor& x) const override;
  void resample(std::uint64_t batch) override;

 private:
  Definition definition_;
};

}  // namespace saddle
