// SPDX-License-Identifier: Apache-2.0
// Bilevel methods of first order: the lower level as a penalty on its value function.
#pragma once

#include <algorithm>
#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/bilevel/hypergradient.h>
#include <saddle/optim/schedule.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// The gradient at (x, y) of the value gap q(x, y) = g(x, y) − min g(x, ·), with ŷ for the
/// minimiser: ∇g(x, y) − (∇_x g(x, ŷ), 0). Nothing goes through ŷ, since ∇_y g(x, ŷ) = 0 there; if
/// ŷ is not quite the minimiser, the x half is off in proportion.
template <class X, class Y>
[[nodiscard]] Pair<X, Y> value_gap_gradient(BilevelProblem<X, Y>& problem, const Pair<X, Y>& z,
                                            const Y& lower) {
  const Pair<X, Y> inner = problem.inner_gradient(z.x, z.y);
  return {X(inner.x - problem.inner_gradient(z.x, lower).x), inner.y};
}

/// z − step · direction, with x projected.
template <class X, class Y>
[[nodiscard]] Pair<X, Y> descend_both(BilevelProblem<X, Y>& problem, const Pair<X, Y>& z,
                                      const Pair<X, Y>& direction, double step) {
  return {problem.project_x(X(z.x - step * direction.x)), Y(z.y - step * direction.y)};
}

/// Fully first-order stochastic approximation: the penalty λ grows while y minimises f + λg, ŷ
/// minimises g, and x descends on the difference. In round k = 1, 2, …, with `steps` steps of each
/// lower variable,
///
///     ŷ ← ŷ − β ∇_y g(x, ŷ),   y ← y − β/(1 + λ) (∇_y f + λ ∇_y g(x, y)),
///     x ← P(x − α (∇_x f + λ (∇_x g(x, y) − ∇_x g(x, ŷ)))),   λ = min(penalty + growth (k−1), max)
///
/// The step of y shrinks as 1/λ, as its curvature grows. Ends at a distance of O(1/λ) from the
/// solution: 0.204/λ on the scalar quadratic.
/// Step    β ≤ 1/L for the curvature of f and g in y. Rate  O(ε⁻³) steps for ‖∇F‖ ≤ ε.
/// Ref     Kwon, Kwon, Wright and Nowak 2023, arXiv:2301.10945, algorithm 1. Differs: λ grows
///         linearly up to a maximum.
template <class X, class Y>
class F2sa final : public Method<BilevelProblem<X, Y>> {
 public:
  struct Options {
    double step_x = 0.1;
    double step_y = 0.2;
    std::int64_t steps = 5;
    double penalty = 1;
    double growth = 0.05;
    double maximum_penalty = 200;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "upper step α");
      f("step_y", step_y, positive(), "lower step β; that of y is divided by 1 + λ");
      f("steps", steps, at_least(1), "lower steps before each upper one");
      f("penalty", penalty, positive(), "penalty λ of the first round");
      f("growth", growth, at_least(0), "what each round adds to the penalty");
      f("maximum_penalty", maximum_penalty, positive(), "largest penalty");
    }
  };

  explicit F2sa(const Options& options) : options_(options) {}

  void step(BilevelProblem<X, Y>& problem, Pair<X, Y>& z) override {
    if (round_ == 0) lower_ = z.y;
    problem.resample(++round_);
    const double lambda = penalty();
    lower_ = descend_inner(problem, z.x, lower_, options_.steps, options_.step_y);
    for (std::int64_t k = 0; k < options_.steps; ++k) {
      const Y force =
          problem.outer_gradient(z.x, z.y).y + lambda * problem.inner_gradient(z.x, z.y).y;
      z.y = Y(z.y - options_.step_y / (1 + lambda) * force);
    }
    const X pull = value_gap_gradient(problem, z, lower_).x;
    const X direction = problem.outer_gradient(z.x, z.y).x + lambda * pull;
    z.x = problem.project_x(X(z.x - options_.step_x * direction));
  }
  void state(Archive& archive) override {
    archive("round", round_);
    if (round_ > 0) archive_vector(archive, "lower", lower_);
  }

  /// λ of the last round.
  [[nodiscard]] double penalty() const {
    const double rounds = round_ > 0 ? static_cast<double>(round_ - 1) : 0.0;
    return std::min(options_.penalty + options_.growth * rounds, options_.maximum_penalty);
  }

 private:
  Options options_;
  Y lower_{};  ///< ŷ
  std::uint64_t round_ = 0;
};

