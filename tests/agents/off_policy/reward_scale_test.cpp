// SPDX-License-Identifier: Apache-2.0
// The scale of returns by hand, and agents that rewards of any size teach the same.
#include <saddle/agents/off_policy/reward_scale.h>

#include <cmath>

#include <gtest/gtest.h>

#include <saddle/agents/off_policy/off_policy.h>
#include <saddle/agents/train.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/session.h"
#include "tests/support/walk.h"

namespace saddle {
namespace {

using Floats = std::vector<float>;
using Flags = std::vector<std::uint8_t>;

TEST(RewardScale, IsTheDeviationOfDiscountedReturnsThatStartWithTheirEpisode) {
  RewardScale scale(2, 0.5);
  EXPECT_EQ(scale.value(), 1);
  // Returns 1, 2 then 1.5, 1, where the episode ends, then 4, 4: mean 2.25, squares 9.875.
  const Floats reward = {1, 2, 1, 0, 4, 4};
  scale.add(reward, Flags{0, 1, 0}, Flags{0, 0, 0});
  EXPECT_NEAR(scale.value(), std::sqrt(9.875 / 6), 1e-12);
  // The last episode goes on, with 3 and 2: all sum up to 18.5, and their squares to 53.25.
  RewardScale resumed(2, 0.5);
  Archive saved;
  scale.state(saved);
  Archive loading(saved.entries());
  resumed.state(loading);
  for (RewardScale* it : {&scale, &resumed}) {
    it->add(Floats{1, 0}, Flags{0}, Flags{1});
    EXPECT_NEAR(it->value(), std::sqrt((53.25 - 18.5 * 18.5 / 8) / 8), 1e-12);
    it->add(Floats{0, 0}, Flags{0}, Flags{0});  // cut: it starts anew
  }
  EXPECT_NEAR(scale.value(), std::sqrt((53.25 - 18.5 * 18.5 / 10) / 10), 1e-12);
  EXPECT_EQ(scale.value(), resumed.value());
}

TEST(RewardScale, OfReturnsThatDoNotVaryIsOne) {
  RewardScale scale(1, 0);
  scale.add(Floats{3, 3}, Flags{0, 0}, Flags{0, 0});
  EXPECT_EQ(scale.value(), 1);
}

constexpr int kScaledWorlds = 5;

OffPolicyOptions options(bool normalize) {
  OffPolicyOptions options;
  options.rollout.steps = 8;
  options.replay = {.size = 300, .start = 40, .batch = 16, .ratio = 0.1};
  options.critic.normalize_reward = normalize;
  options.network.hidden = {8};
  return options;
}

Lagrangian::Options price(double times) {
  Lagrangian::Options options;
  options.step = 0.05 * times;
  options.initial = 0.5 * times;
  options.maximum = 1000;
  options.normalize = false;
  return options;
}

struct ScaledSession {
  ScaledSession(const ActorSettings& settings, bool normalize, float pay)
      : environment([pay] { return std::make_unique<testing::Walk>(pay); }, kScaledWorlds, 11),
        agent({environment.spec(), kScaledWorlds, {1, 3}, 11}, options(normalize), settings,
              make_fused_mlp, std::make_unique<Lagrangian>(2, price(pay))) {}

  void train(std::int64_t updates, int threads = 1) {
    WorkerPool pool(threads);
    saddle::train(run, updates * 8 * kScaledWorlds, pool,
                  [](std::int64_t, const Metrics&) { return true; });
  }

  Archive::Entries everything() { return testing::everything(run); }

  VectorEnvironment environment;
  OffPolicyAgent agent;
  TrainingRun run{environment, agent};
};

TEST(RewardScale, RewardsAndPricesOfAnySizeTeachTheSame) {
  for (const ActorSettings& settings : {DdpgOptions().settings(), SacOptions().settings()}) {
    for (const bool normalize : {true, false}) {
      ScaledSession one(settings, normalize, 1), eight(settings, normalize, 8);
      one.train(6);
      eight.train(6);
      const Archive::Entries a = one.everything(), b = eight.everything();
      for (const auto& [name, entry] : a) {
        // A power of two, so that not even the last bit differs.
        if (!name.starts_with("policy/")) continue;
        EXPECT_EQ(entry.bytes == b.at(name).bytes, normalize) << name;
      }
    }
  }
}

TEST(RewardScale, IsPartOfACheckpoint) {
  const ActorSettings settings = SacOptions().settings();
  ScaledSession straight(settings, true, 3), first(settings, true, 3), second(settings, true, 3);
  straight.train(6, 2);
  first.train(3);
  Archive loading(first.everything());
  second.agent.policy(loading);
  second.run.state(loading);
  second.train(6);
  testing::expect_same(straight.everything(), second.everything());
}

}  // namespace
}  // namespace saddle
