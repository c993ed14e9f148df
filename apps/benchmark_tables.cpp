// SPDX-License-Identifier: Apache-2.0
// The results of a benchmark as files: CSV and JSON.
#include <saddle/apps/benchmark_tables.h>

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include <saddle/apps/csv.h>
#include <saddle/apps/report.h>

namespace saddle {
namespace {

using Json = nlohmann::ordered_json;

Json optional_number(const std::optional<double>& number) {
  return number ? json_number(*number) : Json(nullptr);
}

Json json_of(const Spread& spread) {
  return {{"mean", json_number(spread.mean)},
          {"ci95", json_interval(spread.mean_interval)},
          {"iqm", json_number(spread.middle)},
          {"iqm_ci95", json_interval(spread.middle_interval)}};
}

Json json_of(const Cell& cell, const CellSummary& summary) {
  Json json = {{"environment", cell.environment},
               {"agent", cell.agent},
               {"variant", cell.variant},
               {"limit", optional_number(cell.limit)},
               {"runs", summary.runs}};
  if (summary.runs == 0) return json;
  json["return"] = json_of(summary.mean_return);
  json["constraints"] = Json::array();
  for (std::size_t k = 0; k < summary.costs.size(); ++k) {
    json["constraints"].push_back({{"name", cell.constraints[k]},
                                   {"limit", json_number(summary.costs[k].limit)},
                                   {"cost", json_of(summary.costs[k].cost)},
                                   {"violation", json_of(summary.costs[k].violation)}});
  }
  json["satisfied"] = {
      {"runs", summary.satisfied},
      {"share", static_cast<double>(summary.satisfied) / static_cast<double>(summary.runs)},
      {"ci95", json_interval(summary.satisfied_interval)}};
  json["first_safe"] = json_number(summary.first_safe);
  return json;
}

Json json_of(const Comparison& c) {
  return {
      {"first", c.first},
      {"second", c.second},
      {"limit", optional_number(c.limit)},
      {"worlds", c.worlds},
      {"by_return", {{"probability", c.by_return}, {"ci95", json_interval(c.return_interval)}}},
      {"by_safety", {{"probability", c.by_safety}, {"ci95", json_interval(c.safety_interval)}}}};
}

std::string finite(double number) { return std::isfinite(number) ? csv_number(number) : ""; }

std::string finite(const std::optional<double>& number) { return number ? finite(*number) : ""; }

/// A line of a table.
std::string line(const std::vector<std::string>& cells) {
  std::string text;
  for (const std::string& cell : cells) text += (text.empty() ? "" : ",") + cell;
  return text + "\n";
}

/// What a row has of the cell it belongs to. Never empty, so a line can start with it.
std::string start_of(const Cell& cell) {
  std::string text =
      line({csv_text(cell.environment), csv_text(cell.agent), cell.variant, finite(cell.limit)});
  text.pop_back();
  return text;
}

}  // namespace

Json to_json(const BenchmarkReport& report) {
  const BenchmarkPlan& plan = report.plan;
  const auto done = std::ranges::count_if(
      report.results, [](const std::optional<RunResult>& result) { return result.has_value(); });
  Json json = {{"steps", plan.steps},
               {"seeds", plan.seeds},
               {"episodes", plan.episodes},
               {"runs", plan.runs.size()},
               {"done", done},
               {"failed", Json::array()},
               {"cells", Json::array()},
               {"comparisons", Json::array()}};
  for (const FailedRun& failed : report.failed) {
    json["failed"].push_back({{"run", failed.run.string()}, {"reason", failed.reason}});
  }
  for (std::size_t i = 0; i < plan.cells.size(); ++i) {
    json["cells"].push_back(json_of(plan.cells[i], report.summary.cells[i]));
  }
  for (const Comparison& c : report.summary.comparisons) json["comparisons"].push_back(json_of(c));
  return json;
}

std::string runs_csv(const BenchmarkReport& report) {
  std::string text = "environment,agent,variant,sweep,seed,quantity,limit,value\n";
  for (std::size_t i = 0; i < report.results.size(); ++i) {
    if (!report.results[i]) continue;
    const RunResult& result = *report.results[i];
    const PlannedRun& run = report.plan.runs[i];
    const Cell& cell = report.plan.cells[run.cell];
    const auto add = [&](const std::string& quantity, const std::string& limit, double value) {
      text += line(
          {start_of(cell), std::to_string(run.seed), csv_text(quantity), limit, finite(value)});
    };
    add("return", "", result.mean_return);
    for (std::size_t k = 0; k < result.costs.size(); ++k) {
      const CostResult& c = result.costs[k];
      add("cost/" + cell.constraints[k], finite(c.limit), c.cost);
      add("violation/" + cell.constraints[k], finite(c.limit), c.violation);
    }
    add("satisfied", "", result.satisfied ? 1 : 0);
    add("first_safe", "", result.first_safe);
  }
  return text;
}

std::string cells_csv(const BenchmarkReport& report) {
  std::string text =
      "environment,agent,variant,sweep,runs,satisfied,satisfied_ci95_low,satisfied_ci95_high,"
      "first_safe,quantity,limit,mean,ci95_low,ci95_high,iqm,iqm_ci95_low,iqm_ci95_high\n";
  for (std::size_t i = 0; i < report.plan.cells.size(); ++i) {
    const Cell& cell = report.plan.cells[i];
    const CellSummary& summary = report.summary.cells[i];
    if (summary.runs == 0) continue;
    const auto add = [&](const std::string& quantity, const std::string& limit, const Spread& s) {
      text += line({start_of(cell), std::to_string(summary.runs), std::to_string(summary.satisfied),
                    finite(summary.satisfied_interval.low), finite(summary.satisfied_interval.high),
                    finite(summary.first_safe), csv_text(quantity), limit, finite(s.mean),
                    finite(s.mean_interval.low), finite(s.mean_interval.high), finite(s.middle),
                    finite(s.middle_interval.low), finite(s.middle_interval.high)});
    };
    add("return", "", summary.mean_return);
    for (std::size_t k = 0; k < summary.costs.size(); ++k) {
      const CostSummary& c = summary.costs[k];
      add("cost/" + cell.constraints[k], finite(c.limit), c.cost);
      add("violation/" + cell.constraints[k], finite(c.limit), c.violation);
    }
  }
  return text;
}

std::string comparisons_csv(const BenchmarkReport& report) {
  std::string text =
      "first,second,sweep,worlds,by_return,by_return_ci95_low,by_return_ci95_high,by_safety,"
      "by_safety_ci95_low,by_safety_ci95_high\n";
  for (const Comparison& c : report.summary.comparisons) {
    text +=
        line({csv_text(c.first), csv_text(c.second), finite(c.limit), std::to_string(c.worlds),
              finite(c.by_return), finite(c.return_interval.low), finite(c.return_interval.high),
              finite(c.by_safety), finite(c.safety_interval.low), finite(c.safety_interval.high)});
  }
  return text;
}

}  // namespace saddle
