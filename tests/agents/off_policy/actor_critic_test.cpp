// SPDX-License-Identifier: Apache-2.0
// One gradient step with linear networks: what critics learn towards and where the policy goes.
#include <saddle/agents/off_policy/actor_critic.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/linear_network.h"
#include "tests/support/metrics.h"

namespace saddle {
namespace {

constexpr std::size_t kRows = 4096;

/// One observation, one action, one constraint; networks without hidden layers, critics that hardly
/// move.
struct Trial {
  explicit Trial(const ActorSettings& settings,
                 const QCriticOptions& critics = {.gamma = 0.5,
                                                  .cost_gamma = 0.25,
                                                  .learning_rate = 1e-9,
                                                  .tau = 0.5})
      : actor_settings(settings) {
    spec.observation = Space::box(1, -1, 1);
    spec.action = Space::box(1, -1, 1);
    spec.constraints = {{"price", "units", 1, ""}};
    options.network.hidden.clear();
    options.replay.batch = kRows;
    options.critic = critics;
    Rng rng(1);
    actor.emplace(spec, settings, options.network, testing::make_linear_network, rng);
    learner.emplace(spec, options, settings, *actor, 1, testing::make_linear_network, 7);
    std::fill(batch.reward.begin(), batch.reward.end(), 1.0f);
    std::fill(batch.cost.begin(), batch.cost.end(), 3.0f);
    for (const char* critic : {"reward_critic/0", "reward_critic/1", "cost_critic"}) {
      if (!settings.twin && critic == std::string("reward_critic/1")) continue;
      set(critic + std::string("/network"), {0, 0}, 0);
      set(critic + std::string("/target"), {0, 0}, 0);
    }
  }

  /// Sets a network's weights, by observation and action, and its bias.
  void set(const std::string& network, const std::vector<float>& weight, float bias) {
    Archive saving;
    learner->state(saving);
    Archive::Entries entries = saving.entries();
    std::memcpy(entries.at(network + "/0.weight").bytes.data(), weight.data(),
                weight.size() * sizeof(float));
    std::memcpy(entries.at(network + "/0.bias").bytes.data(), &bias, sizeof bias);
    Archive loading(std::move(entries));
    learner->state(loading);
  }

  /// A network's weights and bias.
  [[nodiscard]] std::vector<float> get(const std::string& network) {
    Archive archive;
    learner->state(archive);
    std::vector<float> all;
    for (const char* block : {"/0.weight", "/0.bias"}) {
      const auto& bytes = archive.entries().at(network + block).bytes;
      all.resize(all.size() + bytes.size() / sizeof(float));
      std::memcpy(all.data() + all.size() - bytes.size() / sizeof(float), bytes.data(),
                  bytes.size());
    }
    return all;
  }

  Metrics learn(const ValueWeights& weights = {1, {0}}) {
    WorkerPool pool(1);
    learner->learn(batch, weights, pool);
    Metrics metrics;
    learner->report(metrics);
    return metrics;
  }

  /// The head's mean for observation 0.
  [[nodiscard]] float mean() const {
    std::vector<float> head(actor->head_size());
    actor->network().forward(std::vector<float>{0}, head);
    return head[0];
  }

