// SPDX-License-Identifier: Apache-2.0
// The runs of a benchmark: which there are, where they lie, and which are refused.
#include <saddle/apps/benchmark_plan.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/apps/run_directory.h>

#include "tests/apps/expect_error.h"
#include "tests/apps/fake_registries.h"
#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

namespace fs = std::filesystem;
using test::expect_error;
using ::testing::HasSubstr;

BenchmarkSpec small_spec() {
  BenchmarkSpec spec;
  spec.environments = {"World-v0"};
  spec.agents = {"ppo"};
  spec.seeds = {0};
  spec.steps = 400;
  spec.episodes = 3;
  spec.variants = {{}};
  return spec;
}

TEST(Plan, HasEveryCellForTheFirstSeedFirst) {
  BenchmarkSpec spec = small_spec();
  spec.environments = {"World-v0"};
  spec.agents = {"ppo+none", "ppo-slow"};
  spec.seeds = {4, 2};
  spec.limits = {10, 2.5};
  spec.variants = {{"plain", {}}, {"wide", {{"ppo.clip", 0.4}}}};
  const BenchmarkPlan plan = make_plan(spec, test::registries(), "out");
  ASSERT_EQ(plan.cells.size(), 8);
  ASSERT_EQ(plan.runs.size(), 16);
  EXPECT_EQ(plan.runs[0].root, "out/runs/World-v0/ppo+none-plain-limit-10/seed-4");
  EXPECT_EQ(plan.runs[1].root, "out/runs/World-v0/ppo+none-plain-limit-2.5/seed-4");
  EXPECT_EQ(plan.runs[8].root, "out/runs/World-v0/ppo+none-plain-limit-10/seed-2");
  EXPECT_EQ(plan.runs[7].root, "out/runs/World-v0/ppo-slow-wide-limit-2.5/seed-4");
  EXPECT_EQ(plan.cells[7].contestant(), "ppo-slow-wide");
  EXPECT_EQ(plan.cells[7].constraints, (std::vector<std::string>{"hazards", "speed"}));
  EXPECT_EQ(plan.worlds(), std::vector<std::string>{"World-v0"});

  const OptionTexts& options = plan.runs[3].options;  // ppo+none, wide, 2.5
  EXPECT_EQ(options.at("constraint"), "\"none\"");
  EXPECT_EQ(options.at("ppo.clip"), "0.4");
  EXPECT_EQ(options.at("limits.hazards"), "2.5");
  EXPECT_EQ(options.at("limits.speed"), "2.5");
  EXPECT_EQ(options.at("seed"), "4");
  EXPECT_THAT(plan.runs[3].config, HasSubstr("\nsteps = 400\n"));
}

TEST(Plan, AVariantComesAfterWhatIsCommonAfterThePreset) {
  BenchmarkSpec spec = small_spec();
  spec.agents = {"ppo-slow"};
  spec.set = {{"ppo.clip", 0.3}, {"none.rate", 0.5}};
  spec.variants = {{"a", {}}, {"b", {{"ppo.clip", 0.6}}}};
  const BenchmarkPlan plan = make_plan(spec, test::registries(), "out");
  EXPECT_EQ(plan.runs[0].options.at("ppo.clip"), "0.3");
  EXPECT_EQ(plan.runs[1].options.at("ppo.clip"), "0.6");
  EXPECT_EQ(plan.runs[1].options.at("none.rate"), "0.5");
}

TEST(Plan, OptionsOfOneAgentComeBetweenThoseOfAllAndTheVariants) {
  BenchmarkSpec spec = small_spec();
  spec.agents = {"ppo", "ppo+none"};
  spec.set = {{"ppo.clip", 0.3}, {"limits", 3.0}};
  spec.agent_set["ppo+none"] = {{"ppo.clip", 0.4}, {"none.rate", 0.5}, {"limits.speed", 4.0}};
  spec.variants = {{"a", {}}, {"b", {{"ppo.clip", 0.6}}}};
  const BenchmarkPlan plan = make_plan(spec, test::registries(), "out");
  const auto option = [&](std::size_t run, const char* key) {
    return plan.runs[run].options.at(key);
  };
  EXPECT_EQ(option(0, "ppo.clip"), "0.3");
  EXPECT_EQ(option(2, "ppo.clip"), "0.4");
  EXPECT_EQ(option(2, "none.rate"), "0.5");
  EXPECT_EQ(option(2, "limits.speed"), "4.0");
  EXPECT_EQ(option(2, "limits.hazards"), "3.0");
  EXPECT_EQ(option(3, "ppo.clip"), "0.6");
  EXPECT_EQ(option(3, "none.rate"), "0.5");
}

