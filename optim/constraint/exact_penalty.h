// SPDX-License-Identifier: Apache-2.0
// The exact penalty.
#pragma once

#include <saddle/base/fields.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// A subgradient of f + κ Σ [g_k]_+: w_k = κ where g_k > 0, and 0 elsewhere.
///
/// Has the solution of the constrained problem if κ exceeds its largest multiplier, and another
/// one, infeasible, if not. Keeps no state; a primal step of constant length zigzags about the
/// limit.
/// Ref  Zangwill 1967; for policies, Zhang et al. 2022 (P3O), arXiv:2205.11814.
class ExactPenalty final : public ConstraintRule {
 public:
  struct Options {
    double penalty = 20;
    bool normalize = false;

    void fields(Fields& f) {
      f("penalty", penalty, positive(), "price κ of a unit of violation; above every multiplier");
      f("normalize", normalize, "divide the weights by 1 + Σ w");
    }
  };

  ExactPenalty(int constraints, const Options& options);

  [[nodiscard]] GradientWeights update(const Eigen::VectorXd& g) override;
  [[nodiscard]] Eigen::VectorXd multipliers() const override;
  [[nodiscard]] bool has_multipliers() const override { return false; }
  void state(Archive&) override {}

 private:
  Options options_;
  Eigen::Index constraints_;
};

}  // namespace saddle
