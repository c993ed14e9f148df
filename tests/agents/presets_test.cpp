// SPDX-License-Identifier: Apache-2.0
// Every registered agent and preset: its options exist, it trains, it says what it is.
#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include <gtest/gtest.h>

#include <saddle/agents/registry.h>
#include <saddle/agents/train.h>
#include <saddle/envs/wrapper/wrapper.h>

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

/// Training of a registered agent with its rule, its options and its wrapper, in small.
class Session {
 public:
  explicit Session(const std::string& name) {
    register_rules(rules_);
    register_wrappers(wrappers_);
    const AgentRegistry registry = agents();
    const AgentEntry& entry = registry.at(name);
    builder_ = entry.builder();
    const auto rule = rules_.at(entry.rule).builder();
    Fields fields;
    builder_->fields(fields);
    fields.group(entry.rule, *rule);
    for (const PresetOption& option : entry.options) fields.parse(option.key, option.value);
    fields.parse("rollout.steps", "10");
    fields.parse("network.hidden", "8");
    if (is_off_policy(fields)) {
      fields.parse("replay.start", "40");
      fields.parse("replay.ratio", "0.2");
      fields.parse("replay.size", "64");  // so that it goes round
    }
    const std::vector<double> limits = {1, 3};
    EnvironmentFactory make = testing::make_walk;
    if (!entry.wrapper.empty()) {
      make = wrappers_.at(entry.wrapper).builder()->wrap(make, limits, Purpose::kTraining);
    }
    environment_.emplace(make, 4, 1);
    const EnvironmentSpec& spec = environment_->spec();
    agent_ = builder_->build({spec, 4, limits, 1}, rule->build(builder_->multipliers(spec)));
    run_.emplace(TrainingRun{*environment_, *agent_});
  }

  int train(
      int updates, const std::function<void(const Metrics&)>& after = [](const Metrics&) {}) {
    constexpr std::int64_t kLength = 400;  // of the run, of which schedules take their share
    WorkerPool pool(1);
    int done = 0;
    saddle::train(*run_, kLength, pool, [&](std::int64_t, const Metrics& metrics) {
      after(metrics);
      return ++done < updates;
    });
    return done;
  }

  void state(Archive& archive) {
    agent_->policy(archive);
    run_->state(archive);
  }

  Archive::Entries everything() {
    Archive archive;
    state(archive);
    return archive.entries();
  }

 private:
  RuleRegistry rules_{"constraint"};
  WrapperRegistry wrappers_{"wrapper"};
  std::unique_ptr<AgentBuilder> builder_;
  std::optional<VectorEnvironment> environment_;
  std::unique_ptr<Agent> agent_;
  std::optional<TrainingRun> run_;
};

TEST(Presets, TrainWithTheirOptions) {
  for (const std::string& name : agents().names()) {
    SCOPED_TRACE(name);
    Session session(name);
    EXPECT_EQ(session.train(3,
                            [](const Metrics& metrics) {
                              for (const auto& [key, value] : metrics.values()) {
                                EXPECT_TRUE(std::isfinite(value)) << key;
                              }
                            }),
              3);
  }
}

TEST(Presets, ResumeToTheSameBits) {
  for (const std::string& name : agents().names()) {
    SCOPED_TRACE(name);
    Session straight(name), first(name), second(name);
    straight.train(4);
    first.train(2);
    Archive loading(first.everything());
    second.state(loading);
    second.train(2);
    const Archive::Entries a = straight.everything(), b = second.everything();
    ASSERT_EQ(a.size(), b.size());
    for (const auto& [key, entry] : a) EXPECT_EQ(entry.bytes, b.at(key).bytes) << key;
  }
}

TEST(Presets, RememberIfTheyLearnOnPolicyOrSayThatTheyCannot) {
  const AgentRegistry registry = agents();
  RuleRegistry rules("constraint");
  register_rules(rules);
  const EnvironmentSpec spec = testing::make_walk()->spec();
  for (const std::string& name : registry.names()) {
    SCOPED_TRACE(name);
    const auto builder = registry.at(name).builder();
    Fields fields;
    builder->fields(fields);
    fields.parse("network.recurrent", "lstm");
    const auto build = [&] {
      return builder->build({spec, 0, {1, 3}, 1},
                            rules.at("none").builder()->build(builder->multipliers(spec)));
    };
    if (!is_off_policy(fields)) {
      EXPECT_EQ(build()->memory_size(), 2u * 2 * 64);  // agents, and h and c of each
      continue;
    }
    try {
      (void)build();
      ADD_FAILURE() << "built it";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("leave network.recurrent at none"),
                std::string::npos);
    }
  }
}

TEST(Presets, ShareTheirPolicysTrunkOrSayThatTheyCannot) {
  const AgentRegistry registry = agents();
  RuleRegistry rules("constraint");
  register_rules(rules);
  const EnvironmentSpec spec = testing::make_walk()->spec();
  for (const std::string& name : registry.names()) {
    SCOPED_TRACE(name);
    const AgentEntry& entry = registry.at(name);
    const auto builder = entry.builder();
    Fields fields;
    builder->fields(fields);
    if (is_off_policy(fields)) continue;
    for (const PresetOption& option : entry.options) {
      if (option.key.starts_with("multi.")) fields.parse(option.key, option.value);
    }
    fields.parse("critic.trunk", "policy");
    const std::string& update = entry.update.empty() ? name : entry.update;
    const bool shares = !name.starts_with("mappo") && (update == "ppo" || update == "pg" ||
                                                       update == "focops" || update == "cup");
    std::string refusal = "none";
    try {
      (void)builder->build({spec, 0, {1, 3}, 1},
                           rules.at(entry.rule).builder()->build(builder->multipliers(spec)));
    } catch (const Error& error) {
      refusal = error.what();
    }
    if (shares) {
      EXPECT_EQ(refusal, "none");
    } else {
      EXPECT_NE(refusal.find("critic.trunk at shared"), std::string::npos) << refusal;
    }
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
