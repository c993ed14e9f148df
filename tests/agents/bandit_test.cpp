// SPDX-License-Identifier: Apache-2.0
// The whole of training on the problem whose policy, value and multiplier are known.
#include <gtest/gtest.h>

#include <saddle/agents/registry.h>
#include <saddle/agents/train.h>

#include "tests/support/bandit.h"

namespace saddle {
namespace {

struct Trained {
  double cost_rate = 0, multiplier = 0;
};

/// Trains PPO with the rule and returns the averages over the second half of the updates.
Trained train_bandit(const std::string& rule_name, std::uint64_t seed, double size = 1,
                     const std::string& unit = "limit") {
  constexpr int kWorlds = 16, kUpdates = 1600;
  AgentRegistry agents("agent");
  register_agents(agents);
  RuleRegistry rules("constraint");
  register_rules(rules);
  const auto builder = agents.at("ppo").builder();
  const auto rule = rules.at(rule_name).builder();
  Fields fields;
  builder->fields(fields);
  fields.group(rule_name, *rule);
  fields.parse("network.hidden", "8");
  fields.parse("network.activation", "tanh");
  fields.parse("rollout.steps", "40");
  fields.parse("ppo.minibatch", "640");
  fields.parse("ppo.epochs", "4");
  fields.parse("ppo.learning_rate", "0.003");
  fields.parse("measure.caution", "0");
  fields.parse("advantage.unit", unit);
  // Descent-ascent circles the saddle; a dual step this slow keeps the circle small.
  if (rule_name == "lagrangian") {
    fields.parse("lagrangian.step", unit == "limit" ? "0.01" : "0.002");
  }

  const auto make = [size] { return std::make_unique<testing::Bandit>(size); };
  VectorEnvironment environment(make, kWorlds, seed);
  const AgentContext context{environment.spec(), kWorlds, {6}, seed};
  const auto agent = builder->build(context, rule->build(1));
  TrainingRun run{environment, *agent};
  WorkerPool pool(1);
  Trained mean;
  int update = 0;
  train(run, std::int64_t{kUpdates} * 40 * kWorlds, pool,
        [&](std::int64_t, const Metrics& metrics) {
          if (update++ < kUpdates / 2) return true;
          for (const auto& [name, value] : metrics.values()) {
            const double share = 1 / (kUpdates / 2.0);
            if (name == "cost/price") mean.cost_rate += share * value / testing::Bandit::kHorizon;
            if (name == "multiplier/price") mean.multiplier += share * value;
          }
          return true;
        });
  return mean;
}

TEST(Bandit, WithoutAConstraintTheDearActionWins) {
  EXPECT_GT(train_bandit("none", 1).cost_rate, 0.9);
}

TEST(Bandit, TheLagrangianFindsTheMixedPolicyAndItsPrice) {
  for (const std::uint64_t seed : {1, 2}) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const Trained outcome = train_bandit("lagrangian", seed);
    EXPECT_NEAR(outcome.cost_rate, 0.3, 0.03);
    EXPECT_NEAR(outcome.multiplier, 0.5, 0.05);
  }
}

TEST(Bandit, InDeviationsTheSameDualStepFitsLargerRewards) {
  const Trained outcome = train_bandit("lagrangian", 1, 100, "deviation");
  EXPECT_NEAR(outcome.cost_rate, 0.3, 0.05);
  EXPECT_NEAR(outcome.multiplier, 50, 10);
  EXPECT_GT(train_bandit("lagrangian", 1, 100).cost_rate, 0.9) << "a multiplier of 50 is far";
}

}  // namespace
}  // namespace saddle
