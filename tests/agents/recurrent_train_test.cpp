// SPDX-License-Identifier: Apache-2.0
// Agents with a memory in training: what they act and learn on, threads, resuming, and what it is
// good for.
#include <cmath>

#include <gtest/gtest.h>

#include <saddle/agents/train.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/ledger.h"
#include "tests/support/recall.h"
#include "tests/support/reference_cell.h"
#include "tests/support/session.h"
#include "tests/support/teams.h"
#include "tests/support/updates.h"
#include "tests/support/walk.h"

namespace saddle {
namespace {

using testing::expect_same;

using testing::multi;
using testing::update;

struct RecurrentWay {
  const char* name;
  const char* cell;
  MultiAgentOptions options;
  PolicyUpdateFactory update;
  bool keeps_constraints = false;
  EnvironmentFactory make = testing::make_walk;
  friend void PrintTo(const RecurrentWay& way, std::ostream* out) { *out << way.name; }
};

OnPolicyOptions options_of(const char* cell, const MultiAgentOptions& multi_agent) {
  OnPolicyOptions options = testing::small_team(multi_agent);
  options.network.recurrent = cell;
  options.network.memory = 5;
  options.network.sequence = 4;
  return options;
}

std::unique_ptr<ConstraintRule> rule_of(const RecurrentWay& way, const OnPolicyOptions& options) {
  const int count = options.multipliers(testing::Walk().spec());
  if (way.keeps_constraints) return std::make_unique<None>(count, None::Options{});
  return std::make_unique<Lagrangian>(count, Lagrangian::Options{});
}

/// On the walk, which ends in every way there is, mostly in the middle of a rollout.
struct RecurrentSession {
  explicit RecurrentSession(const RecurrentWay& way, const PolicyUpdateFactory& other = {})
      : environment(way.make, 37, 11),
        options(options_of(way.cell, way.options)),
        agent({environment.spec(), 37, {1, 3}, 11}, options, make_fused_mlp,
              other ? other : way.update, rule_of(way, options)) {}

  void train(int updates, int threads) {
    testing::train(run, std::int64_t{updates} * 6 * 37, threads);
  }

  Archive::Entries everything() { return testing::everything(run); }

  VectorEnvironment environment;  // blocks of 16, 16 and 5
  OnPolicyOptions options;
  OnPolicyAgent agent;
  TrainingRun run{environment, agent};
};

class Remembering : public ::testing::TestWithParam<RecurrentWay> {};

INSTANTIATE_TEST_SUITE_P(
    All, Remembering,
    ::testing::Values(
        RecurrentWay{"PpoGru", "gru", multi("own", "shared", "each"), update<PpoUpdate>()},
        RecurrentWay{"PpoLstmCentral", "lstm", multi("central", "shared", "mean", true),
                     update<PpoUpdate>()},
        RecurrentWay{"PpoGruState", "gru", multi("central", "shared", "each"), update<PpoUpdate>(),
                     false, testing::make_central_walk},
        RecurrentWay{"PgSeparate", "gru", multi("own", "separate", "each"),
                     update<PolicyGradientUpdate>()},
        RecurrentWay{"FocopsLstm", "lstm", multi("own", "separate", "mean"),
                     update<FocopsUpdate>()},
        RecurrentWay{"CupGru", "gru", multi("central", "separate", "mean"), update<CupUpdate>()},
        RecurrentWay{"NpgGru", "gru", multi("own", "shared", "mean"), update<NaturalUpdate>()},
        RecurrentWay{"TrpoLstm", "lstm", multi("own", "shared", "each"), update<TrpoUpdate>()},
        RecurrentWay{"CpoGru", "gru", multi("central", "shared", "each"), update<CpoUpdate>(),
                     true},
        RecurrentWay{"PcpoLstm", "lstm", multi("own", "separate", "each"), update<PcpoUpdate>(),
                     true}),
    [](const auto& way) { return way.param.name; });

TEST_P(Remembering, DoesNotDependOnTheNumberOfThreads) {
  RecurrentSession one(GetParam()), two(GetParam()), three(GetParam());
  one.train(3, 1);
  two.train(3, 2);
  three.train(3, 3);
  expect_same(one.everything(), two.everything());
  expect_same(one.everything(), three.everything());
}

TEST_P(Remembering, ResumesInTheMiddleOfEpisodesToTheSameBits) {
  RecurrentSession straight(GetParam()), first(GetParam()), second(GetParam());
  straight.train(4, 2);
  first.train(2, 1);
  Archive loading(first.everything());
  second.agent.policy(loading);
  second.run.state(loading);
  second.train(4, 1);
  expect_same(straight.everything(), second.everything());
}

TEST_P(Remembering, EvaluatesEpisodesByThemselves) {
  RecurrentSession session(GetParam());
  session.train(2, 1);
  WorkerPool one(1), two(2);
  for (const bool stochastic : {false, true}) {
    const auto few = evaluate(testing::make_walk, session.agent, 5, 3, stochastic, one);
    const auto many = evaluate(testing::make_walk, session.agent, 40, 3, stochastic, two);
    for (std::size_t i = 0; i < few.size(); ++i) EXPECT_EQ(few[i].reward, many[i].reward);
  }
}

/// Learns with the update it is made around, and holds what it is given against the policy first.
class Verifying final : public PolicyUpdate {
 public:
  Verifying(std::unique_ptr<PolicyUpdate> inner, int& checked)
      : inner_(std::move(inner)), checked_(checked) {}
  void apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) override {
    // Walked as sequences, the rows give what they gave when they acted one by one.
    std::vector<float> head(batch.head.size());
    policy.network().forward(batch.observation, head);
    EXPECT_TRUE(std::ranges::equal(head, batch.head));
    EXPECT_LT(batch.starts.size(), batch.advantage.size());
    EXPECT_GE(batch.starts.size(), batch.advantage.size() / 4);
    ++checked_;
    inner_->apply(policy, batch, metrics);
  }
  [[nodiscard]] bool keeps_constraints() const override { return inner_->keeps_constraints(); }
  void state(Archive& archive) override { inner_->state(archive); }

