// SPDX-License-Identifier: Apache-2.0
// Every registered agent and preset: its options exist, it trains, it says what it is.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <saddle/agents/registry.h>
#include <saddle/agents/train.h>

#include "tests/support/walk.h"

namespace saddle {
namespace {

AgentRegistry agents() {
  AgentRegistry registry("agent");
  register_agents(registry);
  return registry;
}

bool is_off_policy(const Fields& fields) {
  return std::ranges::any_of(fields.all(),
                             [](const Field& field) { return field.key == "replay.start"; });
}

TEST(Presets, TrainWithTheirOptions) {
  const AgentRegistry registry = agents();
  RuleRegistry rules("constraint");
  register_rules(rules);
  for (const std::string& name : registry.names()) {
    SCOPED_TRACE(name);
    const AgentEntry& entry = registry.at(name);
    const auto builder = entry.builder();
    const auto rule = rules.at(entry.rule).builder();
    Fields fields;
    builder->fields(fields);
    fields.group(entry.rule, *rule);
    for (const PresetOption& option : entry.options) fields.parse(option.key, option.value);
    fields.parse("rollout.steps", "10");
    fields.parse("network.hidden", "8");
    if (is_off_policy(fields)) {
      fields.parse("replay.start", "40");
      fields.parse("replay.ratio", "0.2");
    }

    VectorEnvironment environment(testing::make_walk, 4, 1);
    const auto agent = builder->build({environment.spec(), 4, {1, 3}, 1},
                                      rule->build(builder->multipliers(environment.spec())));
    TrainingRun run{environment, *agent};
    WorkerPool pool(1);
    int updates = 0;
    train(run, 3 * 40, pool, [&](std::int64_t, const Metrics& metrics) {
      for (const auto& [key, value] : metrics.values()) EXPECT_TRUE(std::isfinite(value)) << key;
      return ++updates < 3;
    });
    EXPECT_EQ(updates, 3);
  }
}

TEST(Presets, SayWhatTheyAre) {
  const AgentRegistry registry = agents();
  for (const std::string& name : registry.names()) {
    const AgentEntry& entry = registry.at(name);
    for (const std::string& words : {entry.doc, entry.paper, entry.use}) {
      EXPECT_FALSE(words.empty()) << name;
    }
    if (entry.update.empty()) continue;
    EXPECT_TRUE(registry.at(entry.update).update.empty()) << name;
  }
}

/// What the refusal of a rule says.
std::string refusal(const AgentRegistry& registry, const std::string& agent,
                    const std::string& rule) {
  try {
    (void)choose_rule(agent, registry.at(agent), rule);
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing";
}

TEST(Presets, RulesGoWithUpdatesAndNotWithWhatHasOne) {
  const AgentRegistry r = agents();
  EXPECT_EQ(choose_rule("ppo", r.at("ppo"), ""), "lagrangian");
  EXPECT_EQ(choose_rule("ppo", r.at("ppo"), "pid"), "pid");
  EXPECT_EQ(choose_rule("cpo", r.at("cpo"), ""), "none");
  EXPECT_EQ(choose_rule("ppo-gdpa", r.at("ppo-gdpa"), "gdpa"), "gdpa");
  EXPECT_NE(refusal(r, "ppo-lag", "pid").find("--agent ppo --constraint pid"), std::string::npos);
  EXPECT_NE(refusal(r, "cpo", "pid").find("leave --constraint out"), std::string::npos);
}

}  // namespace
}  // namespace saddle
