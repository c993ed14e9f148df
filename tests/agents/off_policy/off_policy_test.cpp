// SPDX-License-Identifier: Apache-2.0
// Off-policy agents as a whole: bookkeeping, threads, resuming, and a world whose best policy is
// known.
#include <saddle/agents/off_policy/off_policy.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include <saddle/agents/train.h>
#include <saddle/optim/constraint/none.h>

#include "tests/support/choice.h"
#include "tests/support/metrics.h"
#include "tests/support/off_policy_session.h"
#include "tests/support/session.h"

namespace saddle {
namespace {

using testing::expect_same;
using testing::lagrangian;
using testing::small_replay;
using Session = testing::OffPolicySession;
constexpr std::int64_t kUpdate = Session::kUpdate;

class OffPolicy : public ::testing::TestWithParam<testing::NamedSettings> {};

INSTANTIATE_TEST_SUITE_P(All, OffPolicy, ::testing::ValuesIn(testing::all_settings()),
                         [](const auto& trial) { return trial.param.name; });

TEST_P(OffPolicy, DoesNotDependOnTheNumberOfThreads) {
  Session one(GetParam().settings), two(GetParam().settings), three(GetParam().settings);
  one.train(4, 1);
  two.train(4, 2);
  three.train(4, 3);
  expect_same(one.everything(), two.everything());
  expect_same(one.everything(), three.everything());
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(one.history[i].values(), two.history[i].values());
    EXPECT_EQ(one.history[i].values(), three.history[i].values());
  }
}

TEST_P(OffPolicy, ResumesToTheSameBits) {
  // With a measure whose thresholds are part of the state, and gradient steps left over.
  OffPolicyOptions options = small_replay();
  options.measure.kind = "cvar";
  options.measure.level = 0.5;
  for (const std::int64_t half : {1, 3}) {  // the memory half full, and gone round
    Session straight(GetParam().settings, options), first(GetParam().settings, options),
        second(GetParam().settings, options);
    straight.train(6, 2);
    first.train(half, 1);
    Archive loading(first.everything());
    second.agent.policy(loading);
    second.run.state(loading);
    EXPECT_EQ(second.run.steps, half * kUpdate);
    second.train(6, 1);
    expect_same(straight.everything(), second.everything());
  }
}

TEST_P(OffPolicy, ReportsTheSameNumbersInEveryUpdate) {
  OffPolicyOptions options = small_replay();
  options.replay.start = 2 * kUpdate;  // learning starts in the second
  Session session(GetParam().settings, options);
  session.train(5, 1);
  std::vector<std::string> names;
  for (const auto& [name, number] : session.history.front().values()) names.push_back(name);
  for (const Metrics& metrics : session.history) {
    std::vector<std::string> now;
    for (const auto& [name, number] : metrics.values()) {
      now.push_back(name);
      EXPECT_TRUE(std::isfinite(number)) << name;
    }
    EXPECT_EQ(now, names);
    for (const char* name : {"return", "length", "episodes", "cost/left", "limit/effort",
                             "multiplier/left", "multiplier/effort", "critic/cost_loss"}) {
      EXPECT_NE(std::ranges::find(now, name), now.end()) << name;
    }
  }
  // Episodes played at random teach the multipliers nothing.
  EXPECT_GT(testing::value(session.history[1], "episodes"), 0);
  EXPECT_EQ(testing::value(session.history[1], "multiplier/effort"), 0);
  EXPECT_EQ(testing::value(session.history[0], "critic/reward_loss"), 0);
  EXPECT_GT(testing::value(session.history[1], "critic/reward_loss"), 0);
  EXPECT_EQ(testing::value(session.history[4], "replay/transitions"), 300);
}

TEST_P(OffPolicy, AParameterThatIsNotANumberIsRefused) {
  Session session(GetParam().settings);
  session.train(2, 1);
  Archive saving;
  session.agent.policy(saving);
  Archive::Entries entries = saving.entries();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::memcpy(entries.at("policy/0.bias").bytes.data(), &nan, sizeof nan);
  Archive loading(entries);
  session.agent.policy(loading);
  WorkerPool pool(1);
  Metrics metrics;
  EXPECT_THROW(session.agent.update(pool, metrics), Error);
}

/// Counts its steps, which cost 1 and earn what the action is; cut after four, never ending.
class Clock final : public Environment {
 public:
  Clock() {
    spec_.id = "Clock-v0";
    spec_.observation = Space::box(1, 0, 10);
    spec_.action = Space::box(1, 2, 6);
    spec_.constraints = {{"time", "steps", 1, ""}};
    spec_.horizon = 4;
  }
  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng&, std::span<float> observation) override { observation[0] = time_ = 0; }
  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    out.observation[0] = ++time_;
    out.reward[0] = action[0];
    out.cost[0] = 1;
    return false;
  }

 private:
  EnvironmentSpec spec_;
  float time_ = 0;
};

/// One clock.
struct ClockSession {
  explicit ClockSession(const OffPolicyOptions& options)
      : agent({environment.spec(), 1, {0.5}, 3}, options, SacOptions().settings(), make_fused_mlp,
              lagrangian(1)) {}

  void train(std::int64_t steps) {
    WorkerPool pool(1);
    saddle::train(run, steps, pool, [this](std::int64_t, const Metrics& metrics) {
      last = metrics;
      return true;
    });
  }

  Archive::Entries everything() { return testing::everything(run); }

  void load(Archive::Entries entries) {
    Archive loading(std::move(entries));
    agent.policy(loading);
    run.state(loading);
  }

  VectorEnvironment environment{[] { return std::make_unique<Clock>(); }, 1, 3};
  OffPolicyAgent agent;
  TrainingRun run{environment, agent};
  Metrics last;
};

