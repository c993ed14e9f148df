// SPDX-License-Identifier: Apache-2.0
// The results of a benchmark for people: Markdown, and the picture of a sweep of limits.
#include <saddle/apps/benchmark_tables.h>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <saddle/apps/progress.h>

namespace saddle {
namespace {

std::string number(double x) { return fmt::format("{:.4g}", x); }

std::string with_interval(double x, const Interval& interval) {
  if (!std::isfinite(interval.low) || !std::isfinite(interval.high)) return number(x);
  return fmt::format("{:.4g} [{:.4g}, {:.4g}]", x, interval.low, interval.high);
}

/// The interval of a mean lies evenly about it.
std::string with_reach(double x, const Interval& interval) {
  const double reach = interval.high - x;
  return std::isfinite(reach) ? fmt::format("{:.4g} ± {:.2g}", x, reach) : number(x);
}

std::string row(const std::vector<std::string>& cells) {
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
  head.insert(head.end(), {"satisfied", "safe from step"});
  std::string text = fmt::format("\n## {}\n\n", world) + row(head) + rule(head.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].environment != world) continue;
    const CellSummary& summary = report.summary.cells[i];
    std::vector<std::string> line = {in_code(cells[i].contestant()), std::to_string(summary.runs)};
    if (summary.runs > 0) {
      line.push_back(with_reach(summary.mean_return.mean, summary.mean_return.mean_interval));
      line.push_back(
          with_interval(summary.mean_return.middle, summary.mean_return.middle_interval));
      for (const CostSummary& c : summary.costs) {
        line.insert(line.end(), {number(c.limit), with_reach(c.cost.mean, c.cost.mean_interval),
                                 with_interval(c.cost.middle, c.cost.middle_interval),
                                 with_reach(c.violation.mean, c.violation.mean_interval)});
      }
      line.push_back(fmt::format("{} of {}", summary.satisfied, summary.runs));
      line.push_back(std::isfinite(summary.first_safe)
                         ? grouped(static_cast<std::int64_t>(summary.first_safe))
                         : "never");
    }
    line.resize(head.size());
    text += row(line);
  }
  return text;
}

std::string comparison_table(const std::vector<Comparison>& comparisons) {
  std::string text =
      "\n## Probability of improvement\n\n" +
      row({"a run of", "beats one of", "limit", "worlds", "by return", "safety first"}) + rule(6);
  for (const Comparison& c : comparisons) {
    text += row({in_code(c.first), in_code(c.second), c.limit ? number(*c.limit) : "",
                 std::to_string(c.worlds), with_interval(c.by_return, c.return_interval),
                 with_interval(c.by_safety, c.safety_interval)});
  }
  return text;
}

std::vector<std::string> worlds_of(const BenchmarkPlan& plan) {
  std::vector<std::string> worlds;
  for (const Cell& cell : plan.cells) {
    if (std::ranges::count(worlds, cell.environment) == 0) worlds.push_back(cell.environment);
  }
  return worlds;
}

/// Text of gnuplot, in which a quote is written twice.
std::string plot_text(const std::string& text) {
  std::string quoted(1, '\'');
  for (const char letter : text) quoted.append(letter == '\'' ? 2 : 1, letter);
  return quoted + '\'';
}

/// "x low high" for a plot with error bars; none where there is no interval.
std::string point(const Spread& spread) {
  const bool known = std::isfinite(spread.mean_interval.high);
  return fmt::format("{} {} {}", spread.mean, known ? spread.mean_interval.low : spread.mean,
                     known ? spread.mean_interval.high : spread.mean);
}

/// The rows of a contestant: cost, return, and their intervals, in the order of the limits.
std::string sweep_of(const BenchmarkReport& report, const std::string& world,
                     const std::string& contestant, std::size_t constraint) {
  std::vector<std::pair<double, std::string>> rows;
  for (std::size_t i = 0; i < report.plan.cells.size(); ++i) {
    const Cell& cell = report.plan.cells[i];
    const CellSummary& summary = report.summary.cells[i];
    if (cell.environment != world || cell.contestant() != contestant || summary.runs == 0) continue;
    rows.emplace_back(cell.limit.value_or(0),
                      point(summary.costs[constraint].cost) + " " + point(summary.mean_return));
  }
  std::ranges::sort(rows);
  std::string text;
  for (const auto& [limit, row] : rows) text += fmt::format("{} {}\n", limit, row);
  return text;
}

/// One picture: the frontier of each contestant, and the limits as upright lines.
std::string panel(const BenchmarkReport& report, const std::string& world, std::size_t constraint,
                  int& blocks) {
  std::vector<std::string> contestants;
  std::vector<double> limits;
  std::string name;
  for (const Cell& cell : report.plan.cells) {
    if (cell.environment != world) continue;
    name = cell.constraints[constraint];
    if (std::ranges::count(contestants, cell.contestant()) == 0) {
      contestants.push_back(cell.contestant());
    }
    if (cell.limit && std::ranges::count(limits, *cell.limit) == 0) limits.push_back(*cell.limit);
  }
  std::string data, plots;
  int colour = 0;
  for (const std::string& contestant : contestants) {
    ++colour;
    const std::string rows = sweep_of(report, world, contestant, constraint);
    if (rows.empty()) continue;
    data += fmt::format("$data{} << EOD\n{}EOD\n", ++blocks, rows);
    plots += fmt::format(
        "{}$data{} using 2:5:3:4:6:7 with xyerrorbars lc {} pt 7 ps 0.5 notitle, "
        "$data{} using 2:5 with lines lw 2 lc {} title {}",
        plots.empty() ? "plot " : ", ", blocks, colour, blocks, colour, plot_text(contestant));
  }
  if (plots.empty()) return "";
  std::string text = data + "unset arrow\n";
  for (const double limit : limits) {
    text += fmt::format(
        "set arrow from {0}, graph 0 to {0}, graph 1 nohead dashtype 2 lc rgb '#999999'\n", limit);
  }
  return text + fmt::format("set title {}\nset xlabel {}\n{}\n", plot_text(world),
                            plot_text("cost: " + name), plots);
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
  for (const std::string& world : worlds_of(plan)) text += world_table(report, world);
  if (!report.summary.comparisons.empty()) text += comparison_table(report.summary.comparisons);
  if (!report.failed.empty()) text += "\n## Failed runs\n\n";
  for (const FailedRun& failed : report.failed) {
    text += fmt::format("- `{}`: {}\n", failed.run.string(), failed.reason);
  }
  return text;
}

std::string frontier_plot(const BenchmarkReport& report) {
  std::string panels;
  int count = 0, blocks = 0;
  for (const std::string& world : worlds_of(report.plan)) {
    const auto cell = std::ranges::find(report.plan.cells, world, &Cell::environment);
    for (std::size_t k = 0; k < cell->constraints.size(); ++k) {
      const std::string one = panel(report, world, k, blocks);
      count += !one.empty();
      panels += one;
    }
  }
  if (count == 0) return "";
  return fmt::format(
      "# Draws frontier.svg: mean return over mean cost, with 95 % intervals over seeds.\n"
      "if (!exists('folder')) folder = ''\n"
      "set terminal svg size 640,{} noenhanced background 'white'\n"
      "set output folder.'frontier.svg'\n"
      "set multiplot layout {},1\n"
      "set grid lc rgb '#dddddd'\nset key outside right\nset ylabel 'return'\n{}",
      400 * count, count, panels);
}

}  // namespace saddle
