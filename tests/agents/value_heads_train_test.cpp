// SPDX-License-Identifier: Apache-2.0
// Policies with value heads in training: what they value, threads, resuming, refusals, and that
// they learn.
#include <cmath>

#include <gtest/gtest.h>

#include <saddle/agents/train.h>
#include <saddle/envs/classic/cart_pole.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/bandit_training.h"
#include "tests/support/ledger.h"
#include "tests/support/metrics.h"
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

struct HeadsWay {
  const char* name;
  PolicyUpdateFactory update;
  MultiAgentOptions options = multi("own", "shared", "mean");
  const char* cell = "none";
  double average = 0;
  bool costs = true;  ///< are valued
  friend void PrintTo(const HeadsWay& way, std::ostream* out) { *out << way.name; }
};

OnPolicyOptions options_of(const HeadsWay& way) {
  OnPolicyOptions options = testing::small_team(way.options);
  options.critic.trunk = "policy";
  options.network.recurrent = way.cell;
  options.network.memory = 5;
  options.network.sequence = 4;
  options.policy.average = way.average;
  return options;
}

/// On the walk, which ends in every way there is, mostly in the middle of a rollout.
struct HeadsSession {
  explicit HeadsSession(const HeadsWay& way, int worlds = kWorlds)
      : agent({environment.spec(), worlds, {1, 3}, 11}, options_of(way), make_fused_mlp, way.update,
              rule(way)) {}

  static std::unique_ptr<ConstraintRule> rule(const HeadsWay& way) {
    const int count = options_of(way).multipliers(testing::Walk().spec());
    if (!way.costs) return std::make_unique<None>(count, None::Options{});
    return std::make_unique<Lagrangian>(count, Lagrangian::Options{});
  }

  void train(int updates, int threads) {
    testing::train(run, std::int64_t{updates} * 6 * kWorlds, threads);
  }

  static constexpr int kWorlds = 37;  // blocks of 16, 16 and 5
  VectorEnvironment environment{testing::make_walk, kWorlds, 11};
  OnPolicyAgent agent;
  TrainingRun run{environment, agent};
};

class HeadsWays : public ::testing::TestWithParam<HeadsWay> {};

INSTANTIATE_TEST_SUITE_P(
    All, HeadsWays,
    ::testing::Values(
        HeadsWay{"Ppo", update<PpoUpdate>()}, HeadsWay{"Pg", update<PolicyGradientUpdate>()},
        HeadsWay{"Focops", update<FocopsUpdate>(), multi("own", "shared", "each", true)},
        HeadsWay{"Cup", update<CupUpdate>(), multi("own", "separate", "each")},
        HeadsWay{"PpoGru", update<PpoUpdate>(), multi("own", "shared", "each"), "gru"},
        HeadsWay{"PpoLstm", update<PpoUpdate>(), multi("own", "separate", "mean"), "lstm"},
        HeadsWay{"Averaged", update<PpoUpdate>(), multi("own", "shared", "mean"), "none", 0.5},
        HeadsWay{"RewardAlone", update<PpoUpdate>(), multi("own", "shared", "mean"), "none", 0,
                 false}),
    [](const auto& way) { return way.param.name; });

TEST_P(HeadsWays, DoNotDependOnTheNumberOfThreads) {
  HeadsSession one(GetParam()), two(GetParam()), three(GetParam());
  one.train(3, 1);
  two.train(3, 2);
  three.train(3, 3);
  expect_same(testing::everything(one.run), testing::everything(two.run));
  expect_same(testing::everything(one.run), testing::everything(three.run));
}

TEST_P(HeadsWays, ResumeInTheMiddleOfEpisodesToTheSameBits) {
  HeadsSession straight(GetParam()), first(GetParam()), second(GetParam());
  const auto run_to = [](HeadsSession& session, int updates, int threads) {
    WorkerPool pool(threads);  // a run of four updates, of which schedules and means take shares
    train(session.run, std::int64_t{4} * 6 * HeadsSession::kWorlds, pool,
          [&](std::int64_t, const Metrics&) { return --updates > 0; });
  };
  run_to(straight, 4, 2);
  run_to(first, 3, 1);
  Archive loading(testing::everything(first.run));
  second.agent.policy(loading);
  second.run.state(loading);
  run_to(second, 1, 1);
  expect_same(testing::everything(straight.run), testing::everything(second.run));
}

TEST_P(HeadsWays, ActAloneAsTheyDidInTraining) {
  HeadsSession session(GetParam()), alone(GetParam(), 0);
  session.train(2, 1);
  Archive policy;
  session.agent.policy(policy);
  Archive loading(policy.entries());
  alone.agent.policy(loading);
  WorkerPool one(1), two(2);
  const auto few = evaluate(testing::make_walk, session.agent, 5, 3, false, one);
  const auto many = evaluate(testing::make_walk, alone.agent, 40, 3, false, two);
  for (std::size_t i = 0; i < few.size(); ++i) EXPECT_EQ(few[i].reward, many[i].reward);
}

