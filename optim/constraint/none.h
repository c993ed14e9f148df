// SPDX-License-Identifier: Apache-2.0
// The rule that ignores constraints.
#pragma once

#include <saddle/base/fields.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// w₀ = 1, w = 0: the unconstrained problem, for comparison. Constraints are still measured.
class None final : public ConstraintRule {
 public:
  struct Options {
    void fields(Fields&) {}
  };

  None(int constraints, const Options&) : constraints_(constraints) {}

  [[nodiscard]] GradientWeights update(const Eigen::VectorXd& g) override {
    check_constraint_values(g, constraints_);
    return {1, Eigen::VectorXd::Zero(constraints_)};
  }
  [[nodiscard]] Eigen::VectorXd multipliers() const override {
    return Eigen::VectorXd::Zero(constraints_);
  }
  [[nodiscard]] bool has_multipliers() const override { return false; }
  [[nodiscard]] bool weighs_constraints() const override { return false; }
  void state(Archive&) override {}

 private:
  Eigen::Index constraints_;
};

}  // namespace saddle
