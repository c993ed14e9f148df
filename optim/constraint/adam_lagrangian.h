// SPDX-License-Identifier: Apache-2.0
// Dual ascent with Adam's step.
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// Dual ascent whose step is Adam's: with m and v the bias-corrected moving averages of g and g²,
/// λ ← P_[0,maximum](λ + η m/(√v + ε)).
///
/// The step is about η whatever the size of the violation, so η is a speed of λ and the units of
/// the cost do not matter; for the same reason λ swings about its solution, even of a strongly
/// convex program, where it is not clearly slower than the primal step.
/// Ref  Kingma and Ba 2015, arXiv:1412.6980, algorithm 1.
class AdamLagrangian final : public ConstraintRule {
 public:
  struct Options {
    double step = 0.035;
    double decay1 = 0.9;
    double decay2 = 0.999;
    double epsilon = 1e-8;
    double initial = 0;
    double maximum = 100;
    bool normalize = true;

    void fields(Fields& f) {
      const Bounds decay{.low = 0, .high = 1, .open_high = true};
      f("step", step, positive(), "dual step η, the speed of the multipliers");
      f("decay1", decay1, decay, "memory of the average violation");
      f("decay2", decay2, decay, "memory of the average squared violation");
      f("epsilon", epsilon, positive(), "added to the root of the second moment");
      f("initial", initial, at_least(0), "multipliers at the start");
      f("maximum", maximum, positive(), "largest multiplier");
      f("normalize", normalize, "divide the weights by 1 + Σ λ");
    }
  };

  AdamLagrangian(int constraints, const Options& options);

  [[nodiscard]] GradientWeights update(const Eigen::VectorXd& g) override;
  [[nodiscard]] Eigen::VectorXd multipliers() const override { return multipliers_; }
  void state(Archive& archive) override;

 private:
  Options options_;
  Eigen::VectorXd multipliers_, mean_, square_;
  std::int64_t updates_ = 0;
};

}  // namespace saddle
