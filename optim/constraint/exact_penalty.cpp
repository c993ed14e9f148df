// SPDX-License-Identifier: Apache-2.0
// The exact penalty.
#include <saddle/optim/constraint/exact_penalty.h>

#include <saddle/optim/constraint/weights.h>

namespace saddle {

ExactPenalty::ExactPenalty(int constraints, const Options& options)
    : options_(options), constraints_(constraints) {}

GradientWeights ExactPenalty::update(const Eigen::VectorXd& g) {
  check_constraint_values(g, constraints_);
  const Eigen::VectorXd violated = (g.array() > 0).cast<double>().matrix();
  return lagrangian_weights(options_.penalty * violated, options_.normalize);
}

Eigen::VectorXd ExactPenalty::multipliers() const { return Eigen::VectorXd::Zero(constraints_); }

}  // namespace saddle
