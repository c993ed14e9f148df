// SPDX-License-Identifier: Apache-2.0
// Problems whose gradients autograd finds: write the losses, and any method solves them.
#include <saddle/optim/torch/autograd.h>

#include <utility>

#include <torch/autograd.h>

namespace saddle {
namespace {

using torch::Tensor;
using Tensors = std::vector<Tensor>;
using Parameters = std::optional<FlatParameters>;

/// A point where autograd can see it: as one leaf, or as the parameters that hold it.
class Variable {
 public:
  Variable(const char* name, const Tensor& point, Parameters& parameters)
      : name_(name), parameters_(parameters) {
    VectorSpace<Tensor>::require_supported(point);
    if (point.requires_grad()) {
      throw Error(concat("the point ", name, " requires gradients, so that autograd would record ",
                         "every step of a method; start from ", name, ".detach()"));
    }
    if (parameters) {
      parameters->assign(point);
      argument_ = point;
      leaves_ = parameters->tensors();
    } else {
      argument_ = point.detach().requires_grad_();
      leaves_ = {argument_};
    }
  }

  [[nodiscard]] const char* name() const { return name_; }
  [[nodiscard]] const Tensor& argument() const { return argument_; }  ///< for the loss
  [[nodiscard]] const Tensors& leaves() const { return leaves_; }

  /// What autograd says of the leaves, as one tensor like the point.
  [[nodiscard]] Tensor join(const Tensors& parts) const {
    if (parameters_) return parameters_->join(parts);
    return parts[0].defined() ? parts[0] : torch::zeros_like(argument_);
  }
  /// A tensor like the point, as one for each leaf.
  [[nodiscard]] Tensors split(const Tensor& v) const {
    if (parameters_) return parameters_->split(v);
    if (v.sizes() != argument_.sizes() || v.scalar_type() != argument_.scalar_type()) {
      throw Error(concat("the direction is ", v.scalar_type(), " of shape ", v.sizes(), ", but ",
                         name_, " is ", argument_.scalar_type(), " of shape ", argument_.sizes(),
                         "; take one like ", name_));
    }
    return {v};
  }

 private:
  const char* name_;
  Parameters& parameters_;
  Tensor argument_;
  Tensors leaves_;
};

/// ∂(Σ weightsᵀ outputs)/∂leaves; undefined where nothing depends on a leaf.
Tensors differentiate(const Tensors& outputs, const Tensors& weights, const Tensors& leaves,
                      bool again) {
  Tensors dependent, their_weights;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].defined() || !outputs[i].requires_grad()) continue;
    dependent.push_back(outputs[i]);
    their_weights.push_back(weights[i]);
  }
  if (dependent.empty()) return Tensors(leaves.size());
  return torch::autograd::grad(dependent, leaves, their_weights, again, again,
                               /*allow_unused=*/true);
}

bool any_defined(const Tensors& tensors) {
  for (const Tensor& tensor : tensors) {
    if (tensor.defined()) return true;
  }
  return false;
}

void require_dependence(const char* loss, const Variable& variable, const Tensors& gradients) {
  if (any_defined(gradients)) return;
  throw Error(concat("the ", loss, " does not depend on ", variable.name(),
                     "; compute it from the tensor it is given, or from the parameters that the ",
                     "problem was given, without detach() or item()"));
}

void require_finite(const char* loss, const Tensor& value, const Variable& variable,
                    const Tensor& gradient) {
  if (all_finite(gradient) || !all_finite(value)) return;
  for (const Tensor& leaf : variable.leaves()) {
    if (!all_finite(leaf)) return;
  }
  throw Error(concat("the ", loss, " is finite but its gradient by ", variable.name(), " is not; ",
                     "look for a root or logarithm of 0, or a where() whose other side overflows"));
}

void require_size(const char* loss, const Tensor& value, std::int64_t size) {
  if (value.defined() && value.numel() == size) return;
  const std::string got = value.defined() ? concat("shape ", value.sizes()) : "no value";
  throw Error(concat("the ", loss, " has ", got, " where ", size,
                     size == 1 ? " number" : " numbers",
                     " must be; stack() or sum() what it returns"));
}

