// SPDX-License-Identifier: Apache-2.0
// The best that any policy can do in a tabular world within its limits.
#pragma once

#include <vector>

#include <saddle/envs/tabular/model.h>

namespace saddle {

/// The best policy, what it earns and costs, and what limits are worth.
struct Optimum {
  EpisodeSums sums;
  std::vector<double> multipliers;  ///< [C]
  std::vector<double> policy;       ///< [S, A], rows of probabilities
};

/// By the linear program over occupancy measures, with a limit for each constraint, or with none
/// for any. Errors: saddle::Error if no policy keeps them.
[[nodiscard]] Optimum optimum(const TabularModel& model, const std::vector<double>& limits);

}  // namespace saddle
