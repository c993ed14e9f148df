// SPDX-License-Identifier: Apache-2.0
// Several agents: whose rows, parameters, values and multipliers are whose.
#include <saddle/agents/team.h>

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/agents/on_policy.h>
#include <saddle/agents/ppo.h>
#include <saddle/agents/train.h>
#include <saddle/optim/constraint/lagrangian.h>
#include <saddle/optim/constraint/none.h>

#include "tests/support/ledger.h"
#include "tests/support/linear_network.h"
#include "tests/support/metrics.h"
#include "tests/support/spy.h"
#include "tests/support/teams.h"
#include "tests/support/walk.h"

namespace saddle {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using testing::Given;
using testing::Ledger;
using testing::multi;
using ::testing::Pointwise;
using testing::small_team;
using testing::Spy;
using testing::update;
using Floats = std::vector<float>;

TEST(Team, RowsOfAnAgentAreEveryAthOne) {
  const Floats all = {0, 1, 10, 11, 20, 21, 2, 3, 12, 13, 22, 23};  // [2,3,2]
  Floats own(4);
  gather_agent(all, 2, 3, 1, own);
  EXPECT_EQ(own, (Floats{10, 11, 12, 13}));
  Floats back(12, -1);
  scatter_agent(own, 2, 3, 1, back);
  EXPECT_EQ(back, (Floats{-1, -1, 10, 11, -1, -1, -1, -1, 12, 13, -1, -1}));
}

AgentStreams streams() {
  return [](int agent) { return Rng(3, static_cast<std::uint64_t>(agent)); };
}

/// The loss of a linear critic after fitting, for each of two agents, what the other observes and
/// the sum of both.
double misfit(bool central, bool separate, const std::string& trunk = "shared") {
  CriticOptions options;
  options.trunk = trunk;
  options.epochs = 60;
  options.minibatch = 32;
  options.learning_rate = 0.03;
  NetworkOptions network;
  network.hidden.clear();
  TeamCritic critic({2, 1, separate, central}, 2, network, testing::make_linear_network, options,
                    streams());
  Rng rng(8);
  AlignedFloats seen(2 * 256), target(4 * 256);
  for (float& x : seen) x = rng.uniform() < 0.5 ? -1 : 1;
  for (std::size_t i = 0; i < seen.size(); i += 2) {
    for (const std::size_t a : {0, 1}) {
      target[2 * (i + a)] = seen[i + 1 - a];
      target[2 * (i + a) + 1] = seen[i] + seen[i + 1];
    }
  }
  const double loss = critic.fit(seen, target);
  if (central) {
    AlignedFloats values(target.size());
    critic.values(seen, values);
    EXPECT_THAT(values, Pointwise(FloatNear(0.05f), target));
  }
  return loss;
}

TEST(TeamCritic, KnowsWhatOthersObserveIfItIsCentral) {
  SCOPED_TRACE("seed 8");
  EXPECT_LT(misfit(true, false), 1e-3);
  EXPECT_LT(misfit(true, true), 1e-3);
  // Of the other's ±1 nothing can be known, and of the sum half: ½ (1 + ½) a row, in scaled units.
  EXPECT_NEAR(misfit(false, false), 0.75, 0.06);
  EXPECT_NEAR(misfit(false, true), 0.75, 0.06);
}

TEST(TeamCritic, SeparateTrunksKnowTheSame) {
  SCOPED_TRACE("seed 8");
  EXPECT_LT(misfit(true, false, "separate"), 1e-3);
  EXPECT_NEAR(misfit(false, false, "separate"), 0.75, 0.06);
  EXPECT_NEAR(misfit(false, true, "separate"), 0.75, 0.06);
}

/// The blocks of parameters of a critic of three signals, for a team of two.
std::size_t blocks(bool central, bool separate, const std::string& trunk) {
  CriticOptions options;
  options.trunk = trunk;
  NetworkOptions network;
  network.hidden.clear();
  TeamCritic critic({2, 1, separate, central}, 3, network, make_fused_mlp, options, streams());
  Archive archive;
  critic.state(archive);
  std::size_t count = 0;
  for (const auto& [name, entry] : archive.entries()) count += name.ends_with("network/0.weight");
  return count;
}

TEST(TeamCritic, SeparateTrunksAreANetworkForEverySignalThatASetOfParametersHas) {
  EXPECT_EQ(blocks(false, false, "shared"), 1u);
  EXPECT_EQ(blocks(false, false, "separate"), 3u);
  EXPECT_EQ(blocks(false, true, "separate"), 6u);
  EXPECT_EQ(blocks(true, false, "separate"), 6u);
}

TEST(TeamCritic, ATrunkOfItsOwnMakesASignalsValueIndependentOfTheOthers) {
  for (const std::string trunk : {"shared", "separate"}) {
    CriticOptions options;
    options.trunk = trunk;
    options.minibatch = 16;
    Rng rng(9);
    AlignedFloats seen(64), target(128), one(128), other(128);
    for (float& x : seen) x = static_cast<float>(rng.normal());
    for (float& y : target) y = static_cast<float>(rng.normal());
    for (AlignedFloats* values : {&one, &other}) {
      TeamCritic critic({1, 1, false, false}, 2, {}, make_fused_mlp, options, streams());
      (void)critic.fit(seen, target);
      critic.values(seen, *values);
      for (std::size_t i = 1; i < target.size(); i += 2) target[i] *= -1;  // of signal 1
    }
    EXPECT_EQ(one[0] == other[0], trunk == "separate");
    EXPECT_NE(one[1], other[1]);
  }
}

TEST(TeamCritic, OwnValuesDependOnOwnObservationsAlone) {
  for (const bool separate : {false, true}) {
    const TeamCritic critic({2, 3, separate, false}, 1, {}, make_fused_mlp, {}, streams());
    AlignedFloats seen = {1, 2, 3, 1, 2, 3}, before(2), after(2);
    critic.values(seen, before);
    EXPECT_EQ(before[0] == before[1], !separate);
    seen[4] = -5;
    critic.values(seen, after);
    EXPECT_EQ(before[0], after[0]);
    EXPECT_NE(before[1], after[1]);
  }
}

/// One update from one episode of the ledger, of which values know nothing, without discount.
struct LedgerRun {
  explicit LedgerRun(const MultiAgentOptions& multi_agent, const MeasureOptions& measure = {},
                     double limit = 2) {
    options.rollout.steps = Ledger::kHorizon;
    options.advantage = {1, 1, 1, 1};
    options.measure = measure;
    options.measure.caution = 0;
    options.multi = multi_agent;
    VectorEnvironment environment([] { return std::make_unique<Ledger>(); }, 1, 1);
    given.resize(multi_agent.parameters == "separate" ? 2 : 1);
    std::size_t made = 0;
    const PolicyUpdateFactory spy = [&](Policy&, Rng) {
      return std::make_unique<Spy>(given, made++);
    };
    const NetworkFactory noting = [&](const MlpShape& shape, ParameterArena& arena) {
      shapes.emplace_back(shape.inputs, shape.outputs);
      return testing::make_silent(shape, arena);
    };
    Lagrangian::Options rule;
    rule.step = 0.1;
    rule.normalize = false;
    OnPolicyAgent agent(
        {environment.spec(), 1, {limit}, 1}, options, noting, spy,
        std::make_unique<Lagrangian>(options.multipliers(environment.spec()), rule));
    TrainingRun run{environment, agent};
    WorkerPool pool(1);
    train(run, Ledger::kHorizon, pool, [&](std::int64_t, const Metrics& update) {
      metrics = update;
      return true;
    });
  }

