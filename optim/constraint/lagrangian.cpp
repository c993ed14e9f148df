// SPDX-License-Identifier: Apache-2.0
// Projected dual gradient ascent.
#include <saddle/optim/constraint/lagrangian.h>

#include <algorithm>

namespace saddle {

Lagrangian::Lagrangian(int constraints, const Options& options)
    : options_(options),
      multipliers_(
          Eigen::VectorXd::Constant(constraints, std::min(options.initial, options.maximum))) {}

GradientWeights Lagrangian::update(const Eigen::VectorXd& g) {
  check_constraint_values(g, multipliers_.size());
  multipliers_ = (multipliers_ + options_.step * g).cwiseMax(0).cwiseMin(options_.maximum);
  const double scale = options_.normalize ? 1 / (1 + multipliers_.sum()) : 1.0;
  return {scale, scale * multipliers_};
}

void Lagrangian::state(Archive& archive) {
  archive("multipliers",
          std::span<double>(multipliers_.data(), static_cast<std::size_t>(multipliers_.size())));
}

}  // namespace saddle