Tensor evaluate(const char* loss, const PairFunction& function, const Variable& x,
                const Variable& y) {
  Tensor value = function(x.argument(), y.argument());
  require_size(loss, value, 1);
  return value;
}

double number(const char* loss, const PairFunction& function, const Variable& x,
              const Variable& y) {
  const at::NoGradGuard no_gradient;
  return evaluate(loss, function, x, y).item<double>();
}

/// A variable to differentiate by, and whether a loss without it is an error.
struct By {
  const Variable& variable;
  bool required = true;
};

/// ∂loss/∂variable for each of them; the loss depends on one at least.
Tensors gradients(const char* loss, const PairFunction& function, const Variable& x,
                  const Variable& y, const std::vector<By>& by) {
  const at::AutoGradMode with_gradients(true);
  const Tensor value = evaluate(loss, function, x, y);
  Tensors leaves;
  for (const auto& [variable, required] : by) {
    leaves.insert(leaves.end(), variable.leaves().begin(), variable.leaves().end());
  }
  const Tensors all = differentiate({value}, {torch::ones_like(value)}, leaves, false);
  require_dependence(loss, by.back().variable, all);
  Tensors joined;
  auto next = all.begin();
  for (const auto& [variable, required] : by) {
    const auto end = next + static_cast<std::ptrdiff_t>(variable.leaves().size());
    const Tensors own(next, end);
    if (required) require_dependence(loss, variable, own);
    joined.push_back(variable.join(own));
    require_finite(loss, value, variable, joined.back());
    next = end;
  }
  return joined;
}

Tensor projected(const TensorFunction& projection, const Tensor& point) {
  if (!projection) return point;
  const at::NoGradGuard no_gradient;
  return projection(point);
}

/// ∂⟨∂inner/∂y, v⟩/∂by.
Tensor second_derivative(const PairFunction& inner, const Variable& x, const Variable& y,
                         const Tensor& v, const Variable& by) {
  const at::AutoGradMode with_gradients(true);
  const Tensor value = evaluate("inner loss", inner, x, y);
  const Tensors first = differentiate({value}, {torch::ones_like(value)}, y.leaves(), true);
  require_dependence("inner loss", y, first);
  Tensor product = by.join(differentiate(first, y.split(v), by.leaves(), false));
  if (all_finite(v)) require_finite("inner loss", value, by, product);
  return product;
}

}  // namespace

AutogradMinMax::AutogradMinMax(Definition definition) : definition_(std::move(definition)) {
  if (!definition_.loss) throw Error("the problem has no loss; set Definition::loss");
}

double AutogradMinMax::value(const Tensor& x, const Tensor& y) {
  return number("loss", definition_.loss, {"x", x, definition_.x}, {"y", y, definition_.y});
}

Tensor AutogradMinMax::gradient_x(const Tensor& x, const Tensor& y) {
  const Variable at_x("x", x, definition_.x), at_y("y", y, definition_.y);
  return gradients("loss", definition_.loss, at_x, at_y, {{at_x}})[0];
}

Tensor AutogradMinMax::gradient_y(const Tensor& x, const Tensor& y) {
  const Variable at_x("x", x, definition_.x), at_y("y", y, definition_.y);
  return gradients("loss", definition_.loss, at_x, at_y, {{at_y}})[0];
}

Pair<Tensor> AutogradMinMax::field(const Pair<Tensor>& z) {
  const Variable at_x("x", z.x, definition_.x), at_y("y", z.y, definition_.y);
  const Tensors both = gradients("loss", definition_.loss, at_x, at_y, {{at_x}, {at_y}});
  return {both[0], -both[1]};
}

Tensor AutogradMinMax::project_x(const Tensor& x) const {
  return projected(definition_.project_x, x);
}

Tensor AutogradMinMax::project_y(const Tensor& y) const {
  return projected(definition_.project_y, y);
}

void AutogradMinMax::resample(std::uint64_t batch) {
  if (definition_.resample) definition_.resample(batch);
}

