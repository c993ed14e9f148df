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

/// What a function says of every episode.
template <class Of>
auto of_each(const std::vector<Episode>& episodes, const Of& of) {
  std::vector<decltype(of(episodes.front()))> all(episodes.size());
  std::ranges::transform(episodes, all.begin(), of);
  return all;
}

std::vector<double> costs_of(const std::vector<Episode>& episodes, int constraint) {
  return of_each(episodes, [=](const Episode& e) { return e.team_cost(constraint); });
}

ConstraintEstimate estimate_constraint(const std::string& name, double limit, int constraint,
                                       const std::vector<Episode>& episodes,
                                       const CostMeasure& measure) {
  ConstraintEstimate c;
  c.name = name;
  c.limit = limit;
  c.cost = estimate(costs_of(episodes, constraint));
  std::vector<double> costs;  // of whoever costs most
  for (const std::vector<Episode>& own : measure.apart(episodes)) {
    const double measured = measure.measure(own, constraint).value;
    const std::vector<double> own_costs = costs_of(own, constraint);
    c.measured = costs.empty() ? measured : std::max(c.measured, measured);
    costs.resize(own_costs.size());
    std::ranges::transform(costs, own_costs, costs.begin(),
                           [](double x, double y) { return std::max(x, y); });
  }
  // The cost above which an episode counts as a violation; NaN if none does.
  const double episode_limit = measure.episode_limit(constraint, limit);
  const auto over = std::ranges::count_if(
      costs, [episode_limit](double cost) { return !(cost <= episode_limit); });
  const auto count = static_cast<std::int64_t>(costs.size());
  c.violation_rate = static_cast<double>(over) / static_cast<double>(count);
  c.violation_interval = clopper_pearson(over, count);
  if (std::isnan(episode_limit)) {
    c.violation_rate = episode_limit;
    c.violation_interval = {episode_limit, episode_limit};
  }
  c.cvar90 = conditional_value_at_risk(costs, 0.9);
  c.max = *std::ranges::max_element(costs);
  c.satisfied = c.measured <= limit;
  return c;
}

/// The return and the constraints.
AgentEstimate estimate_part(const EnvironmentSpec& spec, const std::vector<double>& limits,
                            const std::vector<Episode>& episodes, const CostMeasure& measure) {
  const auto returns = of_each(episodes, [](const Episode& e) { return e.team_return(); });
  AgentEstimate part{estimate(returns), {}};
  for (int k = 0; k < spec.constraint_count(); ++k) {
    const auto index = static_cast<std::size_t>(k);
    part.constraints.push_back(
        estimate_constraint(spec.constraints[index].name, limits[index], k, episodes, measure));
  }
  return part;
}

Json json_of(const Estimate& e) {
  return {{"mean", json_number(e.mean)},
          {"std", json_number(e.deviation)},
          {"ci95", json_interval(e.interval)}};
}

Json json_of(const std::vector<ConstraintEstimate>& constraints) {
  Json json = Json::array();
  for (const ConstraintEstimate& c : constraints) {
    json.push_back({{"name", c.name},
                    {"limit", json_number(c.limit)},
                    {"mean", json_number(c.cost.mean)},
                    {"std", json_number(c.cost.deviation)},
                    {"ci95", json_interval(c.cost.interval)},
                    {"measured", json_number(c.measured)},
                    {"violation_rate", json_number(c.violation_rate)},
                    {"violation_rate_ci95", json_interval(c.violation_interval)},
                    {"cvar90", json_number(c.cvar90)},
                    {"max", json_number(c.max)},
                    {"satisfied", c.satisfied}});
  }
  return json;
}

