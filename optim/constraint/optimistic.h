// SPDX-License-Identifier: Apache-2.0
// Optimistic dual ascent.
#pragma once

#include <saddle/base/fields.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// λ ← P_[0,maximum](λ + η (2 g(x_r) − g(x_{r−1}))), where g(x_{−1}) = g(x_0).
///
/// Optimism answers the value that the constraint is about to have. On linear problems the last
/// iterate converges if the primal player is optimistic too; with a plain primal step this is
/// NuPi with ν = 0 and k_p = k_i = 1, which does not suffice.
/// Ref  Popov 1980; Daskalakis, Ilyas, Syrgkanis and Zeng 2018, arXiv:1711.00141;
///      for constrained policies, Ding, Wei, Zhang and Jovanović 2023, arXiv:2306.11700.
class OptimisticLagrangian final : public ConstraintRule {
 public:
  struct Options {
    double step = 0.05;
    double initial = 0;
    double maximum = 100;
    bool normalize = true;

    void fields(Fields& f) {
      f("step", step, positive(), "dual step η");
      f("initial", initial, at_least(0), "multipliers at the start");
      f("maximum", maximum, positive(), "largest multiplier");
      f("normalize", normalize, "divide the weights by 1 + Σ λ");
    }
  };

  OptimisticLagrangian(int constraints, const Options& options);

  [[nodiscard]] GradientWeights update(const Eigen::VectorXd& g) override;
  [[nodiscard]] Eigen::VectorXd multipliers() const override { return multipliers_; }
  void state(Archive& archive) override;

 private:
  Options options_;
  Eigen::VectorXd multipliers_, previous_;
  bool started_ = false;
};

}  // namespace saddle
