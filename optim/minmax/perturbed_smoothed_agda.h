// SPDX-License-Identifier: Apache-2.0
// Alternating descent-ascent with smoothing of the primal and perturbation of the dual: HiBSA,
// smoothed AGDA, and both together.
#pragma once

#include <algorithm>
#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/minmax/turns.h>
#include <saddle/optim/schedule.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// In round r = 1, 2, …, about a centre c that starts at the first x,
///
///     x ← P(x − η_r (∇_x f(x, y) + p (x − c))),  the blocks of x in turn,    η_r = η₁ r^a
///     y ← P([1 − ρ γ_r]_+ y + ρ ∇_y f(x, y)),  those of y in turn,         γ_r = γ₁ r^q
///     c ← c + b (x − c)
///
/// which descent-ascent lacks where f is nonconvex in x and concave, but not strongly, in y: there
/// it circles for ever. Either mechanism alone ends that; the other is off at γ₁ = 0 or p = 0.
///
/// hibsa()     p = 0: Hybrid Block Successive Approximation with its first-order bound of f. The
///             perturbation has to fall more slowly than the step of x, 1/γ_{r+1} − 1/γ_r ≤ ρ/5;
///             r^{−1/2} and r^{−1/4} reach game stationarity ε in O~(ε⁻⁴) rounds. Where f is
///             strongly concave in y no perturbation is needed, and a constant step takes O(ε⁻²).
///             Ref  Lu, Tsaknakis, Hong and Chen 2020, IEEE Trans. Signal Process. 68,
///             arXiv:1902.08294. Differs: y shrinks by 1 − ργ, the first order of the exact
///             proximal step's 1/(1 + ργ).
/// smoothed()  γ = 0: smoothed AGDA. p above the curvature that f lacks, η < 1/(L + p), b well
///             below 1. O(ε⁻⁴) rounds; O(ε⁻²) for a finite maximum of nonconvex functions.
///             Ref  Zhang, Xiao, Sun and Luo 2020, NeurIPS, arXiv:2010.15768, algorithm 2.
/// both()      perturbed smoothed AGDA.
///
/// Stationarity is that of f, without the perturbation; γ_r that does not vanish leaves a bias.
template <class X, class Y = X>
class PerturbedSmoothedAgda final : public Method<MinMaxProblem<X, Y>> {
 public:
  struct Options {
    double step_x = 0.05;
    double exponent_x = 0;
    double step_y = 0.05;
    double perturbation = 0;
    double perturbation_exponent = -0.25;
    double smoothing = 0;
    double centering = 0.05;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "step η₁ of the minimiser in the first round");
      f("exponent_x", exponent_x, between(-1, 0), "the step of x falls as rounds to this power");
      f("step_y", step_y, positive(), "step ρ of the maximiser");
      f("perturbation", perturbation, at_least(0), "perturbation γ₁ of the first round; 0: none");
      f("perturbation_exponent", perturbation_exponent, between(-1, 0),
        "the perturbation falls as rounds to this power");
      f("smoothing", smoothing, at_least(0), "weight p of the distance to the centre; 0: none");
      f("centering", centering, {.low = 0, .high = 1, .open_low = true},
        "share b of the way that the centre follows in a round");
    }
  };

  [[nodiscard]] static Options hibsa() {
    Options options;
    options.step_x = 0.5;
    options.exponent_x = -0.5;
    options.step_y = 0.5;
    options.perturbation = 1;
    return options;
  }
  [[nodiscard]] static Options smoothed() {
    Options options;
    options.smoothing = 1;
    return options;
  }
  [[nodiscard]] static Options both() {
    Options options = smoothed();
    options.perturbation = 0.5;
    return options;
  }

  explicit PerturbedSmoothedAgda(const Options& options) : options_(options) {}

  void step(MinMaxProblem<X, Y>& problem, Pair<X, Y>& z) override {
    problem.resample(++round_);
    if (round_ == 1) center_ = z.x;
    const auto round = static_cast<std::int64_t>(round_);
    const double step_x = PowerSchedule{options_.step_x, options_.exponent_x}.at(round);
    const double perturbation =
        PowerSchedule{options_.perturbation, options_.perturbation_exponent}.at(round);
    const X pull = -step_x * options_.smoothing * X(z.x - center_);
    z.x = descend_in_turn(problem, z.x, z.y, step_x, pull);
    const double lost = std::min(options_.step_y * perturbation, 1.0);
    z.y = ascend_in_turn(problem, z.x, z.y, options_.step_y, Y(-lost * z.y));
    center_ = X(center_ + options_.centering * X(z.x - center_));
  }
  void state(Archive& archive) override {
    archive("round", round_);
    if (round_ > 0) archive_vector(archive, "center", center_);
  }

 private:
  Options options_;
  X center_{};
  std::uint64_t round_ = 0;
};

}  // namespace saddle