/// A line of the table; cells that are left out stay empty.
std::string row(std::vector<std::string> cells) {
  constexpr int kWidths[] = {-18, 10, 10, 23, 8, 10, 8, 18, 10};
  std::string line;
  cells.resize(std::size(kWidths));
  for (std::size_t i = 0; i < cells.size(); ++i) {
    line += kWidths[i] < 0 ? fmt::format("{:<{}} ", cells[i], -kWidths[i])
                           : fmt::format("{:>{}} ", cells[i], kWidths[i]);
  }
  return line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

/// What does not exist is a dash.
std::string number(double x) { return std::isnan(x) ? "-" : fmt::format("{:.4g}", x); }
std::string percent(double x) { return std::isnan(x) ? "-" : fmt::format("{:.1f}%", 100 * x); }
template <class Text>
std::string text_of(const Interval& i, Text&& text) {
  return std::isnan(i.low) ? "-" : fmt::format("[{}, {}]", text(i.low), text(i.high));
}

std::string row(const std::string& name, const Estimate& e) {
  return row({name, number(e.mean), number(e.deviation), text_of(e.interval, number)});
}

/// A cost, and its limit beside what is held against it: the cost itself, or what is `judged`, in
/// a row of its own.
std::string rows(const ConstraintEstimate& c, const std::string& judged) {
  const std::string limit = number(c.limit), verdict = c.satisfied ? "satisfied" : "VIOLATED";
  const bool itself = judged.empty();
  const std::string cost =
      row({c.name, number(c.cost.mean), number(c.cost.deviation), text_of(c.cost.interval, number),
           itself ? limit : "", itself ? verdict : "", percent(c.violation_rate),
           text_of(c.violation_interval, percent), number(c.cvar90)});
  return itself ? cost : cost + row({"  " + judged, number(c.measured), "", "", limit, verdict});
}

}  // namespace

Evaluation summarize(const EnvironmentSpec& spec, const std::vector<double>& limits,
                     const std::vector<Episode>& episodes, const CostMeasure& measure) {
  SADDLE_CHECK(!episodes.empty());
  const auto lengths =
      of_each(episodes, [](const Episode& e) { return static_cast<double>(e.length); });
  const AgentEstimate all = estimate_part(spec, limits, episodes, measure);
  Evaluation evaluation{
      spec.id,         static_cast<std::int64_t>(episodes.size()),
      all.result,      mean(lengths),
      all.constraints, {},
      measure.kind(),  measure.each_agent(),
  };
  for (std::size_t a = 0; spec.agents > 1 && a < static_cast<std::size_t>(spec.agents); ++a) {
    const auto own = of_each(episodes, [a](const Episode& e) { return e.of_agent(a); });
    evaluation.agents.push_back(estimate_part(spec, limits, own, measure));
  }
  return evaluation;
}

Json to_json(const Evaluation& e) {
  Json json = {{"environment", e.environment},
               {"episodes", e.episodes},
               {"return", json_of(e.result)},
               {"length", {{"mean", json_number(e.mean_length)}}},
               {"constraints", json_of(e.constraints)}};
  for (const AgentEstimate& agent : e.agents) {
    json["agents"].push_back(
        {{"return", json_of(agent.result)}, {"constraints", json_of(agent.constraints)}});
  }
  return json;
}

std::string to_text(const Evaluation& e) {
  std::string text = fmt::format("{}: {} episodes, mean length {:.5g}\n\n", e.environment,
                                 e.episodes, e.mean_length);
  text +=
      row({"", "mean", "std", "95% interval", "limit", "", "over", "95% interval", "worst 10%"});
  text += row("return", e.result);
  const std::string kind = e.measure == "sum" ? "" : e.measure;  // the mean cost is the sum's
  const std::string costliest = "worst " + (kind.empty() ? "agent" : kind);
  for (const ConstraintEstimate& c : e.constraints) {
    text += rows(c, e.limits_each ? costliest : kind);
  }
  for (std::size_t a = 0; a < e.agents.size(); ++a) {
    text += fmt::format("\nagent {}\n", a) + row("return", e.agents[a].result);
    for (const ConstraintEstimate& c : e.agents[a].constraints) {
      text += e.limits_each ? rows(c, kind) : row(c.name, c.cost);
    }
  }
  return text;
}

}  // namespace saddle
