// SPDX-License-Identifier: Apache-2.0
// Switching between objective and constraints.
#include <saddle/optim/constraint/switching.h>

namespace saddle {

Switching::Switching(int constraints, const Options& options)
    : options_(options), constraints_(constraints) {}

GradientWeights Switching::update(const Eigen::VectorXd& g) {
  check_constraint_values(g, constraints_);
  GradientWeights weights{1, Eigen::VectorXd::Zero(constraints_)};
  Eigen::Index worst = 0;
  if (constraints_ > 0 && g.maxCoeff(&worst) > options_.tolerance) {
    weights.objective = 0;
    weights.constraints[worst] = 1;
  }
  return weights;
}

Eigen::VectorXd Switching::multipliers() const { return Eigen::VectorXd::Zero(constraints_); }

}  // namespace saddle