 private:
  std::unique_ptr<PolicyUpdate> inner_;
  int& checked_;
};

TEST_P(Remembering, LearnsFromTheHeadsThatActed) {
  int checked = 0;
  const PolicyUpdateFactory verifying = [&](Policy& policy, Rng rng) {
    return std::make_unique<Verifying>(GetParam().update(policy, rng), checked);
  };
  RecurrentSession session(GetParam(), verifying);
  session.train(3, 1);
  EXPECT_EQ(checked, 3 * (GetParam().options.parameters == "separate" ? 2 : 1));
}

TEST_P(Remembering, ActsOnWhatItHasSeen) {
  RecurrentSession session(GetParam());
  session.train(1, 1);
  const std::vector<float> seen = {0.5f, -1, -1, 0.5f};
  std::vector<float> memory(session.agent.memory_size(), 0.0f), first(2), second(2), again(2);
  EXPECT_EQ(memory.size(), 2 * (GetParam().cell == std::string("lstm") ? 10u : 5u));
  session.agent.act(seen, memory, first, nullptr);
  session.agent.act(seen, memory, second, nullptr);
  std::ranges::fill(memory, 0.0f);
  session.agent.act(seen, memory, again, nullptr);
  EXPECT_NE(first, second);
  EXPECT_EQ(first, again);
}

/// Notes the advantages that it is given, of one policy after the other.
class Noting final : public PolicyUpdate {
 public:
  Noting(std::vector<float>& advantage, std::vector<float>& cost_advantage)
      : advantage_(advantage), cost_advantage_(cost_advantage) {}
  void apply(Policy&, const PolicyBatch& batch, Metrics&) override {
    advantage_.insert(advantage_.end(), batch.advantage.begin(), batch.advantage.end());
    cost_advantage_.insert(cost_advantage_.end(), batch.cost_advantage.begin(),
                           batch.cost_advantage.end());
  }
  void state(Archive&) override {}

