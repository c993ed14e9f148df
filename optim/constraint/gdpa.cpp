// SPDX-License-Identifier: Apache-2.0
// Gradient descent and perturbed ascent (GDPA).
#include <saddle/optim/constraint/gdpa.h>

#include <algorithm>

#include <saddle/optim/constraint/weights.h>
#include <saddle/optim/vector.h>

namespace saddle {

Gdpa::Gdpa(int constraints, const Options& options)
    : options_(options),
      multipliers_(
          Eigen::VectorXd::Constant(constraints, std::min(options.initial, options.maximum))),
      active_(Eigen::VectorXd::Zero(constraints)) {}

GradientWeights Gdpa::update(const Eigen::VectorXd& g) {
  check_constraint_values(g, multipliers_.size());
  const double kept = 1 - options_.perturbation;
  if (round_ > 0) {
    multipliers_ = (kept * multipliers_ + penalty_ * g)
                       .cwiseMax(0)
                       .cwiseMin(options_.maximum)
                       .cwiseProduct(active_);
  }
  ++round_;
  const PowerSchedule growth{options_.penalty, options_.exponent};
  penalty_ = std::min(growth.at(round_), options_.maximum_penalty);
  const Eigen::VectorXd t = penalty_ * g + kept * multipliers_;
  active_ = (t.array() > 0).cast<double>().matrix();
  return lagrangian_weights(t.cwiseMax(0), options_.normalize);
}

void Gdpa::state(Archive& archive) {
  archive_fixed(archive, "multipliers", multipliers_);
  archive_fixed(archive, "active", active_);
  archive("penalty", penalty_);
  archive("round", round_);
}

}  // namespace saddle