TEST(OffPolicyAgent, ResumesInTheMiddleOfAnEpisodeWithTheLastVerdict) {
  OffPolicyOptions options = small_replay();
  options.rollout.steps = 1;
  options.replay.start = 0;
  options.replay.ratio = 1;
  options.measure.kind = "cvar";
  options.measure.bound = 0;  // the threshold before there is one, not 4 as the episodes say
  ClockSession straight(options), first(options), second(options);
  straight.train(8);
  first.train(6);  // an episode and a half
  EXPECT_GT(testing::value(first.last, "multiplier/time"), 0);
  second.load(first.everything());
  for (ClockSession* session : {&first, &second}) session->train(7);
  expect_same(first.everything(), second.everything());
  second.train(8);
  expect_same(straight.everything(), second.everything());
}

// Of four steps only the last takes an episode beyond the bound.
TEST(OffPolicyAgent, LearnsWhatAStepAddsToTheMeasure) {
  OffPolicyOptions options = small_replay();
  options.rollout.steps = 40;
  options.replay = {.size = 300, .start = 80, .batch = 1024, .ratio = 0.025};
  options.measure.kind = "exceedance";
  options.measure.bound = 3.5;
  options.critic.cost_gamma = 0;
  ClockSession session(options);
  session.train(40);
  Archive::Entries entries = session.everything();
  for (const char* name : {"1.weight", "1.bias"}) {
    auto& bytes = entries.at(concat("agent/learner/cost_critic/network/", name)).bytes;
    std::ranges::fill(bytes, std::byte{0});
  }
  session.load(std::move(entries));
  session.train(80);  // and one gradient step
  // A critic that says 0 errs by 1 in a quarter of the steps, with deviation √(3/16/1024).
  EXPECT_NEAR(testing::value(session.last, "critic/cost_loss"), 0.5 * 0.25, 0.5 * 4 * 0.0136);
}

TEST(OffPolicyAgent, RemembersTrueSuccessorsAndThatATimeLimitIsNoEnd) {
  OffPolicyOptions options = small_replay();
  options.rollout.steps = 6;
  options.measure.kind = "exceedance";
  ClockSession session(options);
  session.train(6);
  const Archive::Entries entries = session.everything();
  const ArchiveEntry& entry = entries.at("agent/replay/rows");
  // observation, action, successor, reward, cost, cost so far, terminated
  ASSERT_EQ(entry.shape, (std::vector<std::int64_t>{6, 7}));
  std::vector<float> rows(42);
  std::memcpy(rows.data(), entry.bytes.data(), entry.bytes.size());
  for (int i = 0; i < 6; ++i) {
    const float* const row = rows.data() + 7 * i;
    const auto time = static_cast<float>(i % 4);
    EXPECT_EQ(row[0], time);
    EXPECT_LE(std::abs(row[1]), 1);
    EXPECT_EQ(row[2], time + 1);
    EXPECT_NEAR(row[3], 4 + 2 * row[1], 1e-5);  // of the box [2,6]
    EXPECT_EQ(row[4], 1);
    EXPECT_EQ(row[5], time);
    EXPECT_EQ(row[6], 0);
  }
}

struct Learned {
  double action = 0;      ///< the mode
  double multiplier = 0;  ///< mean of the last third; 0 if there is none
};

Learned learn_choice(const ActorSettings& settings, std::unique_ptr<ConstraintRule> rule) {
  constexpr int kUpdates = 240, kSteps = 4, kCopies = 8;
  constexpr std::uint64_t kSeed = 2;
  const bool has_multiplier = rule->has_multipliers();
  OffPolicyOptions options;
  options.rollout.steps = kSteps;
  options.replay = {.size = 2000, .start = 100, .batch = 32, .ratio = 0.5};
  options.measure.caution = 0;
  options.critic.learning_rate = 3e-3;
  options.network.hidden = {16};
  options.network.activation = "tanh";
  VectorEnvironment environment([] { return std::make_unique<testing::Choice>(); }, kCopies, kSeed);
  OffPolicyAgent agent({environment.spec(), kCopies, {0.6}, kSeed}, options, settings,
                       make_fused_mlp, std::move(rule));
  TrainingRun run{environment, agent};
  WorkerPool pool(1);
  Learned learned;
  int update = 0;
  train(run, std::int64_t{kUpdates} * kSteps * kCopies, pool,
        [&](std::int64_t, const Metrics& metrics) {
          if (update++ >= kUpdates * 2 / 3 && has_multiplier) {
            learned.multiplier += testing::value(metrics, "multiplier/price") / (kUpdates / 3.0);
          }
          return true;
        });
  const float observation = 1;
  float action = 0;
  agent.act({&observation, 1}, {}, {&action, 1}, nullptr);
  learned.action = action;
  return learned;
}

TEST_P(OffPolicy, FindsTheBestActionAndTheOneWithinTheLimitAndItsPrice) {
  ActorSettings settings = GetParam().settings;
  settings.learning_rate = 3e-3;
  settings.learn_temperature = false;
  settings.temperature = 0.01;
  EXPECT_NEAR(learn_choice(settings, std::make_unique<None>(1, None::Options{})).action, 0.8, 0.1);
  // At most 0.6 may be spent: a = 0.2, where one more unit is worth −2 (a − 0.8) / ½ = 2.4.
  Lagrangian::Options options;
  options.step = 0.1;
  const Learned learned = learn_choice(settings, lagrangian(1, options));
  EXPECT_NEAR(learned.action, 0.2, 0.15);
  EXPECT_NEAR(learned.multiplier, 2.4, 0.4);
}

}  // namespace
}  // namespace saddle
