// SPDX-License-Identifier: Apache-2.0
// Schedules, at the points where their values are known, and learning rates that follow them.
#include <saddle/agents/schedule.h>

#include <cmath>

#include <gtest/gtest.h>

#include <saddle/agents/critic.h>
#include <saddle/agents/train.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/ledger.h"
#include "tests/support/session.h"
#include "tests/support/teams.h"
#include "tests/support/updates.h"
#include "tests/support/walk.h"

namespace saddle {
namespace {

TEST(Schedule, GoesFromAllToNothing) {
  for (const std::string& shape : kScheduleShapes) {
    EXPECT_EQ(remaining(shape, 0), 1) << shape;
    EXPECT_NEAR(remaining(shape, 1), shape == "constant" ? 1 : 0, 1e-15) << shape;
    EXPECT_EQ(remaining(shape, 3), remaining(shape, 1)) << shape;
  }
}

TEST(Schedule, HasTheShapeOfItsName) {
  EXPECT_EQ(remaining("constant", 0.25), 1);
  EXPECT_EQ(remaining("linear", 0.25), 0.75);
  EXPECT_NEAR(remaining("cosine", 0.25), (1 + std::sqrt(0.5)) / 2, 1e-15);
  EXPECT_NEAR(remaining("cosine", 0.5), 0.5, 1e-15);
}

/// The parameters of a critic of two signals after it was fitted when half the run was over.
std::vector<float> fitted(const std::string& schedule, double learning_rate) {
  CriticOptions options;
  options.minibatch = 8;
  options.schedule = schedule;
  options.learning_rate = learning_rate;
  Critic critic(2, 2, {}, make_fused_mlp, options, Rng(3));
  Rng rng(4);
  AlignedFloats observation(64), target(64);
  for (float& x : observation) x = static_cast<float>(rng.normal());
  for (float& y : target) y = static_cast<float>(rng.normal());
  (void)critic.fit(observation, target, 0.5);
  return {critic.arena().values().begin(), critic.arena().values().end()};
}

TEST(Schedule, HalfOfTheLearningRateOfACriticIsLeftHalfWay) {
  EXPECT_EQ(fitted("linear", 0.01), fitted("constant", 0.005));
  EXPECT_NE(fitted("linear", 0.01), fitted("constant", 0.01));
}

/// A run of four updates of walks, of which it takes `updates`.
struct ScheduleSession {
  explicit ScheduleSession(const PpoOptions& ppo, const std::string& critic_schedule = "constant") {
    OnPolicyOptions options = testing::small_team(testing::multi("own", "shared", "mean"));
    options.critic.schedule = critic_schedule;
    agent = std::make_unique<OnPolicyAgent>(AgentContext{environment.spec(), kWorlds, {1, 3}, 11},
                                            options, make_fused_mlp,
                                            testing::named<PpoUpdate>("ppo", ppo).make,
                                            std::make_unique<Lagrangian>(2, Lagrangian::Options{}));
    run = std::make_unique<TrainingRun>(TrainingRun{environment, *agent});
  }

  void train(int updates, int threads, std::int64_t length = kLength) {
    WorkerPool pool(threads);
    saddle::train(*run, length, pool, [&](std::int64_t, const Metrics& metrics) {
      for (const auto& [name, value] : metrics.values()) {
        if (name == "policy/learning_rate") rates.push_back(value);
      }
      return --updates > 0;
    });
  }

  Archive::Entries everything() { return testing::everything(*run); }

  static constexpr int kWorlds = 4;
  static constexpr std::int64_t kUpdate = std::int64_t{6} * kWorlds, kLength = 4 * kUpdate;
  VectorEnvironment environment{testing::make_walk, kWorlds, 11};
  std::unique_ptr<OnPolicyAgent> agent;
  std::unique_ptr<TrainingRun> run;
  std::vector<double> rates;
};

PpoOptions scheduled(const std::string& schedule, double learning_rate = 0.008) {
  PpoOptions options;
  options.minibatch = 16;
  options.learning_rate = learning_rate;
  options.schedule = schedule;
  return options;
}

TEST(Schedule, TheLearningRateOfAPolicyGoesByTheShareOfTheRun) {
  ScheduleSession linear(scheduled("linear")), cosine(scheduled("cosine"));
  linear.train(4, 1);
  cosine.train(4, 1);
  for (std::size_t i = 0; i < 4; ++i) {
    const double share = 0.25 * static_cast<double>(i);
    EXPECT_DOUBLE_EQ(linear.rates[i], 0.008 * (1 - share));
    EXPECT_DOUBLE_EQ(cosine.rates[i], 0.008 * (1 + std::cos(std::numbers::pi * share)) / 2);
  }
}

TEST(Schedule, ARateThatIsConstantDependsOnNoLength) {
  ScheduleSession one(scheduled("constant")), other(scheduled("constant"));
  one.train(3, 1);
  other.train(3, 1, 100 * ScheduleSession::kLength);
  EXPECT_EQ(one.everything().at("policy/0.weight").bytes,
            other.everything().at("policy/0.weight").bytes);
}

TEST(Schedule, ResumesToTheSameBitsAndGoesOnInALongerRunByItsLength) {
  ScheduleSession straight(scheduled("linear"), "cosine"), first(scheduled("linear"), "cosine"),
      second(scheduled("linear"), "cosine"), longer(scheduled("linear"), "cosine");
  straight.train(4, 2);
  first.train(2, 1);
  for (ScheduleSession* resumed : {&second, &longer}) {
    Archive loading(first.everything());
    resumed->agent->policy(loading);
    resumed->run->state(loading);
  }
  second.train(2, 1);
  testing::expect_same(straight.everything(), second.everything());
  longer.train(1, 1, 2 * ScheduleSession::kLength);
  EXPECT_DOUBLE_EQ(longer.rates[0], 0.008 * 0.75);
}

TEST(Schedule, AllOfTheRateIsThereAtTheStartAndLessAfterwards) {
  ScheduleSession half(scheduled("linear", 0.008)), constant(scheduled("constant", 0.008));
  half.train(1, 1);
  constant.train(1, 1);
  // At the start all is left of it.
  EXPECT_EQ(half.everything().at("policy/0.weight").bytes,
            constant.everything().at("policy/0.weight").bytes);
  half.train(1, 1);
  constant.train(1, 1);
  EXPECT_NE(half.everything().at("policy/0.weight").bytes,
            constant.everything().at("policy/0.weight").bytes);
}

}  // namespace
}  // namespace saddle
