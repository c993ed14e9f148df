// SPDX-License-Identifier: Apache-2.0
// The whole of training on the problem whose policy, value and multiplier are known.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/agents/registry.h>
#include <saddle/agents/train.h>

#include "tests/support/bandit.h"

namespace saddle {
namespace {

struct Trained {
  double cost_rate = 0, multiplier = 0;
};

using Settings = std::vector<std::pair<std::string, std::string>>;

/// Trains PPO with the rule and returns the averages over the second half of the updates.
Trained train_bandit(const std::string& rule_name, const Settings& settings, std::uint64_t seed = 1,
                     double size = 1) {
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
  for (const auto& [key, value] : settings) fields.parse(key, value);

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
  EXPECT_GT(train_bandit("none", {}).cost_rate, 0.9);
}

// Descent-ascent circles the saddle; a dual step this slow keeps the circle small.
const Settings kSlow = {{"lagrangian.step", "0.01"}};

TEST(Bandit, TheLagrangianFindsTheMixedPolicyAndItsPrice) {
  for (const std::uint64_t seed : {1, 2}) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const Trained outcome = train_bandit("lagrangian", kSlow, seed);
    EXPECT_NEAR(outcome.cost_rate, 0.3, 0.03);
    EXPECT_NEAR(outcome.multiplier, 0.5, 0.05);
  }
}

TEST(Bandit, InDeviationsTheSameDualStepFitsLargerRewards) {
  const Settings in_deviations = {{"advantage.unit", "deviation"}, {"lagrangian.step", "0.002"}};
  const Trained outcome = train_bandit("lagrangian", in_deviations, 1, 100);
  EXPECT_NEAR(outcome.cost_rate, 0.3, 0.05);
  EXPECT_NEAR(outcome.multiplier, 50, 10);
  EXPECT_GT(train_bandit("lagrangian", kSlow, 1, 100).cost_rate, 0.9)
      << "a multiplier of 50 is far";
}

/// Where a rule comes to rest: at a violation g, in units of the limit, where the multiplier is 3
/// in those units, 6 · ½.
struct Rest {
  const char* rule;
  Settings settings;
  double violation = 0;
  bool has_multiplier = true;
  double tolerance = 0.03;  ///< of the cost, relative; more where the rule circles its rest
  friend void PrintTo(const Rest& rest, std::ostream* out) { *out << rest.rule; }
};

class Rules : public ::testing::TestWithParam<Rest> {};

INSTANTIATE_TEST_SUITE_P(
    All, Rules,
    ::testing::Values(
        // Its steps are as long at the end as at the start.
        Rest{"adam-lagrangian",
             {{"adam-lagrangian.step", "0.002"}, {"adam-lagrangian.initial", "2.5"}},
             0,
             true,
             0.2},
        Rest{"augmented-lagrangian", {{"augmented-lagrangian.penalty", "4"}}},
        Rest{"crpo", {}, 0, false},
        // λ = (1 − τ) λ + β g
        Rest{"gdpa",
             {{"gdpa.penalty", "0.5"}, {"gdpa.exponent", "0"}, {"gdpa.perturbation", "0.05"}},
             0.05 * 3 / 0.5},
        // λ = κ / −g
        Rest{"ipo", {{"ipo.weight", "1.2"}, {"ipo.maximum", "20"}}, -1.2 / 3}, Rest{"nupi", {}},
        Rest{"optimistic", {{"optimistic.step", "0.01"}}, 0, true, 0.1}, Rest{"p3o", {}, 0, false},
        Rest{"pid", {}},
        // g = τ λ
        Rest{"regularized",
             {{"regularized.step", "0.01"}, {"regularized.regularization", "0.1"}},
             0.1 * 3,
             true,
             0.1},
        // g = u = flexibility · λ
        Rest{"resilient",
             {{"resilient.step", "0.01"}, {"resilient.flexibility", "0.1"}},
             0.1 * 3,
             true,
             0.1},
        Rest{"slm", {{"slm.step", "0.01"}, {"slm.slack", "0.3"}}, 0.3, true, 0.1}),
    [](const auto& rest) {
      std::string name = rest.param.rule;
      std::erase(name, '-');
      return name;
    });

TEST_P(Rules, ComeToRestWhereTheorySays) {
  const Trained outcome = train_bandit(GetParam().rule, GetParam().settings);
  const double expected = 0.3 * (1 + GetParam().violation);
  EXPECT_NEAR(outcome.cost_rate, expected, GetParam().tolerance * expected);
  EXPECT_NEAR(outcome.multiplier, GetParam().has_multiplier ? 0.5 : 0, 0.05);
}

TEST(Rules, AreAllTrained) {
  RuleRegistry rules("constraint");
  register_rules(rules);
  EXPECT_EQ(rules.names().size(), 14u) << "a new rule: add it above";
}

}  // namespace
}  // namespace saddle