/// Penalty-based gradient descent on the value gap: ŷ is `steps` lower steps from y, then
///
///     (x, y) ← P((x, y) − (α/γ) (∇f + γ ∇q)),   ∇q = ∇g(x, y) − (∇_x g(x, ŷ), 0).
///
/// The lower level may be nonconvex if its gradient vanishes at minima alone (Polyak and
/// Łojasiewicz). Ends at a stationary point of f + γq: an O(1/γ) from the solution, 0.204/γ on the
/// scalar quadratic.
/// Step    α/γ below the inverse curvature of f + γq. Rate  ‖∇‖² ≤ ε in O(γ/ε) steps.
/// Ref     Shen and Chen 2023, arXiv:2302.05185, algorithm 1 (V-PBGD).
template <class X, class Y>
class Vpbgd final : public Method<BilevelProblem<X, Y>> {
 public:
  struct Options {
    double step = 0.1;
    double step_y = 0.2;
    std::int64_t steps = 20;
    double penalty = 10;

    void fields(Fields& f) {
      f("step", step, positive(), "step α, divided by the penalty");
      f("step_y", step_y, positive(), "step of the loop that finds ŷ");
      f("steps", steps, at_least(1), "steps of that loop");
      f("penalty", penalty, positive(), "penalty γ");
    }
  };

  explicit Vpbgd(const Options& options) : options_(options) {}

  void step(BilevelProblem<X, Y>& problem, Pair<X, Y>& z) override {
    problem.resample(++round_);
    const Y lower = descend_inner(problem, z.x, z.y, options_.steps, options_.step_y);
    const Pair<X, Y> direction =
        problem.outer_gradient(z.x, z.y) + options_.penalty * value_gap_gradient(problem, z, lower);
    z = descend_both(problem, z, direction, options_.step / options_.penalty);
  }
  void state(Archive& archive) override { archive("round", round_); }

 private:
  Options options_;
  std::uint64_t round_ = 0;
};

/// Bilevel optimisation made easy: ŷ is `steps` lower steps from y, and (x, y) takes the step
/// nearest to ∇f of those that make the value gap q fall at the rate η‖∇q‖²,
///
///     (x, y) ← P((x, y) − ξ (∇f + λ∇q)),   λ = [η − ⟨∇f, ∇q⟩/(‖∇q‖² + ε)]_+ .
///
/// There is no penalty to choose. λ grows as 1/‖∇q‖ when q → 0, until ε = 1e-12 caps it, so that
/// the step across the lower level does not shrink by itself: with constant ξ and more than one
/// lower variable y stays O(ξ) away from y*(x). What stays for any ξ is the bias of ŷ: with lower
/// curvature μ it lacks the share ρ = (1 − ημ)^K of its way to the minimiser, and on the scalar
/// quadratic the method stalls at x = 1/(0.7 + 0.2ρ/(1 − ρ)), 0.0025 short of the solution with ten
/// steps of 0.2.
/// Rate    the KKT residual falls as r^{−1/4}, with ξ ~ r^{−1/2}.
/// Ref     Liu, Ye, Wright, Stone and Liu 2022, arXiv:2209.08709, algorithm 1.
template <class X, class Y>
class Bome final : public Method<BilevelProblem<X, Y>> {
 public:
  struct Options {
    double step = 0.05;
    double exponent = 0;
    double step_y = 0.2;
    std::int64_t steps = 10;
    double decrease = 0.5;

    void fields(Fields& f) {
      f("step", step, positive(), "step ξ of the first round");
      f("exponent", exponent, between(-1, 0), "the step changes as rounds to this power");
      f("step_y", step_y, positive(), "step of the loop that finds ŷ");
      f("steps", steps, at_least(1), "steps K of that loop");
      f("decrease", decrease, positive(), "rate η at which the value gap has to fall");
    }
  };

  explicit Bome(const Options& options) : options_(options) {}

  void step(BilevelProblem<X, Y>& problem, Pair<X, Y>& z) override {
    constexpr double kGuard = 1e-12;
    problem.resample(++round_);
    const Y lower = descend_inner(problem, z.x, z.y, options_.steps, options_.step_y);
    const Pair<X, Y> outer = problem.outer_gradient(z.x, z.y);
    const Pair<X, Y> gap = value_gap_gradient(problem, z, lower);
    const double slope = dot_product(outer, gap) / (dot_product(gap, gap) + kGuard);
    const double lambda = std::max(0.0, options_.decrease - slope);
    const PowerSchedule step{options_.step, options_.exponent};
    z = descend_both(problem, z, Pair<X, Y>(outer + lambda * gap),
                     step.at(static_cast<std::int64_t>(round_)));
  }
  void state(Archive& archive) override { archive("round", round_); }

 private:
  Options options_;
  std::uint64_t round_ = 0;
};

}  // namespace saddle
