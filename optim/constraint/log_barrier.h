// SPDX-License-Identifier: Apache-2.0
// The logarithmic barrier.
#pragma once

#include <saddle/base/fields.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// The gradient of f − κ Σ log(−g_k): w_k = min(κ/(−g_k), maximum) where g_k < 0, and `maximum`
/// elsewhere, which is what brings an infeasible point back.
///
/// Needs a strictly feasible start to mean what it says. The multiplier estimate is w itself, and
/// complementarity is off by κ: w_k g_k = −κ.
/// Ref  Fiacco and McCormick 1968; for policies, Liu, Ding and Liu 2020 (IPO), arXiv:1910.09615
///      (their t is 1/κ). Differs: bounded, and defined where infeasible.
class LogBarrier final : public ConstraintRule {
 public:
  struct Options {
    double weight = 0.01;
    double maximum = 1;
    bool normalize = true;

    void fields(Fields& f) {
      f("weight", weight, positive(), "barrier weight κ = 1/t");
      f("maximum", maximum, positive(), "largest weight, and the weight where infeasible");
      f("normalize", normalize, "divide the weights by 1 + Σ w");
    }
  };

  LogBarrier(int constraints, const Options& options);

  [[nodiscard]] GradientWeights update(const Eigen::VectorXd& g) override;
  [[nodiscard]] Eigen::VectorXd multipliers() const override { return multipliers_; }
  void state(Archive& archive) override;

 private:
  Options options_;
  Eigen::VectorXd multipliers_;
};

}  // namespace saddle