  OnPolicyOptions options;
  std::vector<Given> given;
  std::vector<std::pair<int, int>> shapes;
  Metrics metrics;
};

TEST(OnPolicyTeam, EveryRowHasTheReturnAndTheCostOfItsOwnAgent) {
  for (const char* critic : {"own", "central"}) {
    const LedgerRun run(multi(critic, "shared", "mean"));
    const Given& given = run.given[0];
    EXPECT_THAT(given.advantage, ElementsAre(6, 36, 5, 25, 3, 13));
    // In units of the limit, 2.
    EXPECT_THAT(given.cost_advantage, ElementsAre(1.5, 3, 1, 3, 0.5, 2));
    EXPECT_EQ(testing::value(run.metrics, "return"), 21);
    // (3 + 6)/2 against 2, so that g = 1.25 and the multiplier is 0.125, 0.0625 a unit of cost.
    EXPECT_EQ(testing::value(run.metrics, "cost/fee"), 4.5);
    EXPECT_DOUBLE_EQ(testing::value(run.metrics, "multiplier/fee"), 0.0625);
    EXPECT_DOUBLE_EQ(given.weights.constraints[0], 0.125);
    EXPECT_DOUBLE_EQ(given.violation[0], 1.25 / 3);
  }
}

TEST(OnPolicyTeam, MultipliersOfEachAgentMoveInProportionToItsViolation) {
  const LedgerRun run(multi("own", "shared", "each"));
  // Agent 0 costs 3 and agent 1 costs 6, against 2 each.
  EXPECT_EQ(testing::value(run.metrics, "cost/fee/0"), 3);
  EXPECT_EQ(testing::value(run.metrics, "cost/fee/1"), 6);
  EXPECT_DOUBLE_EQ(testing::value(run.metrics, "multiplier/fee/0"), 0.1 * 0.5 / 2);
  EXPECT_DOUBLE_EQ(testing::value(run.metrics, "multiplier/fee/1"), 0.1 * 2 / 2);
  // What stands for both is the one that costs most.
  EXPECT_EQ(testing::value(run.metrics, "cost/fee"), 6);
  EXPECT_DOUBLE_EQ(testing::value(run.metrics, "multiplier/fee"), 0.1);

  const Given& given = run.given[0];
  EXPECT_THAT(given.cost_advantage,
              ElementsAre(1.5, 0, 0, 3, 1, 0, 0, 3, 0.5, 0, 0, 2));  // [T,A] by [A,C]
  EXPECT_DOUBLE_EQ(given.weights.constraints[0], 0.05);
  EXPECT_DOUBLE_EQ(given.weights.constraints[1], 0.2);
  // The mean over all rows of a column is half of that over its agent's rows.
  EXPECT_DOUBLE_EQ(given.violation[0], 0.5 / 3 / 2);
  EXPECT_DOUBLE_EQ(given.violation[1], 2.0 / 3 / 2);

  // Who keeps the limit has no multiplier, whatever the other does.
  const LedgerRun loose(multi("own", "shared", "each"), {}, 4);
  EXPECT_EQ(testing::value(loose.metrics, "multiplier/fee/0"), 0);
  EXPECT_DOUBLE_EQ(testing::value(loose.metrics, "multiplier/fee/1"), 0.1 * 0.5 / 4);
}

TEST(OnPolicyTeam, SeparatePoliciesLearnFromTheirOwnRows) {
  for (const char* limits : {"mean", "each"}) {
    const LedgerRun run(multi("own", "separate", limits));
    EXPECT_THAT(run.given[0].advantage, ElementsAre(6, 5, 3));
    EXPECT_THAT(run.given[1].advantage, ElementsAre(36, 25, 13));
    EXPECT_THAT(run.given[0].cost_advantage, ElementsAre(1.5, 1, 0.5));
    EXPECT_THAT(run.given[1].cost_advantage, ElementsAre(3, 3, 2));
    EXPECT_THAT(run.given[1].observation, ElementsAre(1, 0, 1, 1, 1, 2));
    EXPECT_EQ(testing::value(run.metrics, "spy"), 0.5);  // the mean over policies
    const bool each = std::string(limits) == "each";
    EXPECT_DOUBLE_EQ(run.given[0].weights.constraints[0], each ? 0.05 : 0.125);
    EXPECT_DOUBLE_EQ(run.given[1].weights.constraints[0], each ? 0.2 : 0.125);
    EXPECT_DOUBLE_EQ(run.given[0].violation[0], (each ? 0.5 : 1.25) / 3);
    EXPECT_DOUBLE_EQ(run.given[1].violation[0], (each ? 2 : 1.25) / 3);
  }
}

TEST(OnPolicyTeam, ContributionsToAMeasureAreOfWhoseCostIsMeasured) {
  MeasureOptions measure;
  measure.kind = "exceedance";
  measure.bound = 5;
  // Agent 1 passes 5 in its last step, agent 0 and the mean of both do not.
  EXPECT_THAT(LedgerRun(multi("own", "separate", "each"), measure, 0.5).given[1].cost_advantage,
              ElementsAre(2, 2, 2));
  EXPECT_THAT(LedgerRun(multi("own", "separate", "each"), measure, 0.5).given[0].cost_advantage,
              ElementsAre(0, 0, 0));
  EXPECT_THAT(LedgerRun(multi("own", "shared", "mean"), measure, 0.5).given[0].cost_advantage,
              ElementsAre(0, 0, 0, 0, 0, 0));
  measure.bound = 2;  // the mean is ½, 2, 4½
  EXPECT_THAT(LedgerRun(multi("own", "shared", "mean"), measure, 0.5).given[0].cost_advantage,
              ElementsAre(2, 2, 2, 2, 2, 2));
}

TEST(OnPolicyTeam, NetworksSeeOneAgentOrAllAndWhoItIs) {
  using Shapes = std::vector<std::pair<int, int>>;
  // The policy, the critic of the reward and that of the cost: inputs and outputs.
  EXPECT_EQ(LedgerRun(multi("own", "shared", "mean")).shapes, (Shapes{{2, 1}, {2, 1}, {2, 1}}));
  EXPECT_EQ(LedgerRun(multi("central", "shared", "mean")).shapes, (Shapes{{2, 1}, {4, 2}, {4, 2}}));
  EXPECT_EQ(LedgerRun(multi("own", "separate", "mean")).shapes,
            (Shapes{{2, 1}, {2, 1}, {2, 1}, {2, 1}, {2, 1}, {2, 1}}));
  EXPECT_EQ(LedgerRun(multi("central", "separate", "mean")).shapes,
            (Shapes{{2, 1}, {2, 1}, {4, 2}, {4, 2}}));
  const LedgerRun indexed(multi("central", "shared", "mean", true));
  EXPECT_EQ(indexed.shapes, (Shapes{{4, 1}, {8, 2}, {8, 2}}));
  EXPECT_THAT(indexed.given[0].observation,
              ElementsAre(0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 2, 1, 0, 1, 2, 0, 1));
}

/// Modes of both agents on the same observation.
Floats modes(const MultiAgentOptions& multi_agent) {
  const testing::Walk world;
  const OnPolicyAgent agent({world.spec(), 0, {1, 3}, 4}, small_team(multi_agent), make_fused_mlp,
                            update<PpoUpdate>(), std::make_unique<None>(2, None::Options{}));
  Floats action(4);
  agent.act(Floats{0.5f, -1, 0.5f, -1, 0.5f, -1, 0.5f, -1}, {}, action, nullptr);
  EXPECT_EQ(action[0], action[2]);
  EXPECT_EQ(action[1], action[3]);
  return {action[0], action[1]};
}

TEST(OnPolicyTeam, WhoSharesParametersDoesTheSameWhereItSeesTheSame) {
  const Floats shared = modes(multi("own", "shared", "mean"));
  EXPECT_EQ(shared[0], shared[1]);
  const Floats separate = modes(multi("own", "separate", "mean"));
  EXPECT_EQ(separate[0], shared[0]);  // the first agent has the streams of a single one
  EXPECT_NE(separate[0], separate[1]);
  const Floats indexed = modes(multi("own", "shared", "mean", true));
  EXPECT_NE(indexed[0], indexed[1]);
}

/// The policies after a few updates in a ledger that pays agent 1 so much.
Archive::Entries learned_with(const char* parameters, float pay) {
  const auto make = [pay] {
    auto world = std::make_unique<Ledger>(Floats{1, pay});
    world->with_bonus(0.5);
    return world;
  };
  VectorEnvironment environment(make, 4, 2);
  OnPolicyAgent agent({environment.spec(), 4, {2}, 7}, small_team(multi("own", parameters, "mean")),
                      make_fused_mlp, update<PpoUpdate>(),
                      std::make_unique<None>(1, None::Options{}));
  TrainingRun run{environment, agent};
  WorkerPool pool(1);
  train(run, 3 * 24, pool, [](std::int64_t, const Metrics&) { return true; });
  Archive archive;
  agent.policy(archive);
  return archive.entries();
}

TEST(OnPolicyTeam, SeparateParametersShareNoGradient) {
  const auto once = learned_with("separate", 1), twice = learned_with("separate", -1);
  int first = 0, second = 0;
  for (const auto& [name, entry] : once) {
    const bool same = entry.bytes == twice.at(name).bytes;
    if (name.starts_with("policy/0/")) {
      ++first;
      EXPECT_TRUE(same) << name;
    } else if (name.starts_with("policy/1/") && name.ends_with("1.weight")) {
      ++second;
      EXPECT_FALSE(same) << name;
    }
  }
  EXPECT_EQ(first, 5);  // two layers and the deviations
  EXPECT_EQ(second, 1);
  const auto shared = learned_with("shared", 1);
  EXPECT_NE(shared.at("policy/1.weight").bytes,
            learned_with("shared", -1).at("policy/1.weight").bytes);
}

}  // namespace
}  // namespace saddle
