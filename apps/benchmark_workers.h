// SPDX-License-Identifier: Apache-2.0
// The runs of a benchmark, side by side in processes of their own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <saddle/apps/benchmark_plan.h>

namespace saddle {

/// How a run ended: "" if it is done, or why it is not.
using RunEnded = std::function<void(std::size_t run, const std::string& trouble)>;

/// Trains and evaluates the runs of `plan` with the indices `todo`, `processes` at a time, in this
/// order, and tells of each one's end. A run goes on from its last checkpoint if it has one. What
/// fails does not stop the others. While it lives the first Ctrl-C or SIGTERM stops all runs after
/// their update, saved; returns its number then, or 0.
[[nodiscard]] int run_all(const BenchmarkPlan& plan, const std::vector<std::size_t>& todo,
                          int processes, const RunEnded& ended);

}  // namespace saddle
