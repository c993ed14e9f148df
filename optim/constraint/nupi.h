// SPDX-License-Identifier: Apache-2.0
// Proportional-integral dual ascent with smoothing (νPI).
#pragma once

#include <saddle/base/fields.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// ξ_r = ν ξ_{r−1} + (1 − ν) g(x_r),
/// λ ← P_[0,maximum](λ + η (k_i g(x_r) + k_p (ξ_r − ξ_{r−1}))), where ξ_{−1} = g(x_0).
///
/// k_p = 0 is plain dual ascent, ν = 0 a PI controller, ν = 0 and k_p = k_i optimistic ascent;
/// heavy-ball and Nesterov momentum are special cases with other ν, which may be negative. k_p is
/// what damps: on a linear problem it has to be well above k_i.
/// Ref  Sohrabi et al. 2024, arXiv:2406.04558, algorithm 1, with ξ_{−1} = g(x_0).
class NuPi final : public ConstraintRule {
 public:
  struct Options {
    double step = 0.05;
    double nu = 0;
    double proportional = 10;
    double integral = 1;
    double initial = 0;
    double maximum = 100;
    bool normalize = true;

    void fields(Fields& f) {
      f("step", step, positive(), "dual step η");
      f("nu", nu, {.low = -1, .high = 1, .open_low = true, .open_high = true},
        "memory ν of the average that k_p acts on");
      f("proportional", proportional, at_least(0), "gain k_p");
      f("integral", integral, at_least(0), "gain k_i");
      f("initial", initial, at_least(0), "multipliers at the start");
      f("maximum", maximum, positive(), "largest multiplier");
      f("normalize", normalize, "divide the weights by 1 + Σ λ");
    }
  };

  NuPi(int constraints, const Options& options);

  [[nodiscard]] GradientWeights update(const Eigen::VectorXd& g) override;
  [[nodiscard]] Eigen::VectorXd multipliers() const override { return multipliers_; }
  void state(Archive& archive) override;

 private:
  Options options_;
  Eigen::VectorXd multipliers_, smooth_;
  bool started_ = false;
};

}  // namespace saddle
