// SPDX-License-Identifier: Apache-2.0
// Every registered agent and preset: its options exist, it trains, it says what it is.
#include <map>

#include <gtest/gtest.h>

#include "tests/apps/expect_error.h"
#include "tests/apps/small_run.h"
#include "tests/support/session.h"

namespace saddle {
namespace {

using test::expect_error;
using test::has_option;
using test::small_registries;
using test::SmallRun;

Settings walk_of(const std::string& agent) {
  return {{"environment", "Walk-v0"}, {"agent", agent}};
}

TEST(Presets, TrainWithTheirOptions) {
  for (const std::string& name : small_registries().agents.names()) {
    SCOPED_TRACE(name);
    SmallRun small(walk_of(name));
    EXPECT_EQ(small.train(3), 3);
  }
}

TEST(Presets, ResumeToTheSameBits) {
  for (const std::string& name : small_registries().agents.names()) {
    SCOPED_TRACE(name);
    SmallRun straight(walk_of(name)), first(walk_of(name)), second(walk_of(name));
    straight.train(4);
    first.train(2);
    Archive loading(testing::everything(first.run()));
    second.agent().policy(loading);
    second.run().state(loading);
    second.train(2);
    testing::expect_same(testing::everything(straight.run()), testing::everything(second.run()));
  }
}

TEST(Presets, RememberIfTheyLearnOnPolicyOrHaveNoSuchOption) {
  const Registries all = small_registries();
  for (const std::string& name : all.agents.names()) {
    SCOPED_TRACE(name);
    Settings settings = walk_of(name);
    settings.push_back({"network.recurrent", "lstm"});
    if (has_option(RunConfig(all, walk_of(name), {}), "replay.start")) {
      expect_error([&] { RunConfig(all, settings, {}); },
                   {"unknown option 'network.recurrent' for agent '" + name + "'"});
      continue;
    }
    const RunConfig config(all, settings, {});
    EXPECT_EQ(config.build_agent(0)->memory_size(), 2u * 2 * 64);  // agents, and h and c of each
  }
}

TEST(Presets, ShareTheirPolicysTrunkOrSayThatTheyCannot) {
  const Registries all = small_registries();
  for (const std::string& name : all.agents.names()) {
    SCOPED_TRACE(name);
    const RunConfig config(all, walk_of(name), {});
    if (has_option(config, "replay.start")) continue;
    config.fields().parse("critic.trunk", "policy");
    const AgentEntry& entry = all.agents.at(name);
    const std::string& update = entry.update.empty() ? name : entry.update;
    const bool shares = !name.starts_with("mappo") && (update == "ppo" || update == "pg" ||
                                                       update == "focops" || update == "cup");
    if (shares) {
      EXPECT_NE(config.build_agent(0), nullptr);
    } else {
      expect_error([&] { (void)config.build_agent(0); }, {"critic.trunk at shared"});
    }
  }
}

TEST(Presets, SayWhatTheyAre) {
  const AgentRegistry registry = small_registries().agents;
  for (const std::string& name : registry.names()) {
    const AgentEntry& entry = registry.at(name);
    for (const std::string& words : {entry.doc, entry.paper, entry.use}) {
      EXPECT_FALSE(words.empty()) << name;
    }
    if (entry.update.empty()) continue;
    EXPECT_TRUE(registry.at(entry.update).update.empty()) << name;
  }
}

struct Composition {
  std::string update, constraint;
  OptionTexts changed;  ///< against the two without the name

