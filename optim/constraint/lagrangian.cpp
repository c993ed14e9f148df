// SPDX-License-Identifier: Apache-2.0
// Projected dual gradient ascent.
#include <saddle/optim/constraint/lagrangian.h>

#include <algorithm>

#include <saddle/optim/constraint/weights.h>
#include <saddle/optim/vector.h>

namespace saddle {

Lagrangian::Lagrangian(int constraints, const Options& options)
    : options_(options),
      multipliers_(
          Eigen::VectorXd::Constant(constraints, std::min(options.initial, options.maximum))) {}

GradientWeights Lagrangian::update(const Eigen::VectorXd& g) {
  check_constraint_values(g, multipliers_.size());
  multipliers_ = (multipliers_ + options_.step * g).cwiseMax(0).cwiseMin(options_.maximum);
  return lagrangian_weights(multipliers_, options_.normalize);
}

void Lagrangian::state(Archive& archive) { archive_fixed(archive, "multipliers", multipliers_); }

}  // namespace saddle
