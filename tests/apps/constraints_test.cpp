// SPDX-License-Identifier: Apache-2.0
// Every update with everything that keeps constraints, by name: rules, and wrappers of worlds.
#include <set>

#include <gtest/gtest.h>

#include <saddle/apps/benchmark_plan.h>

#include "tests/apps/expect_error.h"
#include "tests/apps/small_run.h"

namespace saddle {
namespace {

using test::expect_error;
using test::small_registries;
using test::SmallRun;

const std::vector<std::string> kOnPolicy = {"cup", "focops", "npg", "pg", "ppo", "trpo"};
const std::vector<std::string> kOffPolicy = {"ddpg", "sac", "td3"};
const std::vector<std::string> kByThemselves = {"cpo", "pcpo"};
const std::vector<std::string> kConstraints = {"adam-lagrangian",
                                               "augmented-lagrangian",
                                               "crpo",
                                               "early",
                                               "gdpa",
                                               "ipo",
                                               "lagrangian",
                                               "none",
                                               "nupi",
                                               "optimistic",
                                               "p3o",
                                               "pid",
                                               "regularized",
                                               "resilient",
                                               "saute",
                                               "simmer",
                                               "slm"};

Settings run_of(const std::string& world, const std::string& agent, const std::string& constraint,
                const Settings& more = {}) {
  Settings all = {{"environment", world}, {"agent", agent}, {"constraint", constraint}};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

void expect_trained(const Settings& settings) {
  SmallRun small(settings);
  EXPECT_EQ(small.train(2), 2);
}

TEST(Constraints, AreAllThatTheseTestsKnow) {
  const Registries all = small_registries();
  EXPECT_EQ(constraint_names(all), kConstraints);
  std::set<std::string> updates, known;
  for (const std::string& name : all.agents.names()) {
    if (all.agents.at(name).update.empty()) updates.insert(name);
  }
  for (const auto* names : {&kOnPolicy, &kOffPolicy, &kByThemselves}) {
    known.insert(names->begin(), names->end());
  }
  EXPECT_EQ(updates, known);
}

TEST(Constraints, GoWithEveryUpdateThatDoesNotKeepThemByItself) {
  for (const std::string& constraint : kConstraints) {
    for (const std::string& update : kOnPolicy) {
      SCOPED_TRACE(update + "+" + constraint);
      expect_trained(run_of("Walk-v0", update, constraint));
      expect_trained(run_of("Stroll-v0", update, constraint));
    }
    for (const std::string& update : kOffPolicy) {
      SCOPED_TRACE(update + "+" + constraint);
      expect_trained(run_of("Walk-v0", update, constraint));
      expect_error([&] { SmallRun(run_of("Stroll-v0", update, constraint)); },
                   {"Stroll-v0", "discrete", "numbers between bounds"});
    }
    for (const std::string& update : kByThemselves) {
      SCOPED_TRACE(update + "+" + constraint);
      if (constraint == "none") {
        expect_trained(run_of("Walk-v0", update, constraint));
        expect_trained(run_of("Stroll-v0", update, constraint));
        continue;
      }
      expect_error([&] { SmallRun(run_of("Walk-v0", update, constraint)); },
                   {"'" + update + "' keeps constraints by itself and does not go with '" +
                    constraint + "'; leave --constraint out"});
    }
  }
}

TEST(Constraints, ByWrappersShowEveryAgentItsBudget) {
  for (const char* update : {"trpo", "sac"}) {
    for (const auto& [constraint, budget] : {std::pair("saute", 1.0f), {"simmer", 0.5f}}) {
      SCOPED_TRACE(concat(update, "+", constraint));
      SmallRun small(run_of("Walk-v0", update, constraint));
      ASSERT_EQ(small.config().spec().observation.size, 2 + 2);
      const WorldRange one{0, 1};
      Agent& agent = small.agent();
      agent.set_progress(0);
      small.environment().set_limits(agent.limits());
      const std::span<float> start = agent.first_observation(one);
      small.environment().reset(one, start);
      agent.act(0, one);
      const StepView seen = agent.slot(0, one);
      small.environment().step(one, seen);
      for (const std::size_t k : {0, 1}) {
        const float cost = (seen.cost[k] + seen.cost[2 + k]) / 2;  // of two agents
        const float limit = k == 0 ? 1 : 3;
        for (const std::size_t first : {0, 4}) {
          EXPECT_EQ(start[first + 2 + k], budget);
          EXPECT_NEAR(seen.next_observation[first + 2 + k], budget - cost / limit, 1e-6);
        }
      }
    }
  }
}

TEST(Constraints, SimmerIsSauteWithABudgetThatGrows) {
  const Registries all = small_registries();
  OptionTexts plain = RunConfig(all, run_of("Walk-v0", "trpo", "saute"), {}).lasting_options();
  plain["constraint"] = "\"simmer\"";
  plain["curriculum.start"] = "0.5";
  plain["curriculum.until"] = "0.8";
  plain["curriculum.proportional"] = "0.1";
  plain["curriculum.integral"] = "0.01";
  EXPECT_EQ(RunConfig(all, run_of("Walk-v0", "trpo", "simmer"), {}).lasting_options(), plain);
}

TEST(Constraints, ByWrappersHaveOptionsThatAFileAndFlagsOverride) {
  const Settings file = run_of("Walk-v0", "sac", "simmer",
                               {{"saute.unsafe_reward", -2.0}, {"curriculum.start", 0.25}});
  const RunConfig config(small_registries(), file, {{"curriculum.until", 0.9}});
  const auto real = [&](const char* key) {
    return std::get<double>(config.fields().at(key).value());
  };
  EXPECT_EQ(real("saute.unsafe_reward"), -2);
  EXPECT_EQ(real("curriculum.start"), 0.25);
  EXPECT_EQ(real("curriculum.until"), 0.9);
  EXPECT_EQ(real("curriculum.integral"), 0.01);
}

TEST(Constraints, ByWrappersKeepTheSumInTheMean) {
  const auto refused = [](const Setting& option) {
    expect_error([&] { SmallRun(run_of("Walk-v0", "trpo", "saute", {option})); },
                 {"constraint 'saute' keeps the sum", "leave " + option.key});
  };
  refused({"measure.kind", "rate"});
  refused({"multi.limits", "each"});
}

TEST(Constraints, NamesTheNearest) {
  const auto refused = [](const std::string& constraint, const std::string& nearest) {
    expect_error([&] { SmallRun(run_of("Walk-v0", "ppo", constraint)); },
                 {"unknown constraint '" + constraint + "'", "did you mean '" + nearest + "'"});
  };
  refused("sautee", "saute");
  refused("lagrangain", "lagrangian");
}

TEST(Constraints, StandAfterThePlusOfABenchmarksAgent) {
  BenchmarkSpec spec;
  spec.environments = {"Walk-v0"};
  spec.agents = {"trpo+saute", "trpo-saute"};
  spec.seeds = {0};
  spec.variants = {{}};
  const BenchmarkPlan plan = make_plan(spec, small_registries(), "out");
  ASSERT_EQ(plan.runs.size(), 2u);
  EXPECT_EQ(plan.runs[0].options.at("constraint"), "\"saute\"");
  EXPECT_EQ(plan.runs[0].options.at("saute.discount"), "1.0");
  EXPECT_EQ(plan.runs[1].options.at("saute.discount"), "1.0");
}

// Presets with a wrapper wrote no rule, and off-policy agents no memory, where now is no option.
TEST(Constraints, ARunThatNamedNoRuleBesideItsWrapperIsRead) {
  const Registries all = small_registries();
  const Setting discount = {"saute.discount", 0.5};
  const RunConfig old(all, run_of("Walk-v0", "ppo-saute", "none", {discount}), {});
  const RunConfig now(all, run_of("Walk-v0", "ppo-saute", "saute", {discount}), {});
  EXPECT_EQ(old.options().constraint, "saute");
  EXPECT_EQ(old.spec().observation.size, 2 + 2);
  EXPECT_EQ(old.toml(), now.toml());
  EXPECT_EQ(old.lasting_options().count("constraint"), 0u) << "as its checkpoints have another";

  const Settings sac = run_of("Walk-v0", "sac", "lagrangian", {{"network.recurrent", "none"}});
  EXPECT_FALSE(test::has_option(RunConfig(all, sac, {}), "network.recurrent"));
}

TEST(Constraints, NoneIsOtherwiseARuleLikeAnother) {
  const Registries all = small_registries();
  expect_error([&] { RunConfig(all, run_of("Walk-v0", "ppo-lag", "none"), {}); },
               {"--agent ppo --constraint none"});
  const Setting pid = {"constraint", "pid"};
  expect_error([&] { RunConfig(all, run_of("Walk-v0", "ppo-saute", "none"), {pid}); },
               {"--agent ppo --constraint pid"});
}

}  // namespace
}  // namespace saddle
