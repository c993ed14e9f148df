// SPDX-License-Identifier: Apache-2.0
// Gradient descent and perturbed ascent (GDPA).
#pragma once

#include <cstdint>

#include <saddle/base/fields.h>
#include <saddle/optim/constraint/rule.h>
#include <saddle/optim/schedule.h>

namespace saddle {

/// A single loop with a guarantee for nonconvex objectives under nonconvex constraints. In round
/// r = 1, 2, …, with penalty β_r = β_0 r^{1/3}:
///
///     t_r     = β_r g(x_r) + (1 − τ) λ_r
///     x_{r+1} = P(x_r − α_r (∇f + Σ [t_r]_+ ∇g)),  α_r ∝ r^{−1/3}, which is the primal step's
///     λ_{r+1} = [(1 − τ) λ_r + β_r g(x_{r+1})]_+ where t_r > 0, and 0 elsewhere
///
/// update(g(x_r)) first finishes λ_r from the round before, so that g is measured once a round.
///
/// Leaves a violation of τ λ/β_r, which falls as r^{−1/3}: finish with AugmentedLagrangian if it
/// has to be small. Needs α_r β_r ‖∇g‖² < 2. With a noisy g cap the penalty, which multiplies it.
/// Ref  Lu 2022, "A single-loop gradient descent and perturbed ascent algorithm for nonconvex
///      functional constrained optimization", ICML, PMLR 162, arXiv:2207.05650.
class Gdpa final : public ConstraintRule {
 public:
  struct Options {
    double penalty = 0.25;
    double perturbation = 0.25;
    double exponent = 1.0 / 3;
    double maximum_penalty = 1e6;
    double initial = 0;
    double maximum = 1e6;
    bool normalize = false;

    void fields(Fields& f) {
      f("penalty", penalty, positive(), "penalty β₀ of the first round");
      f("perturbation", perturbation, {.low = 0, .high = 1, .open_low = true, .open_high = true},
        "share τ of the multipliers that is forgotten in a round");
      f("exponent", exponent, between(0, 1), "the penalty grows as rounds to this power");
      f("maximum_penalty", maximum_penalty, positive(), "largest penalty");
      f("initial", initial, at_least(0), "multipliers at the start");
      f("maximum", maximum, positive(), "largest multiplier");
      f("normalize", normalize, "divide the weights by 1 + Σ w");
    }
  };

  Gdpa(int constraints, const Options& options);

  [[nodiscard]] GradientWeights update(const Eigen::VectorXd& g) override;
  [[nodiscard]] Eigen::VectorXd multipliers() const override { return multipliers_; }

  /// β of the round that the last update() began; 0 before the first.
  [[nodiscard]] double penalty() const { return penalty_; }
  void state(Archive& archive) override;

 private:
  Options options_;
  Eigen::VectorXd multipliers_;
  Eigen::VectorXd active_;  ///< 1 where t > 0 in the round before, else 0
  double penalty_ = 0;
  std::int64_t round_ = 0;
};

}  // namespace saddle
