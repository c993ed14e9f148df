// SPDX-License-Identifier: Apache-2.0
// Limits that relax at a price.
#pragma once

#include <saddle/base/fields.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// Relaxes every limit by u_k ≥ 0 at the price ‖u‖²/(2 flexibility), and lets price and multiplier
/// settle on how much:
///
///     u ← (u + η λ)/(1 + η/flexibility),  λ ← P_[0,maximum](λ + η (g(x) − u))
///
/// At rest u = flexibility · λ: hard constraints are relaxed more than easy ones, and the problem
/// has a solution even where the limits contradict each other. That is the point where dual ascent
/// with the regulariser τ = flexibility rests, reached in another way.
/// Ref  Ding, Huan and Ribeiro 2023, "Resilient constrained reinforcement learning",
///      arXiv:2312.17194, with quadratic price. Differs: the step in u is implicit, so any η is
///      stable.
class Resilient final : public ConstraintRule {
 public:
  struct Options {
    double step = 0.05;
    double flexibility = 0.1;
    double initial = 0;
    double maximum = 100;
    bool normalize = true;

    void fields(Fields& f) {
      f("step", step, positive(), "step η of multipliers and relaxation");
      f("flexibility", flexibility, positive(), "relaxation that a unit of multiplier buys");
      f("initial", initial, at_least(0), "multipliers at the start");
      f("maximum", maximum, positive(), "largest multiplier");
      f("normalize", normalize, "divide the weights by 1 + Σ λ");
    }
  };

  Resilient(int constraints, const Options& options);

  [[nodiscard]] GradientWeights update(const Eigen::VectorXd& g) override;
  [[nodiscard]] Eigen::VectorXd multipliers() const override { return multipliers_; }

  /// u [m]: how far each limit is relaxed, in units of the cost.
  [[nodiscard]] const Eigen::VectorXd& relaxation() const { return relaxation_; }
  void state(Archive& archive) override;

 private:
  Options options_;
  Eigen::VectorXd multipliers_, relaxation_;
};

}  // namespace saddle
