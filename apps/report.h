// SPDX-License-Identifier: Apache-2.0
// What people ask of an update first: the return, and each cost against its limit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <saddle/apps/statistics.h>
#include <saddle/base/metrics.h>
#include <saddle/envs/environment.h>

namespace saddle {

/// NaN where the agent has not said, as of multipliers that it has not.
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

/// What makes one policy better than another: first how little it violates, then its return.
struct Merit {
  /// The greatest excess of a cost over its limit, as a share of the limit, or as it is over a
  /// limit of 0; 0 if all are within.
  double violation = 0;
  double mean_return = 0;

  bool operator==(const Merit&) const = default;
};

/// Whether `merit` is there, and better than the other if that is there.
[[nodiscard]] bool is_better(const std::optional<Merit>& merit, const std::optional<Merit>& than);

/// None if no whole episode, or not every number, is known.
[[nodiscard]] std::optional<Merit> merit_of(const UpdateReport& report);

/// The number, or null for NaN and infinities, which JSON has no words for.
[[nodiscard]] nlohmann::ordered_json json_number(double number);

/// [low, high].
[[nodiscard]] nlohmann::ordered_json json_interval(const Interval& interval);

}  // namespace saddle
