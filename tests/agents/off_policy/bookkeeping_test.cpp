// SPDX-License-Identifier: Apache-2.0
// Whose costs, weights and thresholds are whose, when multipliers move, and that a constraint twice
// is the constraint once.
#include <algorithm>
#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/agents/off_policy/off_policy.h>
#include <saddle/agents/train.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/bills.h"
#include "tests/support/choice.h"
#include "tests/support/ledger.h"
#include "tests/support/linear_network.h"
#include "tests/support/metrics.h"
#include "tests/support/session.h"

namespace saddle {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using testing::expect_same;
using Floats = std::vector<float>;
using ::testing::Pointwise;

/// The numbers of an entry.
template <class T>
std::vector<T> numbers(const Archive::Entries& entries, const std::string& name) {
  const auto& bytes = entries.at(name).bytes;
  std::vector<T> result(bytes.size() / sizeof(T));
  std::memcpy(result.data(), bytes.data(), bytes.size());
  return result;
}

OffPolicyOptions learning_at_once(std::int64_t steps) {
  OffPolicyOptions options;
  options.rollout.steps = steps;
  options.replay = {.size = 100, .start = 0, .batch = 16, .ratio = 1};
  options.network.hidden.clear();
  options.measure.caution = 0;
  return options;
}

/// Bills, networks that say 0, and a dual step of ½ for an episode that costs 3 and 9 limits too
/// much.
struct BillsSession {
  explicit BillsSession(const OffPolicyOptions& options)
      : agent(
            {environment.spec(), 1, {1, 10}, 3}, options, DdpgOptions().settings(),
            testing::make_silent,
            std::make_unique<Lagrangian>(2, Lagrangian::Options{.step = 0.5, .normalize = false})) {
  }

  void train(std::int64_t steps) {
    WorkerPool pool(1);
    saddle::train(run, steps, pool, [this](std::int64_t, const Metrics& metrics) {
      history.push_back(metrics);
      return true;
    });
  }