TEST_P(HeadsWays, ReportTheLossesThatCriticsWouldHave) {
  HeadsSession session(GetParam());
  WorkerPool pool(1);
  std::vector<std::string> columns;
  train(session.run, std::int64_t{3} * 6 * HeadsSession::kWorlds, pool,
        [&](std::int64_t, const Metrics& metrics) {
          std::vector<std::string> names;
          for (const auto& [name, number] : metrics.values()) names.push_back(name);
          if (columns.empty()) columns = names;
          EXPECT_EQ(names, columns);
          EXPECT_EQ(std::ranges::count(names, "critic/cost_loss"), GetParam().costs ? 1 : 0);
          EXPECT_GT(testing::value(metrics, "critic/reward_loss"), 0);
          return true;
        });
}

/// Notes what it is given and teaches nothing.
class NotingTargets final : public PolicyUpdate {
 public:
  explicit NotingTargets(std::vector<PolicyBatch>& batches, std::vector<AlignedFloats>& kept)
      : batches_(batches), kept_(kept) {}
  void apply(Policy&, const PolicyBatch& batch, Metrics&) override {
    PolicyBatch noted = batch;
    for (std::span<const float>* part :
         {&noted.advantage, &noted.cost_advantage, &noted.value_target, &noted.head}) {
      kept_.emplace_back(part->begin(), part->end());
      *part = kept_.back();
    }
    batches_.push_back(noted);
  }
  [[nodiscard]] bool teaches_values() const override { return true; }
  void state(Archive&) override {}

 private:
  std::vector<PolicyBatch>& batches_;
  std::vector<AlignedFloats>& kept_;
};

/// V of a signal for one agent in the ledger after 0, 1, 2 and 3 steps of an episode, by the
/// equations.
std::vector<double> ledger_values(const ParameterArena& arena, const OnPolicyOptions& options,
                                  float agent, std::size_t signal) {
  const NetworkShape shape = NetworkShape::of(2, 3, options.network);
  std::vector<float> rows;
  for (int t = 0; t < 4; ++t) {
    rows.insert(rows.end(), {agent, static_cast<float>(t)});
    if (shape.cell.is_none()) continue;
    rows.push_back(t == 0 ? 1 : 0);
    rows.resize(rows.size() + shape.memory(), 0);
  }
  std::vector<double> all;
  if (shape.cell.is_none()) {
    ParameterArena mlp;  // without the log standard deviations
    for (std::size_t i = 0; i <= shape.mlp.last_layer() + 1; ++i) {
      mlp.add(arena.blocks()[i].name, arena.blocks()[i].shape);
    }
    std::ranges::copy(arena.values().first(mlp.values().size()), mlp.values().begin());
    const testing::Matrix y = testing::forward_pass(shape.mlp, mlp, rows).before.back();
    all.assign(y.data(), y.data() + y.size());
  } else {
    all = testing::recall(shape, arena, rows).output;
  }
  std::vector<double> own;
  for (std::size_t i = 1 + signal; i < all.size(); i += 3) own.push_back(all[i]);
  return own;
}

