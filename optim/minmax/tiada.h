// SPDX-License-Identifier: Apache-2.0
// Descent-ascent whose steps adapt to the gradients seen: TiAda, and AdaGrad, which it mends.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// v_x ← v_x + ‖∇_x f‖², v_y ← v_y + ‖∇_y f‖², then at once
///
///     x ← P(x − η_x ∇_x f / max(v_x, v_y)^α),  y ← P(y + η_y ∇_y f / v_y^β)
///
/// With α > β the step of x shrinks until y is fast enough to follow, whatever the ratio η_x/η_y
/// and without knowing L or κ; the maximum keeps x slow while y is still far from its answer.
///
/// Rate    near-optimal for f strongly concave in y, deterministic or stochastic.
/// adagrad()  α = β = ½ without the maximum: fails where η_x/η_y is too large, since the ratio of
///            the steps then never changes.
/// Ref     Li, Yang and He 2023, "TiAda: a time-scale adaptive algorithm for nonconvex minimax
///         optimization", ICLR, arXiv:2210.17478.
template <class X, class Y = X>
class TiAda final : public Method<MinMaxProblem<X, Y>> {
 public:
  struct Options {
    double step_x = 0.2;
    double step_y = 0.2;
    double exponent_x = 0.6;
    double exponent_y = 0.4;
    bool coupled = true;
    double initial = 1e-8;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "step η_x of the minimiser, before it adapts");
      f("step_y", step_y, positive(), "step η_y of the maximiser, before it adapts");
      f("exponent_x", exponent_x, between(0, 1), "power α of the sum of squares that x divides by");
      f("exponent_y", exponent_y, between(0, 1), "power β of the sum of squares that y divides by");
      f("coupled", coupled, "x divides by the larger sum, not by its own");
      f("initial", initial, positive(), "sums of squares at the start");
    }
  };

  [[nodiscard]] static Options adagrad() {
    Options options;
    options.exponent_x = options.exponent_y = 0.5;
    options.coupled = false;
    return options;
  }

  explicit TiAda(const Options& options)
      : options_(options), squares_x_(options.initial), squares_y_(options.initial) {}

  void step(MinMaxProblem<X, Y>& problem, Pair<X, Y>& z) override {
    problem.resample(++round_);
    const X gradient_x = problem.gradient_x(z.x, z.y);
    const Y gradient_y = problem.gradient_y(z.x, z.y);
    squares_x_ += dot_product(gradient_x, gradient_x);
    squares_y_ += dot_product(gradient_y, gradient_y);
    const double shared = options_.coupled ? std::max(squares_x_, squares_y_) : squares_x_;
    const double step_x = options_.step_x / std::pow(shared, options_.exponent_x);
    const double step_y = options_.step_y / std::pow(squares_y_, options_.exponent_y);
    z.x = problem.project_x(X(z.x - step_x * gradient_x));
    z.y = problem.project_y(Y(z.y + step_y * gradient_y));
  }
  void state(Archive& archive) override {
    archive("round", round_);
    archive("squares_x", squares_x_);
    archive("squares_y", squares_y_);
  }

 private:
  Options options_;
  double squares_x_, squares_y_;
  std::uint64_t round_ = 0;
};

}  // namespace saddle
