// SPDX-License-Identifier: Apache-2.0
// Multipliers from a PID controller.
#include <saddle/optim/constraint/pid.h>

#include <algorithm>

#include <saddle/optim/constraint/weights.h>
#include <saddle/optim/vector.h>

namespace saddle {

Pid::Pid(int constraints, const Options& options)
    : options_(options),
      multipliers_(
          Eigen::VectorXd::Constant(constraints, std::min(options.initial, options.maximum))),
      integral_(multipliers_),
      smooth_(Eigen::VectorXd::Zero(constraints)),
      history_(Eigen::MatrixXd::Zero(constraints, options.delay + 1)) {}

GradientWeights Pid::update(const Eigen::VectorXd& g) {
  check_constraint_values(g, multipliers_.size());
  const auto blend = [&](double memory, const auto& average) {
    return updates_ == 0 ? g : Eigen::VectorXd(memory * average + (1 - memory) * g);
  };
  const std::int64_t slots = options_.delay + 1;
  const std::int64_t newest = (updates_ + slots - 1) % slots;
  smooth_ = blend(options_.proportional_smoothing, smooth_);
  const Eigen::VectorXd now = blend(options_.derivative_smoothing, history_.col(newest));
  history_.col(updates_ % slots) = now;
  const auto before = history_.col(std::max<std::int64_t>(updates_ - options_.delay, 0) % slots);

  integral_ = (integral_ + options_.integral * g).cwiseMax(0).cwiseMin(options_.maximum);
  multipliers_ = (options_.proportional * smooth_ + integral_ +
                  options_.derivative * (now - before).cwiseMax(0))
                     .cwiseMax(0)
                     .cwiseMin(options_.maximum);
  ++updates_;
  return lagrangian_weights(multipliers_, options_.normalize);
}

void Pid::state(Archive& archive) {
  archive_fixed(archive, "multipliers", multipliers_);
  archive_fixed(archive, "integral", integral_);
  archive_fixed(archive, "smooth", smooth_);
  archive("history", std::span<double>(history_.data(), static_cast<std::size_t>(history_.size())),
          {history_.cols(), history_.rows()});
  archive("updates", updates_);
}

}  // namespace saddle
