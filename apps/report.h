// SPDX-License-Identifier: Apache-2.0
// What people ask of an update first: the return, and each cost against its limit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <saddle/base/metrics.h>
#include <saddle/envs/environment.h>

namespace saddle {

/// NaN where the agent has not said.
struct ConstraintReport {
  std::string name;
  double limit = 0;
  double mean = 0;
  double multiplier = 0;
};

struct UpdateReport {
  double episodes = 0;  ///< that ended; means are estimates from unfinished ones if there is none
  double mean_return = 0;
  std::vector<ConstraintReport> constraints;
};

[[nodiscard]] UpdateReport report_of(const Metrics& metrics, const EnvironmentSpec& spec,
                                     const std::vector<double>& limits);

/// The return, if whole episodes say that it is a number and that every mean cost is within its
/// limit.
[[nodiscard]] std::optional<double> feasible_return(const UpdateReport& report);

/// The number, or null for NaN and infinities, which JSON has no words for.
[[nodiscard]] nlohmann::ordered_json json_number(double number);

}  // namespace saddle
