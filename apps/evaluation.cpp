// SPDX-License-Identifier: Apache-2.0
// What a set of episodes says of a policy.
#include <saddle/apps/evaluation.h>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/report.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

using Json = nlohmann::ordered_json;

Estimate estimate(std::span<const double> values) {
  return {mean(values), standard_deviation(values), mean_interval(values)};
}

/// `episode_limit`: the cost above which an episode counts as a violation; NaN if none does.
ConstraintEstimate estimate_constraint(const std::string& name, double limit, double episode_limit,
                                       double measured, std::span<const double> costs) {
  const auto over = std::ranges::count_if(
      costs, [episode_limit](double cost) { return !(cost <= episode_limit); });
  const auto episodes = static_cast<std::int64_t>(costs.size());
  ConstraintEstimate c;
  c.name = name;
  c.limit = limit;
  c.cost = estimate(costs);
  c.measured = measured;
  c.violation_rate = static_cast<double>(over) / static_cast<double>(episodes);
  c.violation_interval = clopper_pearson(over, episodes);
  if (std::isnan(episode_limit)) {
    c.violation_rate = episode_limit;
    c.violation_interval = {episode_limit, episode_limit};
  }
  c.cvar90 = conditional_value_at_risk(costs, 0.9);
  c.max = *std::ranges::max_element(costs);
  c.satisfied = measured <= limit;
  return c;
}

Json json_of(const Interval& interval) {
  return Json::array({json_number(interval.low), json_number(interval.high)});
}

/// A line of the table; cells that are left out stay empty.
std::string row(std::vector<std::string> cells) {
  constexpr int kWidths[] = {-16, 10, 10, 23, 8, 10, 8, 18, 10};
  std::string line;
  cells.resize(std::size(kWidths));
  for (std::size_t i = 0; i < cells.size(); ++i) {
    line += kWidths[i] < 0 ? fmt::format("{:<{}} ", cells[i], -kWidths[i])
                           : fmt::format("{:>{}} ", cells[i], kWidths[i]);
  }
  return line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

}  // namespace

Evaluation summarize(const EnvironmentSpec& spec, const std::vector<double>& limits,
                     const std::vector<Episode>& episodes, const CostMeasure& measure) {
  SADDLE_CHECK(!episodes.empty());
  std::vector<double> returns, lengths, costs;
  for (const Episode& episode : episodes) {
    returns.push_back(episode.team_return());
    lengths.push_back(static_cast<double>(episode.length));
  }
  Evaluation evaluation{
      spec.id, static_cast<std::int64_t>(episodes.size()), estimate(returns), mean(lengths), {}};
  for (int k = 0; k < spec.constraint_count(); ++k) {
    costs.clear();
    for (const Episode& episode : episodes) costs.push_back(episode.team_cost(k));
    const auto index = static_cast<std::size_t>(k);
    evaluation.constraints.push_back(estimate_constraint(
        spec.constraints[index].name, limits[index], measure.episode_limit(limits[index]),
        measure.measure(episodes, k).value, costs));
  }
  return evaluation;
}

Json to_json(const Evaluation& e) {
  Json json = {{"environment", e.environment},
               {"episodes", e.episodes},
               {"return",
                {{"mean", json_number(e.result.mean)},
                 {"std", json_number(e.result.deviation)},
                 {"ci95", json_of(e.result.interval)}}},
               {"length", {{"mean", json_number(e.mean_length)}}},
               {"constraints", Json::array()}};
  for (const ConstraintEstimate& c : e.constraints) {
    json["constraints"].push_back({{"name", c.name},
                                   {"limit", json_number(c.limit)},
                                   {"mean", json_number(c.cost.mean)},
                                   {"std", json_number(c.cost.deviation)},
                                   {"ci95", json_of(c.cost.interval)},
                                   {"measured", json_number(c.measured)},
                                   {"violation_rate", json_number(c.violation_rate)},
                                   {"violation_rate_ci95", json_of(c.violation_interval)},
                                   {"cvar90", json_number(c.cvar90)},
                                   {"max", json_number(c.max)},
                                   {"satisfied", c.satisfied}});
  }
  return json;
}

std::string to_text(const Evaluation& e) {
  const auto number = [](double x) { return fmt::format("{:.4g}", x); };
  const auto percent = [](double x) { return fmt::format("{:.1f}%", 100 * x); };
  const auto interval = [](const Interval& i, const auto& text) {
    return fmt::format("[{}, {}]", text(i.low), text(i.high));
  };
  std::string text = fmt::format("{}: {} episodes, mean length {:.5g}\n\n", e.environment,
                                 e.episodes, e.mean_length);
  text +=
      row({"", "mean", "std", "95% interval", "limit", "", "over", "95% interval", "worst 10%"});
  text += row({"return", number(e.result.mean), number(e.result.deviation),
               interval(e.result.interval, number)});
  for (const ConstraintEstimate& c : e.constraints) {
    text += row({c.name, number(c.cost.mean), number(c.cost.deviation),
                 interval(c.cost.interval, number), number(c.limit),
                 c.satisfied ? "satisfied" : "VIOLATED", percent(c.violation_rate),
                 interval(c.violation_interval, percent), number(c.cvar90)});
    const double rounding = 1e-9 * (1 + std::abs(c.cost.mean));
    if (std::abs(c.measured - c.cost.mean) > rounding)
      text += row({"  as measured", number(c.measured)});
  }
  return text;
}

}  // namespace saddle
