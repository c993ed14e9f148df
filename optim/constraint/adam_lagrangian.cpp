// SPDX-License-Identifier: Apache-2.0
// Dual ascent with Adam's step.
#include <saddle/optim/constraint/adam_lagrangian.h>

#include <algorithm>
#include <cmath>

#include <saddle/optim/constraint/weights.h>
#include <saddle/optim/vector.h>

namespace saddle {

AdamLagrangian::AdamLagrangian(int constraints, const Options& options)
    : options_(options),
      multipliers_(
          Eigen::VectorXd::Constant(constraints, std::min(options.initial, options.maximum))),
      mean_(Eigen::VectorXd::Zero(constraints)),
      square_(Eigen::VectorXd::Zero(constraints)) {}

GradientWeights AdamLagrangian::update(const Eigen::VectorXd& g) {
  check_constraint_values(g, multipliers_.size());
  ++updates_;
  mean_ = options_.decay1 * mean_ + (1 - options_.decay1) * g;
  square_ = options_.decay2 * square_ + (1 - options_.decay2) * g.cwiseAbs2();
  const auto updates = static_cast<double>(updates_);
  const double correct1 = 1 - std::pow(options_.decay1, updates);
  const double correct2 = 1 - std::pow(options_.decay2, updates);
  const Eigen::ArrayXd direction =
      (mean_.array() / correct1) / ((square_.array() / correct2).sqrt() + options_.epsilon);
  multipliers_ =
      (multipliers_.array() + options_.step * direction).max(0.0).min(options_.maximum).matrix();
  return lagrangian_weights(multipliers_, options_.normalize);
}

void AdamLagrangian::state(Archive& archive) {
  archive_fixed(archive, "multipliers", multipliers_);
  archive_fixed(archive, "mean", mean_);
  archive_fixed(archive, "square", square_);
  archive("updates", updates_);
}

}  // namespace saddle
