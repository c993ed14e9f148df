// SPDX-License-Identifier: Apache-2.0
// The augmented Lagrangian method.
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// Steps along ∇f + Σ [λ_k + c g_k]_+ ∇g_k, the gradient of the augmented Lagrangian
/// f + (1/2c) Σ ([λ_k + c g_k]_+² − λ_k²); every `inner` primal steps
///
///     λ ← P_[0,maximum](λ + η c g)
///     c ← min(growth · c, maximum_penalty)  if ‖[g]_+‖ has not shrunk to `shrink` of what it was
///
/// With η = 1 and many inner steps this is the classical method of multipliers; with η < 1 and one
/// inner step it is the single-loop primal-dual form. Converges without oscillating where dual
/// ascent cycles, and without c → ∞. Ref  Hestenes 1969; Powell 1969; Rockafellar 1973; Bertsekas
/// 1982, section 2.2 (penalty).
class AugmentedLagrangian final : public ConstraintRule {
 public:
  struct Options {
    double penalty = 1;
    double step = 0.1;
    std::int64_t inner = 1;
    double growth = 1;
    double shrink = 0.9;
    double maximum_penalty = 1000;
    double initial = 0;
    double maximum = 100;
    bool normalize = true;

    void fields(Fields& f) {
      f("penalty", penalty, positive(), "penalty parameter c");
      f("step", step, positive(),
        "dual step η as a share of the penalty; 1 in the classical method");
      f("inner", inner, at_least(1), "primal steps between updates of the multipliers");
      f("growth", growth, at_least(1), "factor of the penalty when the violation does not shrink");
      f("shrink", shrink, between(0, 1), "what the violation must shrink to, to keep the penalty");
      f("maximum_penalty", maximum_penalty, positive(), "largest penalty that growth reaches");
      f("initial", initial, at_least(0), "multipliers at the start");
      f("maximum", maximum, positive(), "largest multiplier");
      f("normalize", normalize, "divide the weights by 1 + Σ w");
    }
  };

  AugmentedLagrangian(int constraints, const Options& options);

  [[nodiscard]] GradientWeights update(const Eigen::VectorXd& g) override;
  [[nodiscard]] Eigen::VectorXd multipliers() const override { return multipliers_; }
  [[nodiscard]] double penalty() const { return penalty_; }
  void state(Archive& archive) override;

 private:
  void ascend(const Eigen::VectorXd& g);

  Options options_;
  Eigen::VectorXd multipliers_;
  double penalty_;
  double violation_ = -1;  ///< ‖[g]_+‖ at the last dual update; negative before the first
  std::int64_t updates_ = 0;
};

}  // namespace saddle
