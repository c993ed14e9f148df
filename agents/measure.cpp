// SPDX-License-Identifier: Apache-2.0
// Measures of cost.
#include <saddle/agents/measure.h>

#include <algorithm>
#include <cmath>

namespace saddle {
namespace {

/// The mean, and its standard error from residuals.
Measured mean_of(const std::vector<double>& values, const std::vector<double>& residuals) {
  const auto n = static_cast<double>(values.size());
  Measured result;
  double squares = 0;
  for (const double value : values) result.value += value / n;
  for (const double residual : residuals) squares += residual * residual;
  if (n >= 2) result.standard_error = std::sqrt(squares / (n - 1) / n);
  return result;
}

}  // namespace

CostMeasure::CostMeasure(const MeasureOptions& options,
                         const std::vector<ConstraintSpec>& constraints, double discount,
                         bool each_agent)
    : kind_(options.kind),
      level_(options.level),
      discount_(options.kind == "discounted" ? discount : 1),
      each_agent_(each_agent) {
  for (const ConstraintSpec& constraint : constraints) {
    bound_.push_back(options.bound < 0 ? constraint.default_limit : options.bound);
  }
}

std::vector<std::vector<Episode>> CostMeasure::apart(std::vector<Episode> episodes) const {
  std::vector<std::vector<Episode>> all;
  if (!each_agent_) {
    all.push_back(std::move(episodes));
    return all;
  }
  SADDLE_CHECK(!episodes.empty());
  all.resize(episodes[0].reward.size());
  for (std::size_t a = 0; a < all.size(); ++a) {
    for (const Episode& episode : episodes) all[a].push_back(episode.of_agent(a));
  }
  return all;
}

double CostMeasure::threshold(std::span<const Episode> episodes, int constraint) const {
  if (!reshapes()) return 0;
  if (kind_ != "cvar" || episodes.empty()) return bound_[size_of(constraint)];
  std::vector<double> costs;
  for (const Episode& episode : episodes) costs.push_back(episode.team_cost(constraint));
  const double rank = std::ceil(level_ * static_cast<double>(costs.size()));
  const auto at = costs.begin() + static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1;
  std::nth_element(costs.begin(), at, costs.end());
  return *at;
}

double CostMeasure::contribution(double before, double after, double threshold) const {
  if (kind_ == "exceedance") return (after > threshold ? 1 : 0) - (before > threshold ? 1 : 0);
  if (kind_ != "cvar") return after - before;
  return (std::max(after - threshold, 0.0) - std::max(before - threshold, 0.0)) / (1 - level_);
}

Measured CostMeasure::measure(std::span<const Episode> episodes, int constraint) const {
  const double edge = threshold(episodes, constraint);
  std::vector<double> values;
  double length = 0;
  for (const Episode& episode : episodes) {
    const double cost = kind_ == "discounted" ? episode.team_discounted_cost(constraint)
                                              : episode.team_cost(constraint);
    values.push_back(contribution(0, cost, edge) + (kind_ == "cvar" ? edge : 0));
    length += static_cast<double>(episode.length) / static_cast<double>(episodes.size());
  }
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  std::vector<double> residuals;
  for (std::size_t i = 0; i < values.size(); ++i) {
    // The ratio of two means errs as the mean of what each episode deviates from it.
    const double share = kind_ == "rate" ? static_cast<double>(episodes[i].length) / length : 1.0;
    residuals.push_back(values[i] - share * mean);
  }
  Measured result = mean_of(values, residuals);
  if (kind_ == "rate" && length > 0) {
    result.value /= length;
    result.standard_error /= length;
  }
  return result;
}

double CostMeasure::steps(double mean_length) const {
  if (kind_ == "rate") return 1;
  const double longest = std::max(1.0, mean_length);
  return discount_ < 1 ? std::min(longest, 1 / (1 - discount_)) : longest;
}

double CostMeasure::episode_limit(int constraint, double limit) const {
  if (kind_ == "sum") return limit;
  return kind_ == "exceedance" ? bound_[size_of(constraint)]
                               : std::numeric_limits<double>::quiet_NaN();
}

void CostMeasure::check_limit(const std::string& constraint, double limit) const {
  if (kind_ != "exceedance" || limit < 1) return;
  throw Error(
      concat("the limit of constraint '", constraint, "' is ", limit,
             ", but with measure.kind = exceedance it is a probability; set a limit below 1"));
}

}  // namespace saddle
