// SPDX-License-Identifier: Apache-2.0
// The multipliers of the smoothed first-order Lagrangian method (SLM).
#pragma once

#include <saddle/base/fields.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// λ ← P_[0,maximum](λ + η (g(x) − δ)): dual ascent between bounds on limits that are slack by δ.
/// This is the dual half of the method; the primal half descends on the smoothed Lagrangian
///
///     K(x, z, λ) = f(x) + λᵀ(g(x) − δ) + (p/2)‖x − z‖²,   z ← z + b (x − z)
///
/// which SmoothedStep does with any rule's weights. Together the last iterate converges where plain
/// dual ascent cycles, also for nonconvex f and g, if p exceeds their curvature and b is small.
///
/// A constraint that cannot be satisfied strictly, such as the value function g(x, y) − min g(x, ·)
/// of a lower level, has unbounded multipliers: give it a slack δ > 0.
/// Ref  Lu 2023, "SLM: a smoothed first-order Lagrangian method for structured constrained
///      nonconvex optimization", NeurIPS 36. Differs: written for constraints of any form.
class Slm final : public ConstraintRule {
 public:
  struct Options {
    double step = 0.05;
    double slack = 0;
    double initial = 0;
    double maximum = 100;
    bool normalize = true;

    void fields(Fields& f) {
      f("step", step, positive(), "dual step η");
      f("slack", slack, at_least(0), "violation δ that is allowed, in units of the constraint");
      f("initial", initial, at_least(0), "multipliers at the start");
      f("maximum", maximum, positive(), "largest multiplier");
      f("normalize", normalize, "divide the weights by 1 + Σ λ");
    }
  };

  Slm(int constraints, const Options& options);

  [[nodiscard]] GradientWeights update(const Eigen::VectorXd& g) override;
  [[nodiscard]] Eigen::VectorXd multipliers() const override { return multipliers_; }
  void state(Archive& archive) override;

 private:
  Options options_;
  Eigen::VectorXd multipliers_;
};

}  // namespace saddle
