// SPDX-License-Identifier: Apache-2.0
// The results of a benchmark as files: CSV, JSON, Markdown, and a picture of a sweep of limits.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <saddle/apps/benchmark_results.h>

namespace saddle {

/// A run that came to nothing, and why.
struct FailedRun {
  std::filesystem::path run;
  std::string reason;
};

struct BenchmarkReport {
  const BenchmarkPlan& plan;
  const RunResults& results;
  BenchmarkSummary summary;
  const std::vector<FailedRun>& failed;
};

[[nodiscard]] nlohmann::ordered_json to_json(const BenchmarkReport& report);

/// A table a world for people, then how contestants compare.
[[nodiscard]] std::string to_markdown(const BenchmarkReport& report);

/// Row by row: a quantity of a run; a quantity of a cell; a pair of contestants. Figures that do
/// not exist are empty.
[[nodiscard]] std::string runs_csv(const BenchmarkReport& report);
[[nodiscard]] std::string cells_csv(const BenchmarkReport& report);
[[nodiscard]] std::string comparisons_csv(const BenchmarkReport& report);

/// Commands for gnuplot that draw, for each world and constraint, the mean return over the mean
/// cost, a line through the limits of the sweep for each contestant.
[[nodiscard]] std::string frontier_plot(const BenchmarkReport& report);

}  // namespace saddle
