// SPDX-License-Identifier: Apache-2.0
// Alternating gradient descent-ascent: y answers the x that has just moved.
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/minmax/turns.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// x ← P(x − η_x ∇_x f(x, y) + β (x − x₋)), the blocks of x in turn, and with the new x
/// y ← P(y + η_y ∇_y f(x, y) + β (y − y₋)), those of y in turn, where x₋ and y₋ are the points a
/// step before.
///
/// Step    β = 0: of the order of 1/L. Strongly convex-concave games take O(κ) steps, against
///         O(κ²) of simultaneous descent-ascent.
/// Fails   on bilinear games: bounded, and no nearer. Negative momentum, β = −½, converges there.
/// Ref     Zhang, Wang, Lessard and Grosse 2022, AISTATS, arXiv:2102.09468; the momentum Gidel et
///         al. 2019, AISTATS, arXiv:1807.04740.
template <class X, class Y = X>
class AlternatingGda final : public Method<MinMaxProblem<X, Y>> {
 public:
  struct Options {
    double step_x = 0.05;
    double step_y = 0.05;
    double momentum = 0;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "step η_x of the minimiser");
      f("step_y", step_y, positive(), "step η_y of the maximiser");
      f("momentum", momentum, {.low = -1, .high = 1, .open_low = true, .open_high = true},
        "momentum β of both; a negative one damps rotation");
    }
  };

  explicit AlternatingGda(const Options& options) : options_(options) {}

  void step(MinMaxProblem<X, Y>& problem, Pair<X, Y>& z) override {
    problem.resample(++round_);
    if (round_ == 1) before_ = z;
    const Pair<X, Y> push = options_.momentum * (z - before_);
    before_ = z;
    z.x = descend_in_turn(problem, z.x, z.y, options_.step_x, push.x);
    z.y = ascend_in_turn(problem, z.x, z.y, options_.step_y, push.y);
  }
  void state(Archive& archive) override {
    archive("round", round_);
    if (round_ > 0) archive_vector(archive, "before", before_);
  }

 private:
  Options options_;
  Pair<X, Y> before_{};
  std::uint64_t round_ = 0;
};

/// K times y ← P(y + η_y ∇_y f(x, y)), then once x ← P(x − η_x ∇_x f(x, y)), the blocks of
/// either in turn: with enough ascent it is descent on max_y f.
///
/// Step    η_y = 1/L; η_x of the order of 1/(κL), K of the order of κ log(1/ε) where f is
///         μ-strongly concave in y.
/// Rate    O(κ² ε⁻² log 1/ε) gradients to ‖∇ max_y f‖ ≤ ε.
/// Ref     Nouiehed, Sanjabi, Huang, Lee and Razaviyayn 2019, NeurIPS, arXiv:1902.08297.
template <class X, class Y = X>
class MultiStepGda final : public Method<MinMaxProblem<X, Y>> {
 public:
  struct Options {
    double step_x = 0.05;
    double step_y = 0.1;
    std::int64_t ascents = 10;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "step η_x of the minimiser");
      f("step_y", step_y, positive(), "step η_y of the maximiser");
      f("ascents", ascents, at_least(1), "steps K of the maximiser for each of the minimiser");
    }
  };

  explicit MultiStepGda(const Options& options) : options_(options) {}

  void step(MinMaxProblem<X, Y>& problem, Pair<X, Y>& z) override {
    problem.resample(++round_);
    for (std::int64_t k = 0; k < options_.ascents; ++k) {
      z.y = ascend_in_turn(problem, z.x, z.y, options_.step_y, zero_like(z.y));
    }
    z.x = descend_in_turn(problem, z.x, z.y, options_.step_x, zero_like(z.x));
  }
  void state(Archive& archive) override { archive("round", round_); }

 private:
  Options options_;
  std::uint64_t round_ = 0;
};

}  // namespace saddle