  EnvironmentSpec spec;
  OffPolicyOptions options;
  ActorSettings actor_settings;
  std::optional<Actor> actor;
  std::optional<ActorCritic> learner;
  Transitions batch{{1, 1, 1, false}, kRows};
};

// Critics that are zero err by the target, so that the loss is half its square.
TEST(ActorCritic, TargetsAreOfTheLowerTwinAndOfEveryCost) {
  for (const bool ended : {false, true}) {
    Trial trial(Td3Options().settings());
    trial.set("reward_critic/0/target", {0, 0}, 8);
    trial.set("reward_critic/1/target", {0, 0}, 6);
    trial.set("cost_critic/target", {0, 0}, 4);
    std::fill(trial.batch.terminated.begin(), trial.batch.terminated.end(), ended ? 1.0f : 0.0f);
    const Metrics metrics = trial.learn();
    const double target = ended ? 1 : 1 + 0.5 * 6, cost_target = ended ? 3 : 3 + 0.25 * 4;
    EXPECT_NEAR(testing::value(metrics, "critic/reward_loss"), 0.5 * target * target, 1e-5);
    EXPECT_NEAR(testing::value(metrics, "critic/cost_loss"), 0.5 * cost_target * cost_target, 1e-5);
  }
}

TEST(ActorCritic, ADeterministicTargetIsOfTheTargetNetworksAction) {
  Trial trial(DdpgOptions().settings());
  trial.set("target_policy", {0}, 0.5f);
  trial.set("reward_critic/0/target", {0, 1}, 0);
  const double target = 1 + 0.5 * std::tanh(0.5);
  EXPECT_NEAR(testing::value(trial.learn(), "critic/reward_loss"), 0.5 * target * target, 1e-5);
}

TEST(ActorCritic, ASoftTargetCountsTheEntropyToCome) {
  SacOptions options;
  options.temperature = 0.3;
  options.learn_temperature = false;
  Trial trial(options.settings());
  // σ = e⁻³, so narrow that squashing does nothing: −log π has mean ½ log 2πe − 3, variance ½.
  const auto values = trial.actor->arena().values();
  std::ranges::fill(values, 0.0f);
  values.back() = -3;
  const double entropy = 0.5 * std::log(2 * M_PI * M_E) - 3;
  const double mean = 1 + 0.5 * 0.3 * entropy, deviation = 0.5 * 0.3 * std::sqrt(0.5);
  const double squares = mean * mean + deviation * deviation;
  const Metrics metrics = trial.learn();
  EXPECT_NEAR(testing::value(metrics, "critic/reward_loss"), 0.5 * squares, 0.05 * squares);
  EXPECT_NEAR(testing::value(metrics, "critic/cost_loss"), 4.5, 1e-5);  // costs count no entropy
  EXPECT_NEAR(testing::value(metrics, "policy/entropy"), entropy, 0.05);
  EXPECT_NEAR(testing::value(metrics, "policy/temperature"), 0.3, 1e-6);
}

TEST(ActorCritic, ThePolicyFollowsTheWeightsOfRewardAndCosts) {
  for (const ActorSettings& settings :
       {DdpgOptions().settings(), Td3Options().settings(), SacOptions().settings()}) {
    // Up Q_r = a or down Q_c = 3a: the reward wins up to a weight of one third.
    for (const auto& [weights, up] : {std::pair{ValueWeights{1, {0.2}}, true},
                                      {ValueWeights{1, {0.5}}, false},
                                      {ValueWeights{0, {0.2}}, false},
                                      {ValueWeights{2, {0.5}}, true}}) {
      Trial trial(settings);
      for (const char* critic : {"reward_critic/0/network", "reward_critic/1/network"}) {
        if (!settings.twin && critic[14] == '1') continue;
        trial.set(critic, {0, 1}, 0);
      }
      trial.set("cost_critic/network", {0, 3}, 0);
      const float before = trial.mean();
      for (std::int64_t i = 0; i < settings.delay; ++i) trial.learn(weights);
      EXPECT_EQ(trial.mean() > before, up) << weights.reward << " " << weights.cost[0];
      EXPECT_NE(trial.mean(), before);
    }
  }
}

TEST(ActorCritic, ASoftPolicyBelievesTheLowerTwinADeterministicOneTheFirst) {
  for (const bool soft : {false, true}) {
    const ActorSettings settings = soft ? SacOptions().settings() : Td3Options().settings();
    Trial trial(settings);
    trial.set("reward_critic/0/network", {0, 1}, 10);
    trial.set("reward_critic/1/network", {0, -1}, 0);
    const float before = trial.mean();
    for (std::int64_t i = 0; i < settings.delay; ++i) trial.learn();
    EXPECT_EQ(trial.mean() < before, soft);
  }
}

TEST(ActorCritic, PolicyAndTargetsMoveOnceInDelaySteps) {
  Td3Options options;
  options.delay = 3;
  Trial trial(options.settings());
  trial.set("reward_critic/0/network", {0, 1}, 0);
  const auto target = [&] {
    Archive archive;
    trial.learner->state(archive);
    return std::pair{archive.entries().at("reward_critic/0/target/0.weight").bytes,
                     archive.entries().at("target_policy/0.bias").bytes};
  };
  const auto before = target();
  const float mean = trial.mean();
  trial.learn();
  trial.learn();
  EXPECT_EQ(trial.mean(), mean);
  EXPECT_EQ(target(), before);
  trial.learn();
  EXPECT_NE(trial.mean(), mean);
  EXPECT_NE(target().first, before.first);
  EXPECT_NE(target().second, before.second);
}

// The first step of Adam is the learning rate, along the sign of the gradient.
TEST(ActorCritic, TheFirstStepIsWhatSchedulesLeaveOfTheLearningRates) {
  for (ActorSettings settings :
       {DdpgOptions().settings(), Td3Options().settings(), SacOptions().settings()}) {
    settings.delay = 1;
    settings.learning_rate = 0.01;
    settings.schedule = "linear";
    settings.temperature_rate = 0.02;
    for (const double progress : {0.0, 0.25, 1.0}) {
      Trial trial(settings, {.gamma = 0.5, .learning_rate = 0.04, .schedule = "cosine"});
      std::ranges::fill(trial.batch.observation, 1.0f);
      std::ranges::fill(trial.batch.action, 0.5f);
      trial.set("reward_critic/0/network", {0, 1}, 0);
      if (settings.twin) trial.set("reward_critic/1/network", {0, 1}, 0);
      const std::vector<float> before(trial.actor->arena().values().begin(),
                                      trial.actor->arena().values().end());
      const float mean = trial.mean();
      trial.learner->set_progress(progress);
      const Metrics metrics = trial.learn();
      const double left = 1 - progress, critics_left = (1 + std::cos(M_PI * progress)) / 2;
      EXPECT_DOUBLE_EQ(testing::value(metrics, "policy/learning_rate"), 0.01 * left);
      for (std::size_t i = 0; i < before.size(); ++i) {
        EXPECT_NEAR(std::abs(trial.actor->arena().values()[i] - before[i]), 0.01 * left, 1e-6);
      }
      EXPECT_NEAR(trial.mean() - mean, 0.01 * left, 1e-6);  // up the reward
      if (settings.stochastic) {
        EXPECT_NEAR(std::abs(std::log(testing::value(metrics, "policy/temperature") /
                                      settings.temperature)),
                    0.02 * left, 1e-6);
      }
      // Q = 0.5 is below the reward of 1, and 0 below the cost of 3.
      const auto up = static_cast<float>(0.04 * critics_left);
      const std::vector<float> reward = trial.get("reward_critic/0/network"),
                               cost = trial.get("cost_critic/network");
      for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_NEAR(reward[i], (i == 1 ? 1 : 0) + up, 1e-6);
        EXPECT_NEAR(cost[i], up, 1e-6);
      }
    }
  }
}

TEST(ActorCritic, ReportsZerosWhereItHasNotLearned) {
  Trial trial(SacOptions().settings());
  Metrics metrics;
  trial.learner->report(metrics);
  EXPECT_EQ(testing::value(metrics, "critic/reward_loss"), 0);
  EXPECT_EQ(testing::value(metrics, "policy/value"), 0);
}

TEST(ActorCritic, EveryTargetFollowsItsCritic) {
  Td3Options options;
  options.delay = 1;
  const std::string critics[] = {"reward_critic/0", "reward_critic/1", "cost_critic"};
  Trial trial(options.settings());
  for (const std::string& critic : critics) trial.set(critic + "/network", {0, 0}, 8);
  for (const float half : {4.0f, 6.0f}) {  // of the way from 0, and of what is left
    trial.learn();
    Archive archive;
    trial.learner->state(archive);
    for (const std::string& critic : critics) {
      float bias = 0;
      std::memcpy(&bias, archive.entries().at(critic + "/target/0.bias").bytes.data(), sizeof bias);
      EXPECT_NEAR(bias, half, 1e-5) << critic;
    }
  }
}

}  // namespace
}  // namespace saddle
