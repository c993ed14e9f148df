// SPDX-License-Identifier: Apache-2.0
// Limits that come to what they are meant to be.
#include <saddle/agents/curriculum.h>

#include <utility>

#include <saddle/agents/schedule.h>

namespace saddle {

Curriculum::Curriculum(std::vector<double> limits, const CurriculumOptions& options)
    : options_(options), limits_(std::move(limits)), in_force_(limits_.size()) {
  set_progress(0);
}

void Curriculum::set_progress(double share) {
  const double multiple = 1 + (options_.start - 1) * remaining("linear", share / options_.until);
  for (std::size_t k = 0; k < limits_.size(); ++k) in_force_[k] = multiple * limits_[k];
}

}  // namespace saddle
