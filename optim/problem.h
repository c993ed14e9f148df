// SPDX-License-Identifier: Apache-2.0
// The problems that methods solve: variational inequalities, games, constraints, two levels.
#pragma once

#include <cstdint>

#include <saddle/optim/constraint/rule.h>
#include <saddle/optim/pair.h>
#include <saddle/optim/vector.h>

namespace saddle {

/// Find z ∈ Z with ⟨F(z), z′ − z⟩ ≥ 0 for all z′ ∈ Z. Games, saddle points and constrained
/// problems are of this form, so that a method written for it serves them all.
template <class V>
class VariationalProblem {
 public:
  using Point = V;
  virtual ~VariationalProblem() = default;

  /// F(z), or an unbiased estimate of it.
  [[nodiscard]] virtual V field(const V& z) = 0;

  /// The point of Z nearest to z. The default is the whole space.
  [[nodiscard]] virtual V project(const V& z) const { return z; }

  /// A stochastic problem evaluates on the minibatch that `batch` seeds from now on. The same seed
  /// brings the same samples back, so that what a method subtracts has the same noise, and 0 stands
  /// for all the data. Methods count their steps from 1 and call it once in each.
  virtual void resample(std::uint64_t /*batch*/) {}
};

/// min over x ∈ X, max over y ∈ Y, of f(x, y). Its field is F = (∇_x f, −∇_y f).
template <class X, class Y = X>
class MinMaxProblem : public VariationalProblem<Pair<X, Y>> {
 public:
  [[nodiscard]] virtual double value(const X& x, const Y& y) = 0;
  [[nodiscard]] virtual X gradient_x(const X& x, const Y& y) = 0;
  [[nodiscard]] virtual Y gradient_y(const X& x, const Y& y) = 0;
  [[nodiscard]] virtual X project_x(const X& x) const { return x; }
  [[nodiscard]] virtual Y project_y(const Y& y) const { return y; }

  /// Players or blocks that x and y consist of; methods that take turns move one after another.
  [[nodiscard]] virtual int blocks_x() const { return 1; }
  [[nodiscard]] virtual int blocks_y() const { return 1; }

  /// v with zeros outside block b ∈ [0, blocks_x()). A problem of several blocks overrides it.
  [[nodiscard]] virtual X block_of_x(const X& v, int b) const {
    SADDLE_CHECK(blocks_x() == 1 && b == 0, blocks_x(), b);
    return v;
  }
  /// The same for y.
  [[nodiscard]] virtual Y block_of_y(const Y& v, int b) const {
    SADDLE_CHECK(blocks_y() == 1 && b == 0, blocks_y(), b);
    return v;
  }

  /// ∇_x f with zeros outside block b; worth overriding where a block alone costs less.
  [[nodiscard]] virtual X block_gradient_x(const X& x, const Y& y, int b) {
    return block_of_x(gradient_x(x, y), b);
  }
  /// The same for ∇_y f.
  [[nodiscard]] virtual Y block_gradient_y(const X& x, const Y& y, int b) {
    return block_of_y(gradient_y(x, y), b);
  }

  [[nodiscard]] Pair<X, Y> field(const Pair<X, Y>& z) override {
    return {gradient_x(z.x, z.y), Y(-1.0 * gradient_y(z.x, z.y))};
  }
  [[nodiscard]] Pair<X, Y> project(const Pair<X, Y>& z) const override {
    return {project_x(z.x), project_y(z.y)};
  }
};

/// What a constrained problem is worth at a point.
struct ConstrainedValues {
  double objective = 0;         ///< f(x)
  Eigen::VectorXd constraints;  ///< [m + p]: g(x), then h(x)
};

/// min f(x) over x ∈ X subject to g_k(x) ≤ 0 (m of them) and h_j(x) = 0 (p of them).
/// A point is (x, y): y [m + p] holds the multipliers, those of g first.
template <class V>
class ConstrainedProblem {
 public:
  using Point = Pair<V, Eigen::VectorXd>;
  virtual ~ConstrainedProblem() = default;

  [[nodiscard]] virtual int inequalities() const = 0;         ///< m
  [[nodiscard]] virtual int equalities() const { return 0; }  ///< p
  [[nodiscard]] virtual ConstrainedValues values(const V& x) = 0;

  /// w₀ ∇f(x) + Σ w_k ∇g_k(x) + Σ w_{m+j} ∇h_j(x), for w.constraints [m + p]: the
  /// vector-Jacobian product, which is what differentiation in reverse gives.
  [[nodiscard]] virtual V gradient(const V& x, const GradientWeights& w) = 0;

  /// H⁻¹ gradient(x, w) in the metric H(x) that suits the problem, as the Fisher matrix does a
  /// policy. The default metric is the identity.
  [[nodiscard]] virtual V natural_gradient(const V& x, const GradientWeights& w) {
    return gradient(x, w);
  }

  /// The point of X nearest to x.
  [[nodiscard]] virtual V project(const V& x) const { return x; }

  /// As VariationalProblem::resample().
  virtual void resample(std::uint64_t /*batch*/) {}
};

/// min over x ∈ X of f(x, y*(x)), where y*(x) minimises g(x, ·).
template <class X, class Y = X>
class BilevelProblem {
 public:
  using Point = Pair<X, Y>;
  virtual ~BilevelProblem() = default;

  [[nodiscard]] virtual double outer_value(const X& x, const Y& y) = 0;
  [[nodiscard]] virtual double inner_value(const X& x, const Y& y) = 0;
  [[nodiscard]] virtual Pair<X, Y> outer_gradient(const X& x, const Y& y) = 0;
  [[nodiscard]] virtual Pair<X, Y> inner_gradient(const X& x, const Y& y) = 0;

  /// ∇²_yy g(x, y) v.
  [[nodiscard]] virtual Y hessian_yy(const X& x, const Y& y, const Y& v) = 0;

  /// ∇_x ⟨∇_y g(x, y), v⟩, the cross derivative applied to v.
  [[nodiscard]] virtual X jacobian_xy(const X& x, const Y& y, const Y& v) = 0;
  [[nodiscard]] virtual X project_x(const X& x) const { return x; }

  /// As VariationalProblem::resample().
  virtual void resample(std::uint64_t /*batch*/) {}
};

}  // namespace saddle
