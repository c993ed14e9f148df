// SPDX-License-Identifier: Apache-2.0
// What runs and cells come to, by hand.
#include <saddle/apps/benchmark_results.h>

#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/run_directory.h>

#include "tests/apps/expect_error.h"
#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr double kNever = std::numeric_limits<double>::infinity();

/// Two worlds with one constraint each, two agents, `seeds` runs of each.
BenchmarkPlan small_plan(const fs::path& out, int seeds) {
  BenchmarkPlan plan;
  plan.out = out;
  plan.steps = 300;
  plan.episodes = 5;
  for (const char* world : {"A-v0", "B-v0"}) {
    for (const char* agent : {"x", "y"}) {
      plan.cells.push_back({world, agent, "", {}, {"hazards"}, out / world / agent});
    }
  }
  for (int seed = 0; seed < seeds; ++seed) {
    plan.seeds.push_back(seed);
    for (std::size_t i = 0; i < plan.cells.size(); ++i) {
      PlannedRun run;
      run.cell = i;
      run.seed = seed;
      run.root = plan.cells[i].folder / std::to_string(seed);
      plan.runs.push_back(run);
    }
  }
  return plan;
}

class Result : public testing::Test {
 protected:
  Result() {
    fs::create_directories(paths_.root);
    test::write(paths_.metrics(), "step,return,episodes,cost/hazards\n");
    evaluation_ = {{"episodes", 5},
                   {"return", {{"mean", -3.5}}},
                   {"constraints", {{{"limit", 25}, {"measured", 20}, {"satisfied", true}}}},
                   {"step", 300},
                   {"seed", 0},
                   {"stochastic", false}};
  }
  std::optional<RunResult> result() {
    test::write(paths_.evaluation(), evaluation_.dump());
    return read_result(plan_.runs[0], plan_);
  }

  test::TemporaryDirectory directory_;
  BenchmarkPlan plan_ = small_plan(directory_.path(), 1);
  RunPaths paths_{plan_.runs[0].root};
  Json evaluation_;
};

TEST_F(Result, IsOfTheFinalPolicy) {
  const auto found = result();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->mean_return, -3.5);
  EXPECT_TRUE(found->satisfied);
  ASSERT_EQ(found->costs.size(), 1);
  EXPECT_EQ(found->costs[0].limit, 25);
  EXPECT_EQ(found->costs[0].cost, 20);
}

// Updates: no whole episode; 3 episodes, 5 over; within; 2 episodes, 1 over:
// 3 · 5 + 2 · 1 = 17, safe first at 240.
TEST_F(Result, ViolationInTrainingIsWeighedByEpisodes) {
  test::write(paths_.metrics(),
              "step,return,episodes,cost/hazards\n"
              "80,0,0,10\n160,0,3,30\n240,0,2,25\n320,0,2,26\n");
  const auto found = result();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->costs[0].violation, 17);
  EXPECT_EQ(found->first_safe, 240);
}

TEST_F(Result, ARunMayNeverBeSafe) {
  test::write(paths_.metrics(), "step,return,episodes,cost/hazards\n80,0,0,0\n160,0,1,nan\n");
  const auto found = result();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->first_safe, kNever);
}

TEST_F(Result, IsNoneUntilItIsAsPlanned) {
  EXPECT_FALSE(read_result(plan_.runs[0], plan_));
  for (const auto& [key, value] : {std::pair("episodes", Json(4)),
                                   {"step", Json(299)},
                                   {"seed", Json(1)},
                                   {"stochastic", Json(true)}}) {
    const Json sound = evaluation_;
    evaluation_[key] = value;
    EXPECT_FALSE(result()) << key;
    evaluation_ = sound;
  }
  EXPECT_TRUE(result());
  plan_.stochastic = true;
  EXPECT_FALSE(result());
}

TEST_F(Result, RefusesWhatItCannotRead) {
  evaluation_.erase("return");
  test::expect_error([&] { (void)result(); }, {"evaluation.json", "remove it"});
  test::write(paths_.evaluation(), "{");
  test::expect_error([&] { (void)read_result(plan_.runs[0], plan_); }, {"evaluation.json"});
}

RunResult run(double mean_return, double cost, double violation = 0, double first_safe = kNever) {
  return {mean_return, {{25, cost, violation}}, cost <= 25, first_safe};
}

