// SPDX-License-Identifier: Apache-2.0
// Simultaneous gradient descent-ascent, with one step or with two.
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// z ← P(z − η F(z)): both players move at once.
///
/// Step    converges linearly for η < 2μ/L² where F is μ-strongly monotone and L-Lipschitz.
/// Fails   on bilinear games, where it leaves the solution by the factor √(1 + η²σ²) in each step;
///         nor does the average of its iterates converge there.
/// Ref     Arrow, Hurwicz and Uzawa 1958, Studies in linear and non-linear programming.
template <class Problem>
class GradientDescentAscent final : public Method<Problem> {
 public:
  using Point = typename Problem::Point;
  struct Options {
    double step = 0.05;

    void fields(Fields& f) { f("step", step, positive(), "step η of both players"); }
  };

  explicit GradientDescentAscent(const Options& options) : options_(options) {}

  void step(Problem& problem, Point& z) override {
    problem.resample(++round_);
    z = problem.project(Point(z - options_.step * problem.field(z)));
  }
  void state(Archive& archive) override { archive("round", round_); }

 private:
  Options options_;
  std::uint64_t round_ = 0;
};

/// x ← P(x − η_x ∇_x f(x, y)), y ← P(y + η_y ∇_y f(x, y)) at once, with η_x ≪ η_y: y follows the
/// best answer to x so closely that x descends on max_y f.
///
/// Step    for f with an L-Lipschitz gradient, μ-strongly concave in y, κ = L/μ: η_y = 1/L and
///         η_x of the order of 1/(κ²L). A ratio that is too large diverges or cycles.
/// Rate    O(κ² ε⁻²) steps to ‖∇ max_y f‖ ≤ ε; O(ε⁻⁶) where f is merely concave in y, with η_x of
///         the order of ε⁴.
/// Ref     Lin, Jin and Jordan 2020, ICML, arXiv:1906.00331, algorithm 1.
template <class X, class Y = X>
class TwoTimescaleGda final : public Method<MinMaxProblem<X, Y>> {
 public:
  struct Options {
    double step_x = 0.01;
    double step_y = 0.2;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "step η_x of the minimiser, of the order of 1/(κ²L)");
      f("step_y", step_y, positive(), "step η_y of the maximiser, of the order of 1/L");
    }
  };

  explicit TwoTimescaleGda(const Options& options) : options_(options) {}

  void step(MinMaxProblem<X, Y>& problem, Pair<X, Y>& z) override {
    problem.resample(++round_);
    const X gradient_x = problem.gradient_x(z.x, z.y);
    const Y gradient_y = problem.gradient_y(z.x, z.y);
    z.x = problem.project_x(X(z.x - options_.step_x * gradient_x));
    z.y = problem.project_y(Y(z.y + options_.step_y * gradient_y));
  }
  void state(Archive& archive) override { archive("round", round_); }

 private:
  Options options_;
  std::uint64_t round_ = 0;
};

}  // namespace saddle
