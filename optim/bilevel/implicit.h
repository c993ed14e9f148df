// SPDX-License-Identifier: Apache-2.0
// Bilevel methods of two loops: lower steps, then a hypergradient, then one upper step.
#pragma once

#include <cstdint>
#include <string>

#include <saddle/base/fields.h>
#include <saddle/optim/bilevel/hypergradient.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// Iterative differentiation: K lower steps from the last y, then
///
///     x ← P(x − α h),   h the gradient of f(x, y_K(x)) through those steps.
///
/// Step    η < 2/L for lower curvature of at most L, α below the inverse curvature of F.
/// Rate    ‖∇F‖² falls as 1/r, to a bias of order (1 − ημ)^{2K}: K decides where the method ends.
/// Ref     Franceschi, Donini, Frasconi and Pontil 2017, arXiv:1703.01785; Ji, Yang and Liang 2021,
///         arXiv:2010.07962, section 3.
template <class X, class Y>
class Itd final : public Method<BilevelProblem<X, Y>> {
 public:
  struct Options {
    double step_x = 0.1;
    double step_y = 0.1;
    std::int64_t steps = 100;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "upper step α");
      f("step_y", step_y, positive(), "lower step η");
      f("steps", steps, at_least(1), "lower steps K that are differentiated in each upper one");
    }
  };

  explicit Itd(const Options& options) : options_(options) {}

  void step(BilevelProblem<X, Y>& problem, Pair<X, Y>& z) override {
    problem.resample(++round_);
    const auto [gradient, y] =
        itd_hypergradient(problem, z.x, z.y, options_.steps, options_.step_y);
    z = {problem.project_x(X(z.x - options_.step_x * gradient)), y};
  }
  void state(Archive& archive) override { archive("round", round_); }

 private:
  Options options_;
  std::uint64_t round_ = 0;
};

/// Approximate implicit differentiation: K lower steps from the last y, then v ≈ [∇²_yy g]⁻¹ ∇_y f
///
///     by `terms` conjugate gradients from the last v, or v = η Σ_{k < terms} (I − η∇²_yy g)^k ∇_y
///     f
///
/// and x ← P(x − α (∇_x f − ∇²_xy g v)). With conjugate gradients and these warm starts few steps
/// of either kind will do, and the method ends at the solution; the series ends with the bias
/// (1 − ημ)^terms of v. Needs a positive definite ∇²_yy g.
///
/// Step    as Itd. Rate  ‖∇F‖² falls as 1/r.
/// Ref     Pedregosa 2016, arXiv:1602.02355; Ji, Yang and Liang 2021, arXiv:2010.07962,
///         algorithm 1; Lorraine, Vicol and Duvenaud 2020, arXiv:1911.02590 (the series).
template <class X, class Y>
class Aid final : public Method<BilevelProblem<X, Y>> {
 public:
  struct Options {
    std::string solver = "cg";
    double step_x = 0.1;
    double step_y = 0.1;
    std::int64_t steps = 10;
    std::int64_t terms = 10;

    void fields(Fields& f) {
      f("solver", solver, {"cg", "neumann"}, "how the linear system is solved");
      f("step_x", step_x, positive(), "upper step α");
      f("step_y", step_y, positive(), "lower step η, also that of the Neumann series");
      f("steps", steps, at_least(1), "lower steps K before each upper one");
      f("terms", terms, at_least(1), "conjugate gradient iterations, or terms of the series");
    }
  };

  explicit Aid(const Options& options) : options_(options) {}

  void step(BilevelProblem<X, Y>& problem, Pair<X, Y>& z) override {
    problem.resample(++round_);
    z.y = descend_inner(problem, z.x, z.y, options_.steps, options_.step_y);
    const Pair<X, Y> outer = problem.outer_gradient(z.x, z.y);
    if (options_.solver == "cg") {
      const Y start = round_ == 1 ? zero_like(outer.y) : adjoint_;
      adjoint_ = adjoint_by_cg(problem, z.x, z.y, outer.y, start, {options_.terms, 1e-14});
    } else {
      adjoint_ = adjoint_by_neumann(problem, z.x, z.y, outer.y, options_.terms, options_.step_y);
    }
    const X gradient = implicit_gradient(problem, z.x, z.y, outer.x, adjoint_);
    z.x = problem.project_x(X(z.x - options_.step_x * gradient));
  }
  void state(Archive& archive) override {
    archive("round", round_);
    if (round_ > 0) archive_vector(archive, "adjoint", adjoint_);
  }

 private:
  Options options_;
  Y adjoint_{};  ///< v
  std::uint64_t round_ = 0;
};

}  // namespace saddle
