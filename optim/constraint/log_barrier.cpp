// SPDX-License-Identifier: Apache-2.0
// The logarithmic barrier.
#include <saddle/optim/constraint/log_barrier.h>

#include <saddle/optim/constraint/weights.h>
#include <saddle/optim/vector.h>

namespace saddle {

LogBarrier::LogBarrier(int constraints, const Options& options)
    : options_(options), multipliers_(Eigen::VectorXd::Zero(constraints)) {}

GradientWeights LogBarrier::update(const Eigen::VectorXd& g) {
  check_constraint_values(g, multipliers_.size());
  const double slack_at_maximum = options_.weight / options_.maximum;
  multipliers_ = options_.weight * (-g).cwiseMax(slack_at_maximum).cwiseInverse();
  return lagrangian_weights(multipliers_, options_.normalize);
}

void LogBarrier::state(Archive& archive) { archive_fixed(archive, "multipliers", multipliers_); }

}  // namespace saddle
