// SPDX-License-Identifier: Apache-2.0
// Multipliers from a PID controller.
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// The multiplier as the output of a controller that steers the constraint to its limit:
///
///     I ← [I + k_i g]_[0,maximum]
///     λ = [k_p ḡ + I + k_d [ĝ − ĝ_delay]_+]_[0,maximum]
///
/// ḡ and ĝ are moving averages of g that start at the first value, ĝ_delay is ĝ `delay` updates
/// ago (the oldest there is, at first). The derivative acts only while the constraint rises, and
/// clipping the integral is the anti-windup. The proportional term damps the oscillation of plain
/// dual ascent, which is k_i alone.
/// Ref  Stooke, Achiam and Abbeel 2020, arXiv:2007.03964, algorithm 2. Differs: `maximum`, and the
///      smoothing and the delay that its authors' experiments use, are options; no average starts
///      from zero, so the first value counts in full.
class Pid final : public ConstraintRule {
 public:
  struct Options {
    double proportional = 0.1;
    double integral = 0.01;
    double derivative = 0.01;
    double proportional_smoothing = 0.95;
    double derivative_smoothing = 0.95;
    std::int64_t delay = 10;
    double initial = 0.001;
    double maximum = 100;
    bool normalize = true;

    void fields(Fields& f) {
      const Bounds smoothing{.low = 0, .high = 1, .open_high = true};
      f("proportional", proportional, at_least(0), "gain k_p");
      f("integral", integral, at_least(0), "gain k_i");
      f("derivative", derivative, at_least(0), "gain k_d");
      f("proportional_smoothing", proportional_smoothing, smoothing,
        "memory of the average that k_p acts on");
      f("derivative_smoothing", derivative_smoothing, smoothing,
        "memory of the average that k_d acts on");
      f("delay", delay, at_least(1), "updates over which the derivative is taken");
      f("initial", initial, at_least(0), "integral at the start");
      f("maximum", maximum, positive(), "largest multiplier");
      f("normalize", normalize, "divide the weights by 1 + Σ λ");
    }
  };

  Pid(int constraints, const Options& options);

  [[nodiscard]] GradientWeights update(const Eigen::VectorXd& g) override;
  [[nodiscard]] Eigen::VectorXd multipliers() const override { return multipliers_; }
  void state(Archive& archive) override;

 private:
  Options options_;
  Eigen::VectorXd multipliers_, integral_, smooth_;
  Eigen::MatrixXd history_;  ///< ĝ of the last updates, a ring of [m, delay + 1]
  std::int64_t updates_ = 0;
};

}  // namespace saddle