TEST(Plan, ARunHasOneThreadUnlessMoreAreAskedFor) {
  BenchmarkSpec spec = small_spec();
  EXPECT_EQ(make_plan(spec, test::registries(), "out").runs[0].threads, 1);
  spec.set = {{"threads", std::int64_t{3}}};
  EXPECT_EQ(make_plan(spec, test::registries(), "out").runs[0].threads, 3);
}

TEST(Plan, RefusesWhatCannotRun) {
  const auto refused = [](const auto& change, const std::vector<std::string>& words) {
    BenchmarkSpec spec = small_spec();
    change(spec);
    expect_error([&] { (void)make_plan(spec, test::registries(), "out"); }, words);
  };
  refused([](auto& s) { s.environments = {"World-v0", "Wrld-v0"}; }, {"'Wrld-v0'", "'World-v0'"});
  refused([](auto& s) { s.agents = {"ppo", "pop"}; }, {"'pop'", "'ppo'"});
  refused([](auto& s) { s.agents = {"ppo+nne"}; }, {"'nne'", "'none'"});
  refused([](auto& s) { s.agents = {"ppo+"}; }, {"'ppo+'", "no rule"});
  refused([](auto& s) { s.agents = {"ppo-slow+lagrangian"}; }, {"'ppo-slow'"});
  refused(
      [](auto& s) {
        s.set = {{"ppo.clp", 0.1}};
      },
      {"agent 'ppo' in 'World-v0'", "'ppo.clp'", "'ppo.clip'"});
  refused(
      [](auto& s) {
        s.agents = {"ppo", "ppo+none"};
        s.agent_set["ppo+none"] = {{"none.rat", 0.1}};
      },
      {"agent 'ppo+none' in 'World-v0'", "'none.rat'", "'none.rate'"});
  refused([](auto& s) { s.variants = {{"a", {{"ppo.clip", 7.0}}}}; }, {"'ppo.clip'", "7"});
  refused(
      [](auto& s) {
        s.environments = {"World-v0", "Free-v0"};
        s.limits = {5};
      },
      {"'Free-v0'", "no constraints"});
  // "ppo" with the variant "slow" would lie where "ppo-slow" does.
  refused(
      [](auto& s) {
        s.agents = {"ppo-slow", "ppo"};
        s.variants = {{"slow", {}}, {}};
      },
      {"out/runs/World-v0/ppo-slow", "rename"});
}

class PlanOnDisk : public testing::Test {
 protected:
  /// The plan of one run, which has begun.
  PlanOnDisk() {
    fs::create_directories(run().root);
    test::write(RunPaths{run().root}.config(), run().config);
  }
  [[nodiscard]] BenchmarkPlan plan_of(const BenchmarkSpec& spec) const {
    return make_plan(spec, registries_, directory_.path());
  }
  [[nodiscard]] const PlannedRun& run() const { return plan_.runs.front(); }

  test::TemporaryDirectory directory_;
  Registries registries_ = test::registries();
  BenchmarkPlan plan_ = plan_of(small_spec());
};

TEST_F(PlanOnDisk, AnotherValueIsRefused) {
  require_same_options(plan_, registries_);
  BenchmarkSpec spec = small_spec();
  spec.set = {{"ppo.clip", 0.3}};
  expect_error([&] { require_same_options(plan_of(spec), registries_); },
               {run().root, "ppo.clip = 0.2", "asks for 0.3", "--out"});
  spec.set = {{"limits.speed", 3.0}};
  expect_error([&] { require_same_options(plan_of(spec), registries_); },
               {"limits.speed = 25.0", "asks for 3.0"});
}

TEST_F(PlanOnDisk, AnotherRuleIsRefused) {
  test::write(RunPaths{run().root}.config(),
              "environment = \"World-v0\"\nsteps = 400\nconstraint = \"none\"\n");
  expect_error([&] { require_same_options(plan_, registries_); }, {"constraint", "none"});
}

TEST_F(PlanOnDisk, ARunGoesOnForLongerButNotBack) {
  BenchmarkSpec spec = small_spec();
  spec.steps = 800;
  spec.set = {{"threads", std::int64_t{2}}};
  require_same_options(plan_of(spec), registries_);
  spec.steps = 200;
  expect_error([&] { require_same_options(plan_of(spec), registries_); },
               {"steps = 400", "asks for 200"});
}

TEST_F(PlanOnDisk, IsNewUntilThereIsACheckpoint) {
  EXPECT_EQ(state_of(run(), plan_), RunState::kNew);
  fs::create_directories(RunPaths{run().root}.checkpoint() / "step-000000000200.tmp-17");
  EXPECT_EQ(state_of(run(), plan_), RunState::kNew);
  fs::create_directories(RunPaths{run().root}.checkpoint() / "step-000000000200");
  EXPECT_EQ(state_of(run(), plan_), RunState::kStarted);
}

}  // namespace
}  // namespace saddle
