// SPDX-License-Identifier: Apache-2.0
// The multipliers of the smoothed first-order Lagrangian method (SLM).
#include <saddle/optim/constraint/slm.h>

#include <algorithm>

#include <saddle/optim/constraint/weights.h>
#include <saddle/optim/vector.h>

namespace saddle {

Slm::Slm(int constraints, const Options& options)
    : options_(options),
      multipliers_(
          Eigen::VectorXd::Constant(constraints, std::min(options.initial, options.maximum))) {}

GradientWeights Slm::update(const Eigen::VectorXd& g) {
  check_constraint_values(g, multipliers_.size());
  const auto excess = g.array() - options_.slack;
  multipliers_ =
      (multipliers_.array() + options_.step * excess).max(0.0).min(options_.maximum).matrix();
  return lagrangian_weights(multipliers_, options_.normalize);
}

void Slm::state(Archive& archive) { archive_fixed(archive, "multipliers", multipliers_); }

}  // namespace saddle