AutogradConstrained::AutogradConstrained(Definition definition)
    : definition_(std::move(definition)) {
  if (!definition_.losses) throw Error("the problem has no losses; set Definition::losses");
  SADDLE_CHECK(definition_.inequalities >= 0 && definition_.equalities >= 0,
               definition_.inequalities, definition_.equalities);
}

ConstrainedValues AutogradConstrained::values(const Tensor& x) {
  const at::NoGradGuard no_gradient;
  const Variable at_x("x", x, definition_.parameters);
  const int count = definition_.inequalities + definition_.equalities;
  const Tensor losses = definition_.losses(at_x.argument());
  require_size("tensor of losses", losses, 1 + count);
  const Eigen::VectorXd all = to_eigen(losses);
  return {all[0], all.tail(count)};
}

Tensor AutogradConstrained::gradient(const Tensor& x, const GradientWeights& w) {
  const int count = definition_.inequalities + definition_.equalities;
  SADDLE_CHECK(w.constraints.size() == count, w.constraints.size(), count);
  const at::AutoGradMode with_gradients(true);
  const Variable at_x("x", x, definition_.parameters);
  const Tensor losses = definition_.losses(at_x.argument());
  require_size("tensor of losses", losses, 1 + count);
  Eigen::VectorXd weights(1 + count);
  weights << w.objective, w.constraints;
  const Tensor like = to_tensor(weights).to(losses.scalar_type()).view(losses.sizes());
  const Tensors parts = differentiate({losses}, {like}, at_x.leaves(), false);
  require_dependence("tensor of losses", at_x, parts);
  Tensor gradient = at_x.join(parts);
  if (weights.allFinite()) require_finite("tensor of losses", losses, at_x, gradient);
  return gradient;
}

Tensor AutogradConstrained::project(const Tensor& x) const {
  return projected(definition_.project, x);
}

void AutogradConstrained::resample(std::uint64_t batch) {
  if (definition_.resample) definition_.resample(batch);
}

AutogradBilevel::AutogradBilevel(Definition definition) : definition_(std::move(definition)) {
  if (!definition_.outer || !definition_.inner) {
    throw Error("the problem lacks a loss; set Definition::outer and Definition::inner");
  }
}

double AutogradBilevel::outer_value(const Tensor& x, const Tensor& y) {
  return number("outer loss", definition_.outer, {"x", x, definition_.x}, {"y", y, definition_.y});
}

double AutogradBilevel::inner_value(const Tensor& x, const Tensor& y) {
  return number("inner loss", definition_.inner, {"x", x, definition_.x}, {"y", y, definition_.y});
}

Pair<Tensor> AutogradBilevel::outer_gradient(const Tensor& x, const Tensor& y) {
  const Variable at_x("x", x, definition_.x), at_y("y", y, definition_.y);
  const Tensors both =
      gradients("outer loss", definition_.outer, at_x, at_y, {{at_x, false}, {at_y, false}});
  return {both[0], both[1]};
}

Pair<Tensor> AutogradBilevel::inner_gradient(const Tensor& x, const Tensor& y) {
  const Variable at_x("x", x, definition_.x), at_y("y", y, definition_.y);
  const Tensors both =
      gradients("inner loss", definition_.inner, at_x, at_y, {{at_x, false}, {at_y}});
  return {both[0], both[1]};
}

Tensor AutogradBilevel::hessian_yy(const Tensor& x, const Tensor& y, const Tensor& v) {
  const Variable at_x("x", x, definition_.x), at_y("y", y, definition_.y);
  return second_derivative(definition_.inner, at_x, at_y, v, at_y);
}

Tensor AutogradBilevel::jacobian_xy(const Tensor& x, const Tensor& y, const Tensor& v) {
  const Variable at_x("x", x, definition_.x), at_y("y", y, definition_.y);
  return second_derivative(definition_.inner, at_x, at_y, v, at_x);
}

Tensor AutogradBilevel::project_x(const Tensor& x) const {
  return projected(definition_.project_x, x);
}

void AutogradBilevel::resample(std::uint64_t batch) {
  if (definition_.resample) definition_.resample(batch);
}

}  // namespace saddle
