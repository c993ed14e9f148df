// SPDX-License-Identifier: Apache-2.0
// Bilevel methods for minibatches, whose Hessian products must not share theirs.
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/bilevel/hypergradient.h>
#include <saddle/optim/schedule.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// Hypergradients from minibatches b = 1, 2, …, each of which serves one purpose: one lower step,
/// the upper gradients, one Hessian product, or the cross derivative.
///
///     v = η Σ_{k < terms} Π_{j ≤ k} (I − η ∇²_yy g(x, y; b_j)) ∇_y f(x, y; b₀),
///     h = ∇_x f(x, y; b₀) − ∇²_xy g(x, y; b′) v
///
/// Since the factors are independent, the mean of h is that of exact products; powers of one
/// minibatch's Hessian would be biased, however many of them are averaged.
/// Ref  Ji, Yang and Liang 2021, arXiv:2010.07962, algorithm 2.
class IndependentBatches {
 public:
  template <class X, class Y>
  [[nodiscard]] Y descend(BilevelProblem<X, Y>& problem, const X& x, const Y& y, std::int64_t steps,
                          double step) {
    Y lower = y;
    for (std::int64_t k = 0; k < steps; ++k) {
      problem.resample(++batch_);
      lower = descend_inner(problem, x, lower, 1, step);
    }
    return lower;
  }

  template <class X, class Y>
  [[nodiscard]] X hypergradient(BilevelProblem<X, Y>& problem, const X& x, const Y& y,
                                std::int64_t terms, double step) {
    problem.resample(++batch_);
    const Pair<X, Y> outer = problem.outer_gradient(x, y);
    const auto hessian = [&](const Y& v) {
      problem.resample(++batch_);
      return problem.hessian_yy(x, y, v);
    };
    const Y v = neumann_series(hessian, outer.y, terms, step);
    problem.resample(++batch_);
    return implicit_gradient(problem, x, y, outer.x, v);
  }

  void state(Archive& archive) { archive("batch", batch_); }

 private:
  std::uint64_t batch_ = 0;
};

/// Stochastic bilevel optimiser: `steps` lower steps from the last y, then
///
///     x ← P(x − α h),   h the hypergradient of IndependentBatches.
///
/// Without noise this is approximate implicit differentiation by the Neumann series, with its bias
/// (1 − ημ)^terms; with noise it ends in a neighbourhood whose size goes with α and the variance.
/// Step    η ≤ 1/L for lower curvature of at most L, α below the inverse curvature of F.
/// Rate    ‖∇F‖² falls as 1/r to that neighbourhood; O(ε⁻⁴) samples for ‖∇F‖ ≤ ε up to logarithms.
/// Ref     Ji, Yang and Liang 2021, arXiv:2010.07962, algorithm 2 (stocBiO). Differs: the sizes of
///         the minibatches do not shrink along the series.
template <class X, class Y>
class StocBio final : public Method<BilevelProblem<X, Y>> {
 public:
  struct Options {
    double step_x = 0.1;
    double step_y = 0.1;
    std::int64_t steps = 10;
    std::int64_t terms = 100;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "upper step α");
      f("step_y", step_y, positive(), "lower step η, also that of the series");
      f("steps", steps, at_least(1), "lower steps before each upper one");
      f("terms", terms, at_least(1), "terms of the series");
    }
  };

  explicit StocBio(const Options& options) : options_(options) {}

  void step(BilevelProblem<X, Y>& problem, Pair<X, Y>& z) override {
    z.y = batches_.descend(problem, z.x, z.y, options_.steps, options_.step_y);
    const X h = batches_.hypergradient(problem, z.x, z.y, options_.terms, options_.step_y);
    z.x = problem.project_x(X(z.x - options_.step_x * h));
  }
  void state(Archive& archive) override { batches_.state(archive); }

 private:
  Options options_;
  IndependentBatches batches_;
};

/// Two time scales in one loop: in round k = 1, 2, …
///
///     y ← y − b_k ∇_y g(x, y),   x ← P(x − a_k h),   a_k = α k^{−3/5},  b_k = β k^{−2/5}
///
/// with h the hypergradient of IndependentBatches at the new y. The lower level runs ahead since
/// a_k/b_k → 0. Without noise it ends at the solution up to the bias (1 − ημ)^terms of h.
/// Step    β ≤ 1/L for lower curvature of at most L; η, the step of the series, likewise.
/// Rate    mean ‖∇F‖² = O(K^{−2/5}) after K rounds for nonconvex F.
/// Ref     Hong, Wai, Wang and Yang 2020, arXiv:2007.05170, algorithm 1. Differs: the series has a
///         fixed number of terms, not a random one.
template <class X, class Y>
class Ttsa final : public Method<BilevelProblem<X, Y>> {
 public:
  struct Options {
    double step_x = 0.4;
    double step_y = 0.4;
    double step_v = 0.1;
    std::int64_t terms = 100;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "upper step α of the first round");
      f("step_y", step_y, positive(), "lower step β of the first round");
      f("step_v", step_v, positive(), "step η of the series");
      f("terms", terms, at_least(1), "terms of the series");
    }
  };

  explicit Ttsa(const Options& options) : options_(options) {}

  void step(BilevelProblem<X, Y>& problem, Pair<X, Y>& z) override {
    ++round_;
    const double a = PowerSchedule{options_.step_x, -0.6}.at(round_);
    const double b = PowerSchedule{options_.step_y, -0.4}.at(round_);
    z.y = batches_.descend(problem, z.x, z.y, 1, b);
    const X h = batches_.hypergradient(problem, z.x, z.y, options_.terms, options_.step_v);
    z.x = problem.project_x(X(z.x - a * h));
  }
  void state(Archive& archive) override {
    archive("round", round_);
    batches_.state(archive);
  }

 private:
  Options options_;
  IndependentBatches batches_;
  std::int64_t round_ = 0;
};

}  // namespace saddle
