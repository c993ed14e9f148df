// SPDX-License-Identifier: Apache-2.0
// Dual ascent on a regularised Lagrangian.
#include <saddle/optim/constraint/regularized.h>

#include <algorithm>

#include <saddle/optim/constraint/weights.h>
#include <saddle/optim/vector.h>

namespace saddle {

RegularizedLagrangian::RegularizedLagrangian(int constraints, const Options& options)
    : options_(options),
      multipliers_(
          Eigen::VectorXd::Constant(constraints, std::min(options.initial, options.maximum))) {}

GradientWeights RegularizedLagrangian::update(const Eigen::VectorXd& g) {
  check_constraint_values(g, multipliers_.size());
  const double kept = std::max(0.0, 1 - options_.step * options_.regularization);
  multipliers_ = (kept * multipliers_ + options_.step * g).cwiseMax(0).cwiseMin(options_.maximum);
  return lagrangian_weights(multipliers_, options_.normalize);
}

void RegularizedLagrangian::state(Archive& archive) {
  archive_fixed(archive, "multipliers", multipliers_);
}

}  // namespace saddle
