// SPDX-License-Identifier: Apache-2.0
// Extragradient: look ahead, then step with what was seen there.
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// ẑ = P(z − η F(z)), z ← P(z − η F(ẑ)). Both fields come from the same minibatch, so that what
/// they have in common cancels.
///
/// Step    η < 1/L for a monotone field with Lipschitz constant L.
/// Rate    O(1/T) for the gap of the average, O(1/√T) for the last iterate; linear on strongly
///         monotone and on bilinear problems, there by √(1 − η²σ² + η⁴σ⁴) in each step.
/// Fails   may circle for ever where the field is not monotone.
/// Ref     Korpelevich 1976, "The extragradient method for finding saddle points and other
///         problems", Matekon 12.
template <class Problem>
class Extragradient final : public Method<Problem> {
 public:
  using Point = typename Problem::Point;
  struct Options {
    double step = 0.1;

    void fields(Fields& f) { f("step", step, positive(), "step η, below 1/L"); }
  };

  explicit Extragradient(const Options& options) : options_(options) {}

  void step(Problem& problem, Point& z) override {
    problem.resample(++round_);
    const Point ahead = problem.project(Point(z - options_.step * problem.field(z)));
    z = problem.project(Point(z - options_.step * problem.field(ahead)));
  }
  void state(Archive& archive) override { archive("round", round_); }

 private:
  Options options_;
  std::uint64_t round_ = 0;
};

}  // namespace saddle
