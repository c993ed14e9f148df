// SPDX-License-Identifier: Apache-2.0
// A problem in two levels as one with a constraint: the lower value must be near its minimum.
#pragma once

#include <cstdint>
#include <memory>

#include <saddle/base/fields.h>
#include <saddle/optim/bilevel/penalty.h>
#include <saddle/optim/constraint/method.h>
#include <saddle/optim/constraint/slm.h>

namespace saddle {

/// min f(x, y) over (x, y) subject to q(x, y) = g(x, y) − g(x, ŷ) ≤ δ, where ŷ is `steps` descent
/// steps of g(x, ·) from y. Every method for constraints is by this one for two levels, also where
/// the lower level has many minima. Refers to the problem it is given.
///
/// δ > 0 is required: at δ = 0 no point is strictly feasible and ∇q vanishes wherever q does, so no
/// multiplier exists. The price is a bias of O(√δ). On the scalar quadratic, where q = (y − x/2)²,
/// the solution is y = x/2 + √δ with x = (10/7)(1 − √δ) and λ = (1 − √δ)/(7√δ).
///
/// The gradient does not go through ŷ: see value_gap_gradient().
/// Ref  Outrata 1990, "On the numerical solution of a class of Stackelberg problems"; Lu 2023,
///      "SLM: a smoothed first-order Lagrangian method for structured constrained nonconvex
///      optimization", NeurIPS 36.
template <class X, class Y>
class ValueFunctionProblem final : public ConstrainedProblem<Pair<X, Y>> {
 public:
  struct Options {
    double slack = 1e-3;
    double step_y = 0.2;
    std::int64_t steps = 20;

    void fields(Fields& f) {
      f("slack", slack, positive(), "how far δ the lower value may be above its minimum");
      f("step_y", step_y, positive(), "step of the loop that finds the minimum");
      f("steps", steps, at_least(1), "steps of that loop");
    }
  };

  ValueFunctionProblem(BilevelProblem<X, Y>& problem, const Options& options)
      : problem_(problem), options_(options) {}

  int inequalities() const override { return 1; }
  ConstrainedValues values(const Pair<X, Y>& z) override {
    const double gap = problem_.inner_value(z.x, z.y) - problem_.inner_value(z.x, lower(z));
    return {problem_.outer_value(z.x, z.y), Eigen::VectorXd::Constant(1, gap - options_.slack)};
  }
  Pair<X, Y> gradient(const Pair<X, Y>& z, const GradientWeights& w) override {
    return w.objective * problem_.outer_gradient(z.x, z.y) +
           w.constraints[0] * value_gap_gradient(problem_, z, lower(z));
  }
  Pair<X, Y> project(const Pair<X, Y>& z) const override { return {problem_.project_x(z.x), z.y}; }
  void resample(std::uint64_t batch) override { problem_.resample(batch); }

 private:
  Y lower(const Pair<X, Y>& z) {
    return descend_inner(problem_, z.x, z.y, options_.steps, options_.step_y);
  }

  BilevelProblem<X, Y>& problem_;
  Options options_;
};

/// The smoothed Lagrangian method on the value function: with ŷ and q as in ValueFunctionProblem,
/// and (x̄, ȳ) a centre that follows slowly,
///
///     λ ← P_[0,maximum](λ + η (q(x, y) − δ))
///     (x, y) ← P((x, y) − α (∇f + λ∇q + p ((x, y) − (x̄, ȳ)))),
///     (x̄, ȳ) ← (x̄, ȳ) + b ((x, y) − (x̄, ȳ))
///
/// One loop of first order that converges to a KKT point of the relaxed problem, also for nonconvex
/// lower levels.
/// Step    α < 1/(L + λL_q + p), for curvatures L of f and L_q of q; with `normalize`, which
///         divides all but the last term by 1 + λ, α < 1/(max(L, L_q) + p) will do.
/// Ref     Lu 2023, as above. Differs: ŷ starts from y in every step, so a step depends on the
///         point alone.
template <class X, class Y>
class ValueFunctionSlm final : public Method<BilevelProblem<X, Y>> {
 public:
  struct Options {
    typename ValueFunctionProblem<X, Y>::Options value;
    double step = 0.05;
    double step_dual = 100;
    double smoothing = 1;
    double centering = 0.1;
    double maximum = 100;
    bool normalize = true;

    void fields(Fields& f) {
      value.fields(f);
      f("step", step, positive(), "step α of both variables");
      f("step_dual", step_dual, positive(), "step η of the multiplier");
      f("smoothing", smoothing, at_least(0), "weight p of the distance to the centre");
      f("centering", centering, {.low = 0, .high = 1, .open_low = true},
        "share b of the way that the centre follows in a step");
      f("maximum", maximum, positive(), "largest multiplier");
      f("normalize", normalize, "divide ∇f + λ∇q by 1 + λ, so that α need not shrink as λ grows");
    }
  };

  explicit ValueFunctionSlm(const Options& options)
      : options_(options), method_(make_rule(options), make_primal(options)) {}

  void step(BilevelProblem<X, Y>& problem, Pair<X, Y>& z) override {
    ValueFunctionProblem<X, Y> relaxed(problem, options_.value);
    Pair<Pair<X, Y>, Eigen::VectorXd> point{z, Eigen::VectorXd()};
    method_.step(relaxed, point);
    z = point.x;
  }
  void state(Archive& archive) override { method_.state(archive); }

  [[nodiscard]] double multiplier() { return method_.rule().multipliers()[0]; }

 private:
  static std::unique_ptr<ConstraintRule> make_rule(const Options& options) {
    Slm::Options rule;
    rule.step = options.step_dual;
    rule.maximum = options.maximum;
    rule.normalize = options.normalize;
    return std::make_unique<Slm>(1, rule);
  }
  static std::unique_ptr<PrimalStep<Pair<X, Y>>> make_primal(const Options& options) {
    return std::make_unique<SmoothedStep<Pair<X, Y>>>(typename SmoothedStep<Pair<X, Y>>::Options{
        .step = options.step, .smoothing = options.smoothing, .centering = options.centering});
  }

  Options options_;
  RuleMethod<Pair<X, Y>> method_;
};

}  // namespace saddle
