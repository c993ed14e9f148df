// SPDX-License-Identifier: Apache-2.0
// Limits that relax at a price.
#include <saddle/optim/constraint/resilient.h>

#include <algorithm>

#include <saddle/optim/constraint/weights.h>
#include <saddle/optim/vector.h>

namespace saddle {

Resilient::Resilient(int constraints, const Options& options)
    : options_(options),
      multipliers_(
          Eigen::VectorXd::Constant(constraints, std::min(options.initial, options.maximum))),
      relaxation_(Eigen::VectorXd::Zero(constraints)) {}

GradientWeights Resilient::update(const Eigen::VectorXd& g) {
  check_constraint_values(g, multipliers_.size());
  // Implicit, since the price is stiff when flexibility is small.
  relaxation_ =
      (relaxation_ + options_.step * multipliers_) / (1 + options_.step / options_.flexibility);
  multipliers_ =
      (multipliers_ + options_.step * (g - relaxation_)).cwiseMax(0).cwiseMin(options_.maximum);
  return lagrangian_weights(multipliers_, options_.normalize);
}

void Resilient::state(Archive& archive) {
  archive_fixed(archive, "multipliers", multipliers_);
  archive_fixed(archive, "relaxation", relaxation_);
}

}  // namespace saddle
