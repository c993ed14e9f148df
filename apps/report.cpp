// SPDX-License-Identifier: Apache-2.0
// What people ask of an update first.
#include <saddle/apps/report.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

namespace saddle {
namespace {

double value_of(const Metrics& metrics, const std::string& name) {
  for (const auto& [known, value] : metrics.values()) {
    if (known == name) return value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

UpdateReport report_of(const Metrics& metrics, const EnvironmentSpec& spec,
                       const std::vector<double>& limits) {
  UpdateReport report{value_of(metrics, "episodes"), value_of(metrics, "return"), {}};
  for (std::size_t k = 0; k < limits.size(); ++k) {
    const std::string& name = spec.constraints[k].name;
    report.constraints.push_back({name, limits[k], value_of(metrics, "cost/" + name),
                                  value_of(metrics, "multiplier/" + name)});
  }
  return report;
}

bool is_better(const std::optional<Merit>& merit, const std::optional<Merit>& than) {
  if (!merit || !than) return merit.has_value();
  if (merit->violation != than->violation) return merit->violation < than->violation;
  return merit->mean_return > than->mean_return;
}

std::optional<Merit> merit_of(const UpdateReport& report) {
  if (!(report.episodes > 0) || !std::isfinite(report.mean_return)) return std::nullopt;
  Merit merit{0, report.mean_return};
  for (const ConstraintReport& c : report.constraints) {
    if (!std::isfinite(c.mean)) return std::nullopt;
    const double scale = c.limit > 0 ? c.limit : 1;
    const double excess = std::min((c.mean - c.limit) / scale, std::numeric_limits<double>::max());
    merit.violation = std::max(merit.violation, excess);
  }
  return merit;
}

nlohmann::ordered_json json_number(double number) {
  return std::isfinite(number) ? nlohmann::ordered_json(number) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json json_interval(const Interval& interval) {
  return nlohmann::ordered_json::array({json_number(interval.low), json_number(interval.high)});
}

}  // namespace saddle
