// SPDX-License-Identifier: Apache-2.0
// The augmented Lagrangian method.
#include <saddle/optim/constraint/augmented_lagrangian.h>

#include <algorithm>

#include <saddle/optim/constraint/weights.h>
#include <saddle/optim/vector.h>

namespace saddle {

AugmentedLagrangian::AugmentedLagrangian(int constraints, const Options& options)
    : options_(options),
      multipliers_(
          Eigen::VectorXd::Constant(constraints, std::min(options.initial, options.maximum))),
      penalty_(options.penalty) {}

GradientWeights AugmentedLagrangian::update(const Eigen::VectorXd& g) {
  check_constraint_values(g, multipliers_.size());
  // The first point has not been moved to by this rule, so it teaches nothing about λ.
  if (updates_ > 0 && updates_ % options_.inner == 0) ascend(g);
  ++updates_;
  return lagrangian_weights((multipliers_ + penalty_ * g).cwiseMax(0), options_.normalize);
}

void AugmentedLagrangian::ascend(const Eigen::VectorXd& g) {
  const double step = options_.step * penalty_;
  multipliers_ = (multipliers_ + step * g).cwiseMax(0).cwiseMin(options_.maximum);
  const double violation = g.cwiseMax(0).norm();
  const bool shrunk = violation_ < 0 || violation <= options_.shrink * violation_;
  if (!shrunk) {
    penalty_ = std::max(penalty_, std::min(options_.growth * penalty_, options_.maximum_penalty));
  }
  violation_ = violation;
}

void AugmentedLagrangian::state(Archive& archive) {
  archive_fixed(archive, "multipliers", multipliers_);
  archive("penalty", penalty_);
  archive("violation", violation_);
  archive("updates", updates_);
}

}  // namespace saddle