TEST(Summary, OfACellByHand) {
  const BenchmarkPlan plan = small_plan("out", 4);
  RunResults results(plan.runs.size());
  results[0] = run(1, 20, 7, 100);
  results[4] = run(2, 30, 1, 300);
  results[8] = run(3, 10, 0, kNever);
  results[12] = run(10, 20, 4, 500);
  const BenchmarkSummary summary = summarize(plan, results);
  ASSERT_EQ(summary.cells.size(), 4);
  EXPECT_EQ(summary.cells[1].runs, 0);
  const CellSummary& cell = summary.cells[0];
  EXPECT_EQ(cell.runs, 4);
  EXPECT_EQ(cell.mean_return.mean, 4);
  // 3.18245 · √(50/3) / 2
  EXPECT_NEAR(cell.mean_return.mean_interval.high - 4, 6.49613, 1e-4);
  EXPECT_EQ(cell.mean_return.middle, 2.5);
  EXPECT_EQ(cell.mean_return.middle_interval.low, 1);
  EXPECT_EQ(cell.mean_return.middle_interval.high, 10);
  EXPECT_EQ(cell.costs[0].limit, 25);
  EXPECT_EQ(cell.costs[0].cost.mean, 20);
  EXPECT_EQ(cell.costs[0].violation.mean, 3);
  EXPECT_EQ(cell.satisfied, 3);
  EXPECT_NEAR(cell.satisfied_interval.low, 0.1941, 5e-5);
  EXPECT_NEAR(cell.satisfied_interval.high, 0.9937, 5e-5);
  EXPECT_EQ(cell.first_safe, 400);
  EXPECT_TRUE(summary.comparisons.empty()) << "nobody to compare with";
}

// In A-v0 x has returns 5 and 1 at costs 20 and 30, y has 3 and 3 at 20 and 40. By return: 5 beats
// both, 1 neither: 2/4. Safety first: 5 safe beats both; 1 at 30 beats only the 3 at 40: 3/4.
TEST(Summary, ComparesContestantsByReturnAndBySafety) {
  const BenchmarkPlan plan = small_plan("out", 2);
  RunResults results(plan.runs.size());
  results[0] = run(5, 20);
  results[4] = run(1, 30);
  results[1] = run(3, 20);
  results[5] = run(3, 40);
  BenchmarkSummary summary = summarize(plan, results);
  ASSERT_EQ(summary.comparisons.size(), 1);
  EXPECT_EQ(summary.comparisons[0].first, "x");
  EXPECT_EQ(summary.comparisons[0].second, "y");
  EXPECT_EQ(summary.comparisons[0].worlds, 1);
  EXPECT_EQ(summary.comparisons[0].by_return, 0.5);
  EXPECT_EQ(summary.comparisons[0].by_safety, 0.75);
  // In B-v0 both are the same, so each counts half: (2/4 + 1/2) / 2, (3/4 + 1/2) / 2.
  results[2] = results[3] = run(8, 0);
  summary = summarize(plan, results);
  ASSERT_EQ(summary.comparisons.size(), 1);
  EXPECT_EQ(summary.comparisons[0].worlds, 2);
  EXPECT_EQ(summary.comparisons[0].by_return, 0.5);
  EXPECT_EQ(summary.comparisons[0].by_safety, 0.625);
}

TEST(Summary, ComparesWithinALimitOnly) {
  BenchmarkPlan plan = small_plan("out", 1);
  plan.cells.resize(2);
  plan.runs.resize(2);
  plan.cells[0].limit = 10;
  plan.cells[1].limit = 20;
  EXPECT_TRUE(summarize(plan, {run(1, 1), run(2, 1)}).comparisons.empty());
  plan.cells[1].limit = 10;
  const auto comparisons = summarize(plan, {run(1, 1), run(2, 1)}).comparisons;
  ASSERT_EQ(comparisons.size(), 1);
  EXPECT_EQ(comparisons[0].limit, 10);
  EXPECT_EQ(comparisons[0].by_return, 0);
  EXPECT_TRUE(std::isnan(comparisons[0].return_interval.low)) << "one run has no interval";
}

TEST(Summary, NothingAllowedIsTheWorstToExceed) {
  BenchmarkPlan plan = small_plan("out", 1);
  RunResult none_allowed = run(9, 0);
  none_allowed.costs[0] = {0, 1, 0};
  none_allowed.satisfied = false;
  const auto comparisons = summarize(plan, {none_allowed, run(1, 1000), {}, {}}).comparisons;
  EXPECT_EQ(comparisons.at(0).by_return, 1);
  EXPECT_EQ(comparisons.at(0).by_safety, 0);
}

}  // namespace
}  // namespace saddle
