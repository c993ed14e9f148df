// SPDX-License-Identifier: Apache-2.0
// The proximal point method: implicit steps, which no step size makes diverge.
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// z ← the w with w = P(z − η F(w)).
///
/// That w solves the variational inequality of G(w) = w − z + η F(w), strongly monotone where F is
/// monotone. Extragradient solves it with a step s of its own, halved until
/// s ‖G(w) − G(ŵ)‖ ≤ 0.9 ‖w − ŵ‖, from w = z to ‖w − P(w − G(w))‖ ≤ `accuracy` times what it is at
/// w = z, or for `iterations` iterations.
///
/// Step    any η > 0 for monotone fields; where F is ρ-weakly monotone, η < 1/ρ.
/// Rate    linear on strongly monotone and on bilinear problems, there by 1/√(1 + η²σ²).
/// Ref     Martinet 1970; Rockafellar 1976, "Monotone operators and the proximal point algorithm",
///         SIAM J. Control Optim. 14(5); the rule for s Khobotov 1987.
template <class Problem>
class ProximalPoint final : public Method<Problem> {
 public:
  using Point = typename Problem::Point;
  struct Options {
    double step = 1;
    double accuracy = 1e-6;
    std::int64_t iterations = 200;

    void fields(Fields& f) {
      f("step", step, positive(), "step η");
      f("accuracy", accuracy, {.low = 0, .high = 1, .open_low = true, .open_high = true},
        "residual at which an implicit step is solved, relative to its first");
      f("iterations", iterations, at_least(1), "most iterations for an implicit step");
    }
  };

  explicit ProximalPoint(const Options& options) : options_(options) {}

  void step(Problem& problem, Point& z) override {
    problem.resample(++round_);
    const Point start = z;
    const auto implicit = [&](const Point& w) {
      return Point(w - start + options_.step * problem.field(w));
    };
    double inner_step = 1, goal = 0;
    for (std::int64_t i = 0; i < options_.iterations; ++i) {
      const Point g = implicit(z);
      const double residual = euclidean_norm(Point(z - problem.project(Point(z - g))));
      if (i == 0) goal = options_.accuracy * residual;
      if (!(residual > goal)) return;  // no way on from a residual that is not a number
      Point ahead = problem.project(Point(z - inner_step * g));
      Point seen = implicit(ahead);
      while (inner_step * euclidean_norm(Point(g - seen)) >
                 0.9 * euclidean_norm(Point(z - ahead)) &&
             inner_step > 1e-12) {
        inner_step /= 2;
        ahead = problem.project(Point(z - inner_step * g));
        seen = implicit(ahead);
      }
      z = problem.project(Point(z - inner_step * seen));
    }
  }
  void state(Archive& archive) override { archive("round", round_); }

 private:
  Options options_;
  std::uint64_t round_ = 0;
};

}  // namespace saddle
