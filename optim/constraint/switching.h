// SPDX-License-Identifier: Apache-2.0
// Switching between objective and constraints.
#pragma once

#include <saddle/base/fields.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// Steps on the objective alone while every g_k ≤ tolerance, else on the worst constraint alone.
///
/// Needs no multipliers and no tuning of them. The guarantee is for the average over the points
/// from which the objective was stepped on (those where objective weight is 1), not for the last.
/// Ref  Polyak 1967; for policies, Xu, Liang and Lan 2021 (CRPO), arXiv:2011.05869, algorithm 1.
///      Differs: the worst constraint is taken where the paper takes any violated one.
class Switching final : public ConstraintRule {
 public:
  struct Options {
    double tolerance = 0;

    void fields(Fields& f) {
      f("tolerance", tolerance, at_least(0), "violation that is let pass, in units of the cost");
    }
  };

  Switching(int constraints, const Options& options);

  [[nodiscard]] GradientWeights update(const Eigen::VectorXd& g) override;
  [[nodiscard]] Eigen::VectorXd multipliers() const override;
  [[nodiscard]] bool has_multipliers() const override { return false; }
  void state(Archive&) override {}

 private:
  Options options_;
  Eigen::Index constraints_;
};

}  // namespace saddle
