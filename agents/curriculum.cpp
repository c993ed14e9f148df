// SPDX-License-Identifier: Apache-2.0
// Limits that come to what they are meant to be.
#include <saddle/agents/curriculum.h>

#include <algorithm>
#include <utility>

#include <saddle/agents/schedule.h>

namespace saddle {

Curriculum::Curriculum(std::vector<double> limits, const CurriculumOptions& options)
    : options_(options),
      limits_(std::move(limits)),
      in_force_(limits_.size()),
      error_(limits_.size()),
      integral_(limits_.size()) {
  set_progress(0);
}

double Curriculum::bounded(double correction) const {
  return std::clamp(correction, -options_.correction, options_.correction);
}

void Curriculum::set_progress(double share) {
  reference_ = 1 + (options_.start - 1) * remaining("linear", share / options_.until);
  const double most = std::max(1.0, options_.start);
  for (std::size_t k = 0; k < limits_.size(); ++k) {
    const double correction = bounded(options_.proportional * error_[k] + integral_[k]);
    in_force_[k] = std::clamp(reference_ + correction, 0.0, most) * limits_[k];
  }
}

void Curriculum::correct(std::span<const double> costs) {
  SADDLE_CHECK(costs.size() == limits_.size(), costs.size(), limits_.size());
  for (std::size_t k = 0; k < limits_.size(); ++k) {
    if (!corrects() || limits_[k] == 0) continue;
    const double error = reference_ - costs[k] / limits_[k];
    error_[k] = options_.smoothing * error_[k] + (1 - options_.smoothing) * error;
    integral_[k] = bounded(integral_[k] + options_.integral * error_[k]);
  }
}

void Curriculum::state(Archive& archive) {
  if (!corrects()) return;
  archive("error", std::span(error_));
  archive("integral", std::span(integral_));
}

}  // namespace saddle
