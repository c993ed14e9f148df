// SPDX-License-Identifier: Apache-2.0
// Optimistic dual ascent.
#include <saddle/optim/constraint/optimistic.h>

#include <algorithm>

#include <saddle/optim/constraint/weights.h>
#include <saddle/optim/vector.h>

namespace saddle {

OptimisticLagrangian::OptimisticLagrangian(int constraints, const Options& options)
    : options_(options),
      multipliers_(
          Eigen::VectorXd::Constant(constraints, std::min(options.initial, options.maximum))),
      previous_(Eigen::VectorXd::Zero(constraints)) {}

GradientWeights OptimisticLagrangian::update(const Eigen::VectorXd& g) {
  check_constraint_values(g, multipliers_.size());
  if (!started_) previous_ = g;
  started_ = true;
  multipliers_ =
      (multipliers_ + options_.step * (2 * g - previous_)).cwiseMax(0).cwiseMin(options_.maximum);
  previous_ = g;
  return lagrangian_weights(multipliers_, options_.normalize);
}

void OptimisticLagrangian::state(Archive& archive) {
  archive_fixed(archive, "multipliers", multipliers_);
  archive_fixed(archive, "previous", previous_);
  archive("started", started_);
}

}  // namespace saddle
