// SPDX-License-Identifier: Apache-2.0
// Dual ascent on a regularised Lagrangian.
#pragma once

#include <saddle/base/fields.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// Dual ascent on L(x, λ) − (τ/2)‖λ‖²: λ ← P_[0,maximum]((1 − η τ) λ + η g(x)).
///
/// The regulariser makes the last iterate converge where plain dual ascent cycles, to a point that
/// violates the constraints by τ λ: the smaller τ, the nearer and the slower. The factor 1 − η τ is
/// kept from going negative.
/// Ref  Koshal, Nedić and Shanbhag 2011; for policies, Ding, Wei, Zhang and Jovanović 2023,
///      arXiv:2306.11700 (RPG-PD); the perturbation of HiBSA (Lu et al. 2020, arXiv:1902.08294) is
///      the same.
class RegularizedLagrangian final : public ConstraintRule {
 public:
  struct Options {
    double step = 0.05;
    double regularization = 0.01;
    double initial = 0;
    double maximum = 100;
    bool normalize = true;

    void fields(Fields& f) {
      f("step", step, positive(), "dual step η");
      f("regularization", regularization, at_least(0), "weight τ of the regulariser");
      f("initial", initial, at_least(0), "multipliers at the start");
      f("maximum", maximum, positive(), "largest multiplier");
      f("normalize", normalize, "divide the weights by 1 + Σ λ");
    }
  };

  RegularizedLagrangian(int constraints, const Options& options);

  [[nodiscard]] GradientWeights update(const Eigen::VectorXd& g) override;
  [[nodiscard]] Eigen::VectorXd multipliers() const override { return multipliers_; }
  void state(Archive& archive) override;

 private:
  Options options_;
  Eigen::VectorXd multipliers_;
};

}  // namespace saddle