  VectorEnvironment environment{[] { return std::make_unique<testing::Bills>(); }, 1, 3};
  OffPolicyAgent agent;
  TrainingRun run{environment, agent};
  std::vector<Metrics> history;
};

TEST(OffPolicyBookkeeping, RemembersEveryCostInItsPlace) {
  BillsSession session(learning_at_once(4));
  session.train(4);
  const auto rows = numbers<float>(testing::everything(session.run), "agent/replay/rows");
  ASSERT_EQ(rows.size(), 28u);
  for (std::size_t i = 0; i < 4; ++i) {
    // observation, action, successor, reward, costs, terminated
    const float* const row = rows.data() + 7 * i;
    EXPECT_EQ(row[4], 1);
    EXPECT_EQ(row[5], 10 * static_cast<float>(i + 1));
    EXPECT_EQ(row[6], i == 3);
  }
}

TEST(OffPolicyBookkeeping, EveryCostHasItsOwnWeightPerUnit) {
  BillsSession session(learning_at_once(4));
  session.train(4);
  EXPECT_THAT(numbers<double>(testing::everything(session.run), "agent/cost_weight"),
              ElementsAre(DoubleEq(1.5), DoubleEq(0.45)));
}

TEST(OffPolicyBookkeeping, MultipliersMoveOnlyWhenEpisodesHaveEnded) {
  BillsSession session(learning_at_once(2));  // half an episode
  session.train(12);
  std::vector<double> multipliers;
  for (const Metrics& metrics : session.history) {
    multipliers.push_back(testing::value(metrics, "multiplier/one"));
  }
  EXPECT_THAT(multipliers, ElementsAre(0, 1.5, 1.5, 3, 3, 4.5));
}

TEST(OffPolicyBookkeeping, ThePolicyGoesDownEveryCostByItsOwnWeight) {
  // Q_0 = a and Q_1 = −3a, and all else says 0.
  const NetworkFactory network = [](const MlpShape& shape, ParameterArena& arena) {
    std::ranges::fill(arena.values(), 0.0f);
    if (shape.outputs == 2) std::ranges::copy(Floats{0, 1, 0, -3, 0, 0}, arena.values().begin());
    return testing::make_linear_network(shape, arena);
  };
  const EnvironmentSpec spec = testing::Bills().spec();
  OffPolicyOptions options = learning_at_once(4);
  options.critic.learning_rate = 1e-9;
  const Transitions batch({1, 1, 2, false}, 16);
  for (const auto& [weights, up] :
       {std::pair{std::vector<double>{1, 0}, false}, {std::vector<double>{0, 1}, true}}) {
    Rng rng(1);
    Actor actor(spec, DdpgOptions().settings(), options.network, network, rng);
    ActorCritic learner(spec, options, DdpgOptions().settings(), actor, 2, network, 7);
    WorkerPool pool(1);
    learner.learn(batch, {1, weights}, pool);
    Floats head(1);
    actor.network().forward(Floats{0}, head);
    // The first step of Adam is as long as its learning rate.
    EXPECT_NEAR(head[0], up ? 1e-3 : -1e-3, 1e-6);
  }
}

TEST(OffPolicyBookkeeping, EveryCostHasItsOwnThreshold) {
  OffPolicyOptions options = learning_at_once(4);
  options.critic.cost_gamma = 0;
  options.measure.kind = "cvar";
  BillsSession session(options);
  session.train(4);
  EXPECT_THAT(numbers<double>(testing::everything(session.run), "agent/threshold"),
              ElementsAre(4, 100));
  // No step takes an episode above what all of them cost, and critics that say 0 are right.
  EXPECT_EQ(testing::value(session.history[0], "critic/cost_loss"), 0);
}

TEST(OffPolicyBookkeeping, EvaluationLeavesTheAgentAsItIs) {
  BillsSession session(learning_at_once(4));
  session.train(8);
  const Archive::Entries before = testing::everything(session.run);
  WorkerPool pool(1);
  (void)evaluate([] { return std::make_unique<testing::Bills>(); }, session.agent, 5, 3, true,
                 pool);
  expect_same(before, testing::everything(session.run));
}

std::unique_ptr<Network> make_zeros(const MlpShape& shape, ParameterArena& arena) {
  std::ranges::fill(arena.values(), 0.0f);
  return testing::make_linear_network(shape, arena);
}

/// The policy that becomes of linear networks under that many copies of a constraint, each with its
/// share of one dual step, and what the multipliers sum up to.
std::pair<Archive::Entries, double> learn_copies(int copies, double step = 0.5) {
  const auto make = [copies] { return std::make_unique<testing::Choice>(copies); };
  VectorEnvironment environment(make, 4, 2);
  OffPolicyAgent agent(
      {environment.spec(), 4, std::vector<double>(static_cast<std::size_t>(copies), 0.25), 2},
      learning_at_once(4), DdpgOptions().settings(), make_zeros,
      std::make_unique<Lagrangian>(copies, Lagrangian::Options{.step = step / copies}));
  TrainingRun run{environment, agent};
  testing::train(run, 400, 1);
  double multipliers = 0;
  const Archive::Entries all = testing::everything(run);
  for (const double m : numbers<double>(all, "agent/rule/multipliers")) multipliers += m;
  Archive archive;
  agent.policy(archive);
  return {archive.entries(), multipliers};
}

TEST(OffPolicyBookkeeping, AConstraintTwiceAtHalfTheStepIsTheConstraintOnce) {
  const auto [once, multiplier] = learn_copies(1);
  const auto [twice, multipliers] = learn_copies(2);
  EXPECT_GT(multiplier, 1);
  EXPECT_EQ(multipliers, multiplier);
  expect_same(once, twice);
  EXPECT_NE(once.at("policy/0.bias").bytes, learn_copies(1, 0).first.at("policy/0.bias").bytes);
}

}  // namespace
}  // namespace saddle
