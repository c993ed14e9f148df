// SPDX-License-Identifier: Apache-2.0
// Optimistic descent-ascent: the field is expected to change as it has just changed.
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// z_{k+1} = P(z_k − η (2 F(z_k) − F(z_{k−1}))), where F(z_{−1}) = F(z_0): the guarantees of
/// extragradient for one field a step. What is remembered is the field as it was measured, on the
/// minibatch of its step.
///
/// Step    η < 1/(2L) for a monotone field with Lipschitz constant L.
/// Rate    that of Extragradient: linear on strongly monotone and on bilinear problems.
/// Ref     Popov 1980; Daskalakis, Ilyas, Syrgkanis and Zeng 2018, arXiv:1711.00141; with a
///         projection it is the forward-reflected-backward method of Malitsky and Tam 2020,
///         arXiv:1808.04162.
template <class Problem>
class OptimisticGda final : public Method<Problem> {
 public:
  using Point = typename Problem::Point;
  struct Options {
    double step = 0.1;

    void fields(Fields& f) { f("step", step, positive(), "step η, below 1/(2L)"); }
  };

  explicit OptimisticGda(const Options& options) : options_(options) {}

  void step(Problem& problem, Point& z) override {
    problem.resample(++round_);
    const Point field = problem.field(z);
    if (round_ == 1) before_ = field;
    z = problem.project(Point(z - options_.step * Point(2.0 * field - before_)));
    before_ = field;
  }
  void state(Archive& archive) override {
    archive("round", round_);
    if (round_ > 0) archive_vector(archive, "before", before_);
  }

 private:
  Options options_;
  Point before_{};  ///< the field of the step before
  std::uint64_t round_ = 0;
};

}  // namespace saddle
