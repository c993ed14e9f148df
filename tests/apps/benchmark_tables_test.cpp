// SPDX-License-Identifier: Apache-2.0
// Results as tables: what stands where, and that figures that do not exist are left out.
#include <saddle/apps/benchmark_tables.h>

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace saddle {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Tables : public testing::Test {
 protected:
  Tables() {
    plan_.steps = 20'000;
    plan_.episodes = 50;
    plan_.seeds = {0, 1};
    const std::vector<std::string> agents = {"ppo-lag", "it's,odd"};
    for (std::size_t i = 0; i < 2; ++i) {
      plan_.cells.push_back({"A-v0", agents[i], "", 7.5, {"hazards"}, {}});
      for (const std::int64_t seed : plan_.seeds) {
        PlannedRun run;
        run.cell = i;
        run.seed = seed;
        plan_.runs.push_back(run);
      }
    }
    results_ = {RunResult{1, {{7.5, 6, 12}}, true, 8000}, RunResult{2, {{7.5, 8, 14}}, false, 1e9},
                RunResult{-1, {{7.5, 9, 0}}, false, std::numeric_limits<double>::infinity()},
                std::nullopt};
    failed_ = {{"out/r", "the world has lost its floor"}};
  }
  [[nodiscard]] BenchmarkReport report() const {
    return {plan_, results_, summarize(plan_, results_), failed_};
  }

  BenchmarkPlan plan_;
  RunResults results_;
  std::vector<FailedRun> failed_;
};

TEST_F(Tables, ARowForEachQuantityOfARun) {
  EXPECT_EQ(runs_csv(report()),
            "environment,agent,variant,sweep,seed,quantity,limit,value\n"
            "A-v0,ppo-lag,,7.5,0,return,,1\n"
            "A-v0,ppo-lag,,7.5,0,cost/hazards,7.5,6\n"
            "A-v0,ppo-lag,,7.5,0,violation/hazards,7.5,12\n"
            "A-v0,ppo-lag,,7.5,0,satisfied,,1\n"
            "A-v0,ppo-lag,,7.5,0,first_safe,,8000\n"
            "A-v0,ppo-lag,,7.5,1,return,,2\n"
            "A-v0,ppo-lag,,7.5,1,cost/hazards,7.5,8\n"
            "A-v0,ppo-lag,,7.5,1,violation/hazards,7.5,14\n"
            "A-v0,ppo-lag,,7.5,1,satisfied,,0\n"
            "A-v0,ppo-lag,,7.5,1,first_safe,,1e+09\n"
            "A-v0,\"it's,odd\",,7.5,0,return,,-1\n"
            "A-v0,\"it's,odd\",,7.5,0,cost/hazards,7.5,9\n"
            "A-v0,\"it's,odd\",,7.5,0,violation/hazards,7.5,0\n"
            "A-v0,\"it's,odd\",,7.5,0,satisfied,,0\n"
            "A-v0,\"it's,odd\",,7.5,0,first_safe,,\n");
}

TEST_F(Tables, ARowForEachQuantityOfACell) {
  const std::string table = cells_csv(report());
  EXPECT_EQ(std::ranges::count(table, '\n'), 7);
  // One run has no intervals but that of the share.
  EXPECT_THAT(table, HasSubstr("\nA-v0,\"it's,odd\",,7.5,1,0,0,0.97"));
  EXPECT_THAT(table, HasSubstr(",,return,,-1,,,-1,,\n"));
  // 1.5 ± 12.706 · √½ / √2; the bootstrap goes from the least to the greatest.
  EXPECT_THAT(table, HasSubstr(",return,,1.5,-4.8531"));
  EXPECT_THAT(table, HasSubstr(",1.5,1,2\n"));
}

TEST_F(Tables, APairOfContestants) {
  const std::string table = comparisons_csv(report());
  EXPECT_EQ(std::ranges::count(table, '\n'), 2);
  EXPECT_THAT(table, HasSubstr("\nppo-lag,\"it's,odd\",7.5,1,1,1,1,1,1,1\n"));
}

TEST_F(Tables, JsonHasNullForWhatIsNot) {
  const auto json = to_json(report());
  EXPECT_EQ(json.at("runs"), 4);
  EXPECT_EQ(json.at("done"), 3);
  EXPECT_EQ(json.at("seeds"), plan_.seeds);
  EXPECT_EQ(json.at("failed").at(0).at("run"), "out/r");
  const auto& cell = json.at("cells").at(0);
  EXPECT_EQ(cell.at("limit"), 7.5);
  EXPECT_EQ(cell.at("return").at("mean"), 1.5);
  EXPECT_EQ(cell.at("constraints").at(0).at("cost").at("mean"), 7);
  EXPECT_EQ(cell.at("constraints").at(0).at("violation").at("iqm"), 13);
  EXPECT_EQ(cell.at("satisfied").at("share"), 0.5);
  EXPECT_EQ(cell.at("first_safe"), (8000 + 1e9) / 2);
  const auto& other = json.at("cells").at(1);
  EXPECT_TRUE(other.at("first_safe").is_null());
  EXPECT_TRUE(other.at("return").at("ci95").at(0).is_null());
  EXPECT_EQ(json.at("comparisons").at(0).at("by_return").at("probability"), 1);
}

TEST_F(Tables, MarkdownHasATableAWorld) {
  const std::string text = to_markdown(report());
  EXPECT_THAT(text, HasSubstr("3 of 4 runs are done, each of 20,000 steps; final policies played "
                              "50 episodes."));
  EXPECT_THAT(text, HasSubstr("\n## A-v0\n\n| agent | runs | return | IQM | `hazards` limit |"));
  EXPECT_THAT(text, HasSubstr("| `ppo-lag` | 2 | 1.5 ± 6.4 | 1.5 [1, 2] | 7.5 | 7 ± 13 |"));
  EXPECT_THAT(text, HasSubstr("| satisfied | first safe at step |\n"));
  EXPECT_THAT(text, HasSubstr("| 1 of 2 | 500,004,000 |"));
  EXPECT_THAT(text, HasSubstr("| `it's,odd` | 1 | -1 | -1 | 7.5 | 9 | 9 | 0 | 0 of 1 | never |"));
  EXPECT_THAT(text, HasSubstr("| `ppo-lag` | `it's,odd` | 7.5 | 1 | 1 [1, 1] | 1 [1, 1] |"));
  EXPECT_THAT(text, HasSubstr("- `out/r`: the world has lost its floor\n"));
}

TEST_F(Tables, ACellWithoutRunsIsEmpty) {
  results_[2].reset();
  EXPECT_THAT(to_markdown(report()), HasSubstr("| `it's,odd` | 0 | | | | | | | | |\n"));
  EXPECT_FALSE(to_json(report()).at("cells").at(1).contains("return"));
  EXPECT_THAT(cells_csv(report()), Not(HasSubstr("odd")));
}

TEST_F(Tables, TheFrontierGoesThroughTheLimitsInOrder) {
  plan_.cells.push_back({"A-v0", "ppo-lag", "", 2.5, {"hazards"}, {}});
  PlannedRun run;
  run.cell = 2;
  plan_.runs.push_back(run);
  results_.push_back(RunResult{0.5, {{2.5, 3, 0}}, false, 0});
  const std::string plot = frontier_plot(report());
  EXPECT_THAT(plot, HasSubstr("$data1 << EOD\n2.5 3 3 3 0.5 0.5 0.5\n7.5 7 "));
  EXPECT_THAT(plot, HasSubstr("$data2 << EOD\n7.5 9 9 9 -1 -1 -1\nEOD\n"));
  EXPECT_THAT(plot, HasSubstr("title 'it''s,odd'"));
  EXPECT_THAT(plot, HasSubstr("set arrow from 2.5, graph 0"));
  EXPECT_THAT(plot, HasSubstr("layout 1,1"));
}

TEST_F(Tables, ThereIsNoFrontierWithoutRuns) {
  results_.assign(4, std::nullopt);
  EXPECT_EQ(frontier_plot(report()), "");
}

}  // namespace
}  // namespace saddle