  bool operator==(const Composition&) const = default;
  friend void PrintTo(const Composition& it, std::ostream* out) {
    *out << it.update << " " << it.constraint;
    for (const auto& [key, value] : it.changed) *out << " " << key << "=" << value;
  }
};

// By hand, from what the literature calls by these names.
std::map<std::string, Composition> known_compositions() {
  const OptionTexts gdpa = {{"gdpa.maximum_penalty", "2.0"}, {"gdpa.normalize", "true"}};
  const OptionTexts team = {{"multi.limits", "\"each\""},   {"rollout.steps", "100"},
                            {"ppo.epochs", "10"},           {"ppo.minibatch", "1024"},
                            {"ppo.learning_rate", "7e-04"}, {"ppo.target_kl", "0.04"}};
  OptionTexts ippo = team, mappo = team, mappo_gdpa = team;
  ippo["lagrangian.step"] = mappo["lagrangian.step"] = "0.15";
  mappo["multi.critic"] = mappo_gdpa["multi.critic"] = "\"central\"";
  mappo_gdpa.insert(gdpa.begin(), gdpa.end());
  return {{"cppo-pid", {"ppo", "pid", {}}},
          {"crpo", {"trpo", "crpo", {{"crpo.tolerance", "0.05"}}}},
          {"ddpg-lag", {"ddpg", "lagrangian", {}}},
          {"ddpg-pid", {"ddpg", "pid", {}}},
          {"ippo-lag", {"ppo", "lagrangian", ippo}},
          {"ipo", {"ppo", "ipo", {}}},
          {"mappo-gdpa", {"ppo", "gdpa", mappo_gdpa}},
          {"mappo-lag", {"ppo", "lagrangian", mappo}},
          {"p3o", {"ppo", "p3o", {}}},
          {"pdo", {"pg", "lagrangian", {}}},
          {"ppo-al", {"ppo", "augmented-lagrangian", {}}},
          {"ppo-early", {"ppo", "early", {}}},
          {"ppo-gdpa", {"ppo", "gdpa", gdpa}},
          {"ppo-lag", {"ppo", "lagrangian", {}}},
          {"ppo-saute", {"ppo", "saute", {}}},
          {"ppo-simmer", {"ppo", "simmer", {}}},
          {"ppo-slm", {"ppo", "slm", {{"policy.smoothing", "0.1"}}}},
          {"rcpo",
           {"npg", "lagrangian", {{"critic.costs", "\"shaped\""}, {"lagrangian.step", "0.02"}}}},
          {"sac-gdpa", {"sac", "gdpa", gdpa}},
          {"sac-lag", {"sac", "lagrangian", {}}},
          {"sac-pid", {"sac", "pid", {}}},
          {"sac-saute", {"sac", "saute", {}}},
          {"td3-lag", {"td3", "lagrangian", {}}},
          {"td3-pid", {"td3", "pid", {}}},
          {"trpo-gdpa", {"trpo", "gdpa", gdpa}},
          {"trpo-lag", {"trpo", "lagrangian", {}}},
          {"trpo-pid", {"trpo", "pid", {}}},
          {"trpo-saute", {"trpo", "saute", {}}},
          {"trpo-simmer", {"trpo", "simmer", {}}}};
}

TEST(Presets, AreWhatTheirNamesMean) {
  const Registries all = small_registries();
  std::map<std::string, Composition> found;
  for (const std::string& name : all.agents.names()) {
    const AgentEntry& entry = all.agents.at(name);
    if (entry.update.empty()) continue;
    Composition it{entry.update, entry.rule, {}};
    Settings bare = walk_of(entry.update);
    bare.push_back({"constraint", entry.rule});
    OptionTexts without = RunConfig(all, bare, {}).lasting_options();
    without["agent"] = "\"" + name + "\"";
    without.erase("constraint");
    const OptionTexts with = RunConfig(all, walk_of(name), {}).lasting_options();
    ASSERT_EQ(with.size(), without.size()) << name;
    for (const auto& [key, value] : with) {
      if (value != without.at(key)) it.changed[key] = value;
    }
    found[name] = it;
  }
  EXPECT_EQ(found, known_compositions());
}

TEST(Presets, RulesGoWithUpdatesAndNotWithWhatHasOne) {
  const AgentRegistry r = small_registries().agents;
  const auto refused = [&r](const std::string& agent, const std::string& rule,
                            const std::vector<std::string>& words) {
    expect_error([&] { (void)choose_rule(agent, r.at(agent), rule); }, words);
  };
  EXPECT_EQ(choose_rule("ppo", r.at("ppo"), ""), "lagrangian");
  EXPECT_EQ(choose_rule("ppo", r.at("ppo"), "pid"), "pid");
  EXPECT_EQ(choose_rule("cpo", r.at("cpo"), ""), "none");
  EXPECT_EQ(choose_rule("ppo-gdpa", r.at("ppo-gdpa"), "gdpa"), "gdpa");
  refused("ppo-lag", "pid", {"--agent ppo --constraint pid"});
  refused("ppo-saute", "pid", {"'ppo' with constraint 'saute'", "--agent ppo --constraint pid"});
  refused("cpo", "pid", {"leave --constraint out"});
}

}  // namespace
}  // namespace saddle
