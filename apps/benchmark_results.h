// SPDX-License-Identifier: Apache-2.0
// What a finished run of a benchmark came to, and what the runs of a cell have in common.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <saddle/apps/benchmark_plan.h>
#include <saddle/apps/statistics.h>

namespace saddle {

struct CostResult {
  double limit = 0;
  double cost = 0;       ///< of the final policy, what the limit is of
  double violation = 0;  ///< in training: Σ over updates of episodes · [cost − limit]₊
};

struct RunResult {
  double mean_return = 0;         ///< of the final policy
  std::vector<CostResult> costs;  ///< one for each constraint of the cell
  bool satisfied = false;         ///< every cost of the final policy is within its limit
  /// The step of the first update with a whole episode and every measured cost within its limit;
  /// ∞ if there was none.
  double first_safe = 0;
};

/// What a run has left, if it is done: trained for `plan.steps`, its last policy evaluated over
/// `plan.episodes`. Errors: saddle::Error if its metrics cannot be read.
[[nodiscard]] std::optional<RunResult> read_result(const PlannedRun& run,
                                                   const BenchmarkPlan& plan);

/// One for each run of the plan; none for those that are not done.
using RunResults = std::vector<std::optional<RunResult>>;

/// Of a quantity with one value a run.
struct Spread {
  double mean = 0;
  Interval mean_interval;    ///< 95 %, Student's t
  double middle = 0;         ///< interquartile mean
  Interval middle_interval;  ///< 95 %, bootstrap
};

struct CostSummary {
  double limit = 0;
  Spread cost;
  Spread violation;
};

struct CellSummary {
  std::int64_t runs = 0;  ///< that are done; with none there are no figures
  Spread mean_return;
  std::vector<CostSummary> costs;
  std::int64_t satisfied = 0;
  Interval satisfied_interval;  ///< 95 % of their share, exact
  double first_safe = 0;        ///< median over runs; ∞ if most were never safe
};

/// How likely one contestant does better than another, in the worlds where both have runs.
struct Comparison {
  std::string first, second;    ///< contestants
  std::optional<double> limit;  ///< of both
  std::size_t worlds = 0;
  double by_return = 0;  ///< probability that a run of the first has the higher return
  Interval return_interval;
  /// The same where a run that keeps its limits is better than one that does not, of two that do
  /// the one with the higher return, of two that do not the one whose worst cost is the smaller
  /// multiple of its limit.
  double by_safety = 0;
  Interval safety_interval;
};

struct BenchmarkSummary {
  std::vector<CellSummary> cells;  ///< in the order of the plan
  std::vector<Comparison> comparisons;
};

/// Depends on the results alone: bootstraps have a fixed seed.
[[nodiscard]] BenchmarkSummary summarize(const BenchmarkPlan& plan, const RunResults& results);

}  // namespace saddle
