// SPDX-License-Identifier: Apache-2.0
// Two constraints that have nothing to do with each other, on a problem whose answer is known.
#include <map>
#include <string>

#include <gtest/gtest.h>

#include <saddle/agents/train.h>

#include "tests/support/bandit_training.h"

namespace saddle {
namespace {

/// One state, three actions: action 0 is free, action 1 pays 1 and costs 1 of the first constraint,
/// action 2 pays 2 and costs 1 of the second. With 0.3 and 0.2 of the steps allowed the best policy
/// plays them with probabilities 0.5, 0.3 and 0.2; a unit of either is worth what its action pays.
class TwoPrices final : public Environment {
 public:
  static constexpr int kHorizon = 20;

  TwoPrices() {
    spec_.id = "TwoPrices-v0";
    spec_.observation = Space::box(1, 1, 1);
    spec_.action = Space::discrete(3);
    spec_.constraints = {{"first", "units", 0.3 * kHorizon, "action 1"},
                         {"second", "units", 0.2 * kHorizon, "action 2"}};
    spec_.horizon = kHorizon;
  }

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }

  void reset(Rng&, std::span<float> observation) override { observation[0] = 1; }

  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    out.observation[0] = 1;
    out.reward[0] = action[0];
    out.cost[0] = action[0] == 1 ? 1.0f : 0.0f;
    out.cost[1] = action[0] == 2 ? 1.0f : 0.0f;
    return false;
  }

 private:
  EnvironmentSpec spec_;
};

TEST(TwoLimits, EachIsKeptByItsOwnMultiplier) {
  constexpr int kWorlds = 8, kUpdates = 300;
  const OnPolicyOptions options = testing::bandit_options();
  const auto ppo = testing::named<PpoUpdate>("ppo", testing::brisk<PpoOptions>(4));
  VectorEnvironment environment([] { return std::make_unique<TwoPrices>(); }, kWorlds, 1);
  OnPolicyAgent agent({environment.spec(), kWorlds, {6, 4}, 1}, options, make_fused_mlp, ppo.make,
                      ppo.rule(2));
  TrainingRun run{environment, agent};
  WorkerPool pool(1);
  std::map<std::string, double> mean;  // over the second half
  int updates = 0;
  train(run, kUpdates * options.rollout.steps * kWorlds, pool,
        [&](std::int64_t, const Metrics& metrics) {
          if (updates++ < kUpdates / 2) return true;
          for (const auto& [name, number] : metrics.values()) mean[name] += number * 2 / kUpdates;
          return true;
        });
  EXPECT_NEAR(mean["cost/first"], 6, 0.15);
  EXPECT_NEAR(mean["cost/second"], 4, 0.15);
  EXPECT_NEAR(mean["multiplier/first"], 1, 0.1);
  EXPECT_NEAR(mean["multiplier/second"], 2, 0.1);
}

}  // namespace
}  // namespace saddle
