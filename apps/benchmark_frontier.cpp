// SPDX-License-Identifier: Apache-2.0
// The picture of a sweep of limits, as commands for gnuplot.
#include <saddle/apps/benchmark_tables.h>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace saddle {
namespace {

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

std::string frontier_plot(const BenchmarkReport& report) {
  std::string panels;
  int count = 0, blocks = 0;
  for (const std::string& world : report.plan.worlds()) {
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
      "set terminal svg size 720,{} dynamic noenhanced background 'white'\n"
      "set output folder.'frontier.svg'\n"
      "set multiplot layout {},1\n"
      "set grid\nset key outside bottom center horizontal\nset ylabel 'return'\n{}",
      420 * count, count, panels);
}

}  // namespace saddle
