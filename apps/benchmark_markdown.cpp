// SPDX-License-Identifier: Apache-2.0
// The results of a benchmark for people: Markdown.
#include <saddle/apps/benchmark_tables.h>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <saddle/apps/progress.h>

namespace saddle {
namespace {

std::string shown(double x) { return fmt::format("{:.4g}", x); }

std::string with_interval(double x, const Interval& interval) {
  if (!std::isfinite(interval.low) || !std::isfinite(interval.high)) return shown(x);
  return fmt::format("{:.4g} [{:.4g}, {:.4g}]", x, interval.low, interval.high);
}

/// The interval of a mean lies evenly about it.
std::string with_reach(double x, const Interval& interval) {
  const double reach = interval.high - x;
  return std::isfinite(reach) ? fmt::format("{:.4g} ± {:.2g}", x, reach) : shown(x);
}

std::string table_row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& cell : cells) text += (cell.empty() ? " |" : " " + cell + " |");
  return text + "\n";
}

std::string rule(std::size_t columns) {
  std::string text = "|";
  for (std::size_t i = 0; i < columns; ++i) text += i == 0 ? " --- |" : " ---: |";
  return text + "\n";
}

std::string in_code(const std::string& name) { return "`" + name + "`"; }

/// The cells of one world, which have the same constraints.
std::string world_table(const BenchmarkReport& report, const std::string& world) {
  const std::vector<Cell>& cells = report.plan.cells;
  const auto& constraints = std::ranges::find(cells, world, &Cell::environment)->constraints;
  std::vector<std::string> head = {"agent", "runs", "return", "IQM"};
  for (const std::string& name : constraints) {
    for (const char* what : {"limit", "cost", "IQM", "violation"}) {
      head.push_back(fmt::format("`{}` {}", name, what));
    }
  }
  head.insert(head.end(), {"satisfied", "first safe at step"});
  std::string text = fmt::format("\n## {}\n\n", world) + table_row(head) + rule(head.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].environment != world) continue;
    const CellSummary& summary = report.summary.cells[i];
    std::vector<std::string> line = {in_code(cells[i].contestant()), std::to_string(summary.runs)};
    if (summary.runs > 0) {
      line.push_back(with_reach(summary.mean_return.mean, summary.mean_return.mean_interval));
      line.push_back(
          with_interval(summary.mean_return.middle, summary.mean_return.middle_interval));
      for (const CostSummary& c : summary.costs) {
        line.insert(line.end(), {shown(c.limit), with_reach(c.cost.mean, c.cost.mean_interval),
                                 with_interval(c.cost.middle, c.cost.middle_interval),
                                 with_reach(c.violation.mean, c.violation.mean_interval)});
      }
      line.push_back(fmt::format("{} of {}", summary.satisfied, summary.runs));
      line.push_back(std::isfinite(summary.first_safe)
                         ? grouped(static_cast<std::int64_t>(summary.first_safe))
                         : "never");
    }
    line.resize(head.size());
    text += table_row(line);
  }
  return text;
}

std::string comparison_table(const std::vector<Comparison>& comparisons) {
  std::string text =
      "\n## Probability of improvement\n\n" +
      table_row({"a run of", "beats one of", "limit", "worlds", "by return", "safety first"}) +
      rule(6);
  for (const Comparison& c : comparisons) {
    text += table_row({in_code(c.first), in_code(c.second), c.limit ? shown(*c.limit) : "",
                       std::to_string(c.worlds), with_interval(c.by_return, c.return_interval),
                       with_interval(c.by_safety, c.safety_interval)});
  }
  return text;
}

}  // namespace

std::string to_markdown(const BenchmarkReport& report) {
  const BenchmarkPlan& plan = report.plan;
  const auto done = std::ranges::count_if(
      report.results, [](const std::optional<RunResult>& result) { return result.has_value(); });
  std::string text = fmt::format(
      "# Benchmark\n\n{} of {} runs are done, each of {} steps; final policies played {} "
      "episodes.\n",
      done, plan.runs.size(), grouped(plan.steps), grouped(plan.episodes));
  for (const std::string& world : plan.worlds()) text += world_table(report, world);
  if (!report.summary.comparisons.empty()) text += comparison_table(report.summary.comparisons);
  if (!report.failed.empty()) text += "\n## Failed runs\n\n";
  for (const FailedRun& failed : report.failed) {
    text += fmt::format("- `{}`: {}\n", failed.run.string(), failed.reason);
  }
  return text;
}

}  // namespace saddle