 private:
  std::vector<float>&advantage_, &cost_advantage_;
};

/// V of one agent in the ledger after 0, 1, 2 and 3 steps of an episode, by the equations.
std::vector<double> values(const ParameterArena& arena, const OnPolicyOptions& options, float agent,
                           bool central) {
  const bool heads = central && options.critic.trunk == "shared";  // one for each agent
  const NetworkShape shape = NetworkShape::of(central ? 4 : 2, heads ? 2 : 1, options.network);
  std::vector<float> rows;
  for (int t = 0; t < 4; ++t) {
    const auto time = static_cast<float>(t);
    const std::vector<float> own = {agent, time}, both = {0, time, 1, time};
    rows.insert(rows.end(), central ? both.begin() : own.begin(), central ? both.end() : own.end());
    rows.push_back(t == 0 ? 1 : 0);
    rows.resize(rows.size() + shape.memory(), 0);
  }
  const std::vector<double> all = testing::recall(shape, arena, rows).output;
  if (!heads) return all;
  std::vector<double> own;
  for (auto i = static_cast<std::size_t>(agent); i < all.size(); i += 2) own.push_back(all[i]);
  return own;
}

TEST(RememberingCritics, ValueWhatTheySawOfTheEpisodeUpToItsTrueSuccessor) {
  for (const char* cell : {"gru", "lstm"}) {
    for (const auto& [multi_agent, trunk] :
         {std::pair{multi("own", "shared", "mean"), "shared"},
          {multi("central", "shared", "mean"), "shared"},
          {multi("central", "shared", "mean"), "separate"},  // a network for each head
          {multi("own", "separate", "mean"), "shared"}}) {
      SCOPED_TRACE(multi_agent.critic + ", " + multi_agent.parameters + ", " + trunk + ", " + cell);
      OnPolicyOptions options = options_of(cell, multi_agent);
      options.rollout.steps =
          7;  // two episodes that are cut after 3 steps, and a third that is not
      options.advantage = {0.9, 0, 0.9, 0};
      options.critic.trunk = trunk;
      const bool central = multi_agent.critic == "central";
      const bool separate =
          multi_agent.parameters == "separate" || options.critic.trunk == "separate";
      const std::size_t policies = multi_agent.parameters == "separate" ? 2 : 1;
      std::vector<float> advantage, cost_advantage;
      std::vector<ParameterArena> fresh;  // of policies, reward critics and cost critics
      const NetworkFactory noting = [&](const MlpShape& shape, ParameterArena& arena) {
        fresh.push_back(arena);
        return make_fused_mlp(shape, arena);
      };
      const PolicyUpdateFactory update = [&](Policy&, Rng) {
        return std::make_unique<Noting>(advantage, cost_advantage);
      };
      VectorEnvironment environment([] { return std::make_unique<testing::Ledger>(); }, 1, 1);
      OnPolicyAgent agent({environment.spec(), 1, {2}, 1}, options, noting, update,
                          std::make_unique<Lagrangian>(1, Lagrangian::Options{}));
      TrainingRun run{environment, agent};
      WorkerPool pool(1);
      train(run, 7, pool, [](std::int64_t, const Metrics&) { return true; });

      ASSERT_EQ(advantage.size(), 14u);
      for (std::size_t a = 0; a < 2; ++a) {
        const std::size_t critic = policies + (separate ? a : 0),
                          costs = policies + (separate ? 2 + a : 1);
        const auto v = values(fresh[critic], options, static_cast<float>(a), central);
        const auto c = values(fresh[costs], options, static_cast<float>(a), central);
        for (std::size_t step = 0; step < 7; ++step) {
          const std::size_t t = step % 3;
          const auto time = static_cast<double>(t), who = static_cast<double>(a);
          EXPECT_NEAR(advantage[7 * a + step], 1 + time + 10 * who + 0.9 * v[t + 1] - v[t], 1e-4);
          const double cost = a == 0 ? 1 : 2 * time;  // in units of the limit, 2
          EXPECT_NEAR(cost_advantage[7 * a + step], (cost + 0.9 * c[t + 1] - c[t]) / 2, 1e-4);
        }
      }
    }
  }
}

/// The mean return of the best of actions after training, of at most 1.
double learned(const char* cell, const PolicyUpdateFactory& make, int updates) {
  const auto world = [] { return std::make_unique<testing::Recall>(); };
  VectorEnvironment environment(world, 64, 5);
  OnPolicyOptions options;
  options.rollout.steps = 13;  // episodes go on over the end
  options.network.recurrent = cell;
  options.network.hidden = {16};
  options.network.memory = 8;
  options.network.sequence = 8;
  OnPolicyAgent agent({environment.spec(), 64, {}, 5}, options, make_fused_mlp, make,
                      std::make_unique<None>(0, None::Options{}));
  TrainingRun run{environment, agent};
  WorkerPool pool(1);
  train(run, std::int64_t{64} * 13 * updates, pool,
        [](std::int64_t, const Metrics&) { return true; });
  double sum = 0;
  for (const Episode& episode : evaluate(world, agent, 64, 1, false, pool)) {
    sum += episode.team_return() / 64;
  }
  return sum;
}

TEST(RememberingWhatIsGone, WinsWhereNothingElseDoes) {
  PpoOptions ppo;
  ppo.learning_rate = 3e-3;
  ppo.minibatch = 128;
  const PolicyUpdateFactory make = [ppo](Policy& policy, Rng rng) {
    return std::make_unique<PpoUpdate>(policy, ppo, rng);
  };
  EXPECT_LT(std::abs(learned("none", make, 30)), 0.3);
  EXPECT_GT(learned("gru", make, 30), 0.9);
  EXPECT_GT(learned("lstm", make, 30), 0.9);
  EXPECT_GT(learned("gru", update<TrpoUpdate>(), 30), 0.9);
}

}  // namespace
}  // namespace saddle