TEST(ValueHeadsInTraining, ValueWhatTheySawOfTheEpisodeUpToItsTrueSuccessor) {
  for (const char* cell : {"none", "gru", "lstm"}) {
    for (const char* parameters : {"shared", "separate"}) {
      SCOPED_TRACE(concat(cell, ", ", parameters));
      const bool separate = parameters == std::string("separate");
      HeadsWay way{"", {}, multi("own", parameters, "mean"), cell};
      OnPolicyOptions options = options_of(way);
      options.rollout.steps = 7;  // two episodes that are cut after 3 steps, and a third
      options.advantage = {0.9, 0, 0.9, 0};
      std::vector<ParameterArena> fresh;
      const NetworkFactory network = [&](const MlpShape& shape, ParameterArena& arena) {
        fresh.push_back(arena);
        return make_fused_mlp(shape, arena);
      };
      std::vector<PolicyBatch> batches;
      std::vector<AlignedFloats> kept;
      kept.reserve(16);
      const PolicyUpdateFactory noting = [&](Policy&, Rng) {
        return std::make_unique<NotingTargets>(batches, kept);
      };
      VectorEnvironment environment([] { return std::make_unique<testing::Ledger>(); }, 1, 1);
      OnPolicyAgent agent({environment.spec(), 1, {2}, 1}, options, network, noting,
                          std::make_unique<Lagrangian>(1, Lagrangian::Options{}));
      TrainingRun run{environment, agent};
      WorkerPool pool(1);
      train(run, 7, pool, [](std::int64_t, const Metrics&) { return true; });

      ASSERT_EQ(fresh.size(), separate ? 2u : 1u);  // there are no critics
      ASSERT_EQ(batches.size(), fresh.size());
      for (std::size_t a = 0; a < 2; ++a) {
        const PolicyBatch& batch = batches[separate ? a : 0];
        ASSERT_EQ(batch.advantage.size(), separate ? 7u : 14u);
        ASSERT_EQ(batch.head.size(), batch.advantage.size());
        const auto v = ledger_values(fresh[separate ? a : 0], options, static_cast<float>(a), 0);
        const auto c = ledger_values(fresh[separate ? a : 0], options, static_cast<float>(a), 1);
        // Rows are in the order of agents at each step, but of sequences with a memory.
        const auto row = [&](std::size_t step) {
          if (separate) return step;
          return cell == std::string("none") ? 2 * step + a : 7 * a + step;
        };
        double first = 0, second = 0;
        for (std::size_t step = 0; step < 7; ++step) {
          const std::size_t t = step % 3;
          const auto time = static_cast<double>(t), who = static_cast<double>(a);
          const double reward = 1 + time + 10 * who + 0.9 * v[t + 1];
          EXPECT_NEAR(batch.advantage[row(step)], reward - v[t], 1e-4);
          const double cost = (a == 0 ? 1 : 2 * time) + 0.9 * c[t + 1];  // the limit is 2
          EXPECT_NEAR(batch.cost_advantage[row(step)], (cost - c[t]) / 2, 1e-4);
          // Targets are scaled: all alike, and costs are not those of the reward.
          const double scaled = batch.value_target[2 * row(step)];
          if (step == 0) first = reward, second = scaled;
          if (reward > first + 0.5) {
            EXPECT_GT(scaled, second);
          }
        }
      }
      double sum = 0, squares = 0;
      const std::size_t n = batches[0].value_target.size();
      for (const float target : batches[0].value_target) sum += target, squares += target * target;
      EXPECT_NEAR(sum / static_cast<double>(n), 0, 1e-5);
      EXPECT_LE(squares / static_cast<double>(n), 1 + 1e-5);
    }
  }
}

std::string heads_refusal(const PolicyUpdateFactory& make, const MultiAgentOptions& options) {
  HeadsWay way{"", make, options};
  way.costs = false;
  try {
    const HeadsSession session(way);
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing";
}

TEST(ValueHeadsInTraining, RefuseWhatCannotTeachThem) {
  const MultiAgentOptions own = multi("own", "shared", "mean");
  for (const PolicyUpdateFactory& make :
       {update<NaturalUpdate>(), update<TrpoUpdate>(), update<CpoUpdate>(), update<PcpoUpdate>()}) {
    EXPECT_NE(heads_refusal(make, own).find("leave critic.trunk at shared"), std::string::npos);
  }
  const std::string central =
      heads_refusal(update<PpoUpdate>(), multi("central", "shared", "mean"));
  EXPECT_NE(central.find("leave multi.critic at own, or critic.trunk at shared"),
            std::string::npos);
  EXPECT_EQ(heads_refusal(update<PpoUpdate>(), own), "nothing");
}

OnPolicyOptions learner_options(std::int64_t steps) {
  OnPolicyOptions options;
  options.rollout.steps = steps;
  options.network.hidden = {32, 32};
  options.network.activation = "tanh";
  options.critic.trunk = "policy";
  options.measure.caution = 0;
  return options;
}

TEST(ValueHeadsInTraining, LearnToBalanceAPole) {
  constexpr int kWorlds = 16, kSteps = 125, kUpdates = 30;
  const auto make = [] { return std::make_unique<CartPole>(Control::kDiscrete); };
  VectorEnvironment environment(make, kWorlds, 3);
  PpoOptions ppo;
  ppo.learning_rate = 2e-3;
  ppo.minibatch = 250;
  ppo.epochs = 10;
  ppo.target_kl = 0.05;
  OnPolicyAgent agent({environment.spec(), kWorlds, {500}, 3}, learner_options(kSteps),
                      make_fused_mlp, testing::named<PpoUpdate>("ppo", ppo).make,
                      std::make_unique<None>(1, None::Options{}));
  TrainingRun run{environment, agent};
  testing::train(run, std::int64_t{kUpdates} * kSteps * kWorlds, 1);
  WorkerPool pool(1);
  double mean = 0;
  for (const Episode& episode : evaluate(make, agent, 32, 1, false, pool)) {
    mean += episode.team_return() / 32;
  }
  EXPECT_GT(mean, 450);  // of at most 500; the first policy comes to about 20
}

TEST(ValueHeadsInTraining, KeepTheBanditAtItsLimit) {
  for (const testing::NamedUpdate& update : testing::all_updates()) {
    if (update.name != "ppo" && update.name != "cup") continue;
    SCOPED_TRACE(update.name);
    EXPECT_NEAR(testing::train_bandit(update, learner_options(40), {6}), 6, 0.8);
  }
}

}  // namespace
}  // namespace saddle
