// SPDX-License-Identifier: Apache-2.0
// Bilevel optimisation in one loop: the lower variable, the linear system and x move together.
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/bilevel/hypergradient.h>
#include <saddle/optim/schedule.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// One step of three descents, all directions at the same (x, y, v):
///
///     y ← y − β ∇_y g,   v ← v − η (∇²_yy g v − ∇_y f),   x ← P(x − α (∇_x f − ∇²_xy g v))
///
/// where v tracks [∇²_yy g]⁻¹ ∇_y f, so that one product with each second derivative is all a step
/// costs. Every direction is linear in the samples, hence unbiased on one minibatch. The method to
/// use where Hessian products are at hand: no inner loop, no bias, and nothing to choose but steps.
///
/// Step    β, η < 2/L for lower curvature of at most L; α below both and the inverse curvature
///         of F. With minibatches all of them fall as r^exponent, −½ in theory.
/// Rate    ‖∇F‖² = O(1/r) without noise and with O(ε⁻⁴) samples for ‖∇F‖ ≤ ε, as for one level.
/// Ref     Dagréou, Ablin, Vaiter and Moreau 2022, arXiv:2201.13409 (SOBA).
template <class X, class Y>
class Soba final : public Method<BilevelProblem<X, Y>> {
 public:
  struct Options {
    double step_x = 0.1;
    double step_y = 0.2;
    double step_v = 0.2;
    double exponent = 0;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "upper step α");
      f("step_y", step_y, positive(), "lower step β");
      f("step_v", step_v, positive(), "step η of the linear system");
      f("exponent", exponent, between(-1, 0), "the steps change as rounds to this power");
    }
  };

  explicit Soba(const Options& options) : options_(options) {}

  void step(BilevelProblem<X, Y>& problem, Pair<X, Y>& z) override {
    problem.resample(++round_);
    const double decay = PowerSchedule{1, options_.exponent}.at(static_cast<std::int64_t>(round_));
    if (round_ == 1) v_ = zero_like(z.y);
    const Pair<X, Y> outer = problem.outer_gradient(z.x, z.y);
    const X direction_x = implicit_gradient(problem, z.x, z.y, outer.x, v_);
    const Y direction_v = problem.hessian_yy(z.x, z.y, v_) - outer.y;
    const Y direction_y = problem.inner_gradient(z.x, z.y).y;
    z = {problem.project_x(X(z.x - decay * options_.step_x * direction_x)),
         Y(z.y - decay * options_.step_y * direction_y)};
    v_ = Y(v_ - decay * options_.step_v * direction_v);
  }
  void state(Archive& archive) override {
    archive("round", round_);
    if (round_ > 0) archive_vector(archive, "v", v_);
  }

  /// The solution of the linear system so far; meaningful after the first step.
  [[nodiscard]] const Y& adjoint() const { return v_; }

 private:
  Options options_;
  Y v_{};
  std::uint64_t round_ = 0;
};

}  // namespace saddle
