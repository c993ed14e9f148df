// SPDX-License-Identifier: Apache-2.0
// What a finished run of a benchmark came to, and what the runs of a cell have in common.
#include <saddle/apps/benchmark_results.h>

#include <algorithm>
#include <limits>
#include <span>
#include <tuple>

#include <nlohmann/json.hpp>

#include <saddle/apps/csv.h>
#include <saddle/apps/file.h>
#include <saddle/apps/run_directory.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

using Json = nlohmann::ordered_json;
using Runs = std::vector<const RunResult*>;

constexpr std::uint64_t kBootstrapSeed = 2021;
constexpr double kNever = std::numeric_limits<double>::infinity();

/// Whether it is of the planned episodes of a policy that is trained to the end.
bool is_as_planned(const Json& evaluation, const BenchmarkPlan& plan) {
  return evaluation.at("episodes") == plan.episodes && evaluation.at("step") >= plan.steps &&
         evaluation.at("seed") == 0 && evaluation.at("stochastic") == plan.stochastic;
}

double number_of(const Json& json) {
  return json.is_number() ? json.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

/// What evaluation.json says.
RunResult result_of(const Json& evaluation) {
  RunResult result;
  result.mean_return = number_of(evaluation.at("return").at("mean"));
  result.satisfied = true;
  for (const Json& c : evaluation.at("constraints")) {
    result.costs.push_back({number_of(c.at("limit")), number_of(c.at("measured")), 0});
    result.satisfied = result.satisfied && c.at("satisfied").get<bool>();
  }
  return result;
}

/// What metrics.csv says of costs in training.
void add_training(const PlannedRun& run, const std::vector<std::string>& constraints,
                  RunResult& result) {
  const CsvTable table = read_csv(RunPaths{run.root}.metrics());
  const std::size_t step = table.column("step"), episodes = table.column("episodes");
  std::vector<std::size_t> costs;
  costs.reserve(constraints.size());
  SADDLE_CHECK(constraints.size() == result.costs.size(), constraints.size(), result.costs.size());
  for (const std::string& name : constraints) costs.push_back(table.column("cost/" + name));
  result.first_safe = kNever;
  for (const std::vector<double>& row : table.rows) {
    bool safe = row[episodes] > 0;
    for (std::size_t k = 0; k < costs.size(); ++k) {
      const double excess = row[costs[k]] - result.costs[k].limit;
      safe = safe && excess <= 0;
      if (row[episodes] > 0) {
        result.costs[k].violation += row[episodes] * std::max(excess, 0.0);
      }
    }
    if (safe) result.first_safe = std::min(result.first_safe, row[step]);
  }
}

Spread spread(const std::vector<double>& values) {
  const auto middle = [](const Strata& lists) { return interquartile_mean(lists.front()); };
  return {mean(values), mean_interval(values), interquartile_mean(values),
          stratified_bootstrap({values}, middle, Rng(kBootstrapSeed))};
}

/// A value of each run.
template <class Value>
std::vector<double> values_of(const Runs& runs, const Value& value) {
  std::vector<double> values(runs.size());
  std::ranges::transform(runs, values.begin(), [&](const RunResult* run) { return value(*run); });
  return values;
}

CellSummary summarize_cell(const Runs& runs) {
  CellSummary summary;
  if (runs.empty()) return summary;
  summary.runs = static_cast<std::int64_t>(runs.size());
  summary.mean_return =
      spread(values_of(runs, [](const RunResult& run) { return run.mean_return; }));
  for (std::size_t k = 0; k < runs.front()->costs.size(); ++k) {
    summary.costs.push_back(
        {runs.front()->costs[k].limit,
         spread(values_of(runs, [k](const RunResult& run) { return run.costs[k].cost; })),
         spread(values_of(runs, [k](const RunResult& run) { return run.costs[k].violation; }))});
  }
  summary.satisfied = std::ranges::count(runs, true, &RunResult::satisfied);
  summary.satisfied_interval = clopper_pearson(summary.satisfied, summary.runs);
  summary.first_safe =
      quantile(values_of(runs, [](const RunResult& run) { return run.first_safe; }), 0.5);
  return summary;
}

/// The worst cost of a run as a multiple of its limit; ∞ where nothing was allowed.
double worst_ratio(const RunResult& run) {
  double worst = 0;
  for (const CostResult& c : run.costs) {
    if (c.cost > c.limit) worst = std::max(worst, c.limit > 0 ? c.cost / c.limit : kNever);
  }
  return worst;
}

bool less_safe_or_lower(const RunResult& a, const RunResult& b) {
  if (a.satisfied != b.satisfied) return b.satisfied;
  return a.satisfied ? a.mean_return < b.mean_return : worst_ratio(a) > worst_ratio(b);
}

/// The ranks of runs under less_safe_or_lower() among `all`, equal for equal ones.
std::vector<double> ranks(const Runs& runs, const Runs& all) {
  return values_of(runs, [&all](const RunResult& run) {
    return static_cast<double>(std::ranges::count_if(
        all, [&run](const RunResult* other) { return less_safe_or_lower(*other, run); }));
  });
}

/// `scores`: the worlds of the first contestant, then those of the second.
std::pair<double, Interval> improvement(const Strata& scores) {
  const auto probability = [](const Strata& lists) {
    const std::span all(lists);
    return probability_of_improvement(all.first(lists.size() / 2), all.last(lists.size() / 2));
  };
  return {probability(scores), stratified_bootstrap(scores, probability, Rng(kBootstrapSeed))};
}

/// Fills in how the runs `a[world]` compare with `b[world]`.
void compare(const std::vector<Runs>& a, const std::vector<Runs>& b, Comparison& comparison) {
  Strata by_return, by_safety;
  for (const std::vector<Runs>* side : {&a, &b}) {
    for (std::size_t world = 0; world < a.size(); ++world) {
      Runs all = a[world];
      all.insert(all.end(), b[world].begin(), b[world].end());
      by_return.push_back(
          values_of((*side)[world], [](const RunResult& run) { return run.mean_return; }));
      by_safety.push_back(ranks((*side)[world], all));
    }
  }
  comparison.worlds = a.size();
  std::tie(comparison.by_return, comparison.return_interval) = improvement(by_return);
  std::tie(comparison.by_safety, comparison.safety_interval) = improvement(by_safety);
}

/// How the contestant of `first` compares with another at its limit, in the worlds where both have
/// runs.
std::optional<Comparison> compare_pair(const std::vector<Cell>& cells,
                                       const std::vector<Runs>& runs, const Cell& first,
                                       const std::string& second) {
  std::vector<Runs> ours, theirs;
  for (std::size_t a = 0; a < cells.size(); ++a) {
    if (cells[a].contestant() != first.contestant() || cells[a].limit != first.limit) continue;
    for (std::size_t b = 0; b < cells.size(); ++b) {
      const bool match = cells[b].environment == cells[a].environment &&
                         cells[b].contestant() == second && cells[b].limit == first.limit;
      if (!match || runs[a].empty() || runs[b].empty()) continue;
      ours.push_back(runs[a]);
      theirs.push_back(runs[b]);
    }
  }
  if (ours.empty()) return std::nullopt;
  Comparison comparison;
  comparison.first = first.contestant();
  comparison.second = second;
  comparison.limit = first.limit;
  compare(ours, theirs, comparison);
  return comparison;
}

/// Every pair of contestants at every limit. All worlds have the same of both, in the same order.
std::vector<Comparison> compare_all(const std::vector<Cell>& cells, const std::vector<Runs>& runs) {
  std::vector<Comparison> comparisons;
  for (const Cell& first : cells) {
    if (first.environment != cells.front().environment) break;
    for (const Cell* second = &first + 1; second != cells.data() + cells.size(); ++second) {
      if (second->environment != first.environment) break;
      if (second->limit != first.limit) continue;
      auto comparison = compare_pair(cells, runs, first, second->contestant());
      if (comparison) comparisons.push_back(std::move(*comparison));
    }
  }
  return comparisons;
}

}  // namespace

std::optional<RunResult> read_result(const PlannedRun& run, const BenchmarkPlan& plan) {
  const std::filesystem::path path = RunPaths{run.root}.evaluation();
  if (!std::filesystem::exists(path)) return std::nullopt;
  const std::vector<std::byte> bytes = read_file(path);
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  try {
    const Json evaluation = Json::parse(text, text + bytes.size());
    if (!is_as_planned(evaluation, plan)) return std::nullopt;
    RunResult result = result_of(evaluation);
    add_training(run, plan.cells[run.cell].constraints, result);
    return result;
  } catch (const Json::exception&) {
    throw Error(concat("'", path.string(), "' is not an evaluation; remove it"));
  }
}

BenchmarkSummary summarize(const BenchmarkPlan& plan, const RunResults& results) {
  std::vector<Runs> runs(plan.cells.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i]) runs[plan.runs[i].cell].push_back(&*results[i]);
  }
  BenchmarkSummary summary;
  for (const Runs& of_cell : runs) summary.cells.push_back(summarize_cell(of_cell));
  summary.comparisons = compare_all(plan.cells, runs);
  return summary;
}

}  // namespace saddle
