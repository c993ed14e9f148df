// SPDX-License-Identifier: Apache-2.0
// Proportional-integral dual ascent with smoothing (νPI).
#include <saddle/optim/constraint/nupi.h>

#include <algorithm>

#include <saddle/optim/constraint/weights.h>
#include <saddle/optim/vector.h>

namespace saddle {

NuPi::NuPi(int constraints, const Options& options)
    : options_(options),
      multipliers_(
          Eigen::VectorXd::Constant(constraints, std::min(options.initial, options.maximum))),
      smooth_(Eigen::VectorXd::Zero(constraints)) {}

GradientWeights NuPi::update(const Eigen::VectorXd& g) {
  check_constraint_values(g, multipliers_.size());
  if (!started_) smooth_ = g;
  started_ = true;
  const Eigen::VectorXd change = (1 - options_.nu) * (g - smooth_);
  smooth_ += change;
  multipliers_ =
      (multipliers_ + options_.step * (options_.integral * g + options_.proportional * change))
          .cwiseMax(0)
          .cwiseMin(options_.maximum);
  return lagrangian_weights(multipliers_, options_.normalize);
}

void NuPi::state(Archive& archive) {
  archive_fixed(archive, "multipliers", multipliers_);
  archive_fixed(archive, "smooth", smooth_);
  archive("started", started_);
}

}  // namespace saddle
