// SPDX-License-Identifier: Apache-2.0
// Central critics of a world whose reward depends on what no agent observes.
#include <gtest/gtest.h>

#include <saddle/agents/on_policy.h>
#include <saddle/agents/train.h>
#include <saddle/optim/constraint/none.h>

#include "tests/support/metrics.h"
#include "tests/support/teams.h"

namespace saddle {
namespace {

using testing::multi;

/// Pays both agents −1 in every step of an episode or 1, which is drawn at its start and which they
/// do not observe; it is the central state, if there is one. Cut after four steps.
class Hidden final : public Environment {
 public:
  explicit Hidden(int state) {
    spec_.id = "Hidden-v0";
    spec_.observation = Space::box(1, -1, 1);
    spec_.action = Space::box(1, -1, 1);
    spec_.agents = 2;
    spec_.state = state;
    spec_.horizon = 4;
  }

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }

  void reset(Rng& rng, std::span<float> observation) override {
    pay_ = rng.uniform() < 0.5 ? -1.0f : 1.0f;
    std::ranges::fill(observation, 0.0f);
  }

  [[nodiscard]] bool step(std::span<const float>, Rng&, const Outcome& out) override {
    std::ranges::fill(out.reward, pay_);
    std::ranges::fill(out.observation, 0.0f);
    return false;
  }

  void central_state(std::span<float> state) const override { state[0] = pay_; }

 private:
  EnvironmentSpec spec_;
  float pay_ = 1;
};

/// Leaves the policy as it is.
class Idle final : public PolicyUpdate {
 public:
  void apply(Policy&, const PolicyBatch&, Metrics&) override {}
  void state(Archive&) override {}
};

OnPolicyOptions options_of(const char* critic, const char* cell) {
  OnPolicyOptions options = testing::small_team(multi(critic, "shared", "mean"));
  options.rollout.steps = 7;  // so that rollouts end within episodes
  options.advantage.gamma = 0.5;
  options.advantage.lambda = 0;
  options.network.recurrent = cell;
  options.network.memory = 4;
  options.critic.epochs = 10;
  options.critic.minibatch = 64;
  options.critic.learning_rate = 0.01;
  return options;
}

/// The mean loss of the reward's critic in the last updates, in units of the variance of targets.
double loss(const char* critic, int state, const char* cell = "none") {
  constexpr int kWorlds = 64, kUpdates = 60, kLast = 10;
  const OnPolicyOptions options = options_of(critic, cell);
  VectorEnvironment environment([state] { return std::make_unique<Hidden>(state); }, kWorlds, 5);
  OnPolicyAgent agent(
      {environment.spec(), kWorlds, {}, 5}, options, make_fused_mlp,
      [](Policy&, const Rng&) { return std::make_unique<Idle>(); },
      std::make_unique<None>(0, None::Options{}));
  TrainingRun run{environment, agent};
  WorkerPool pool(1);
  double sum = 0;
  int updates = 0;
  train(run, std::int64_t{kUpdates} * options.rollout.steps * kWorlds, pool,
        [&](std::int64_t, const Metrics& metrics) {
          if (++updates > kUpdates - kLast) sum += testing::value(metrics, "critic/reward_loss");
          return true;
        });
  EXPECT_EQ(updates, kUpdates);
  return sum / kLast;
}

// With it the value is ±1/(1 − γ), at a cut too, whose successor has the pay of the episode that
// was cut. Without it a critic can say no more than the mean: half the variance for each head.
TEST(CentralState, IsWhatCentralCriticsSee) {
  SCOPED_TRACE("seed 5");
  EXPECT_LT(loss("central", 1), 0.01);
  EXPECT_NEAR(loss("central", 0), 1, 0.1);
  EXPECT_NEAR(loss("own", 1), 0.5, 0.05);
}

TEST(CentralState, IsWhatCentralCriticsWithAMemorySee) {
  SCOPED_TRACE("seed 5");
  EXPECT_LT(loss("central", 1, "gru"), 0.01);
  EXPECT_NEAR(loss("central", 0, "gru"), 1, 0.1);
}

TEST(CentralState, HasANormalizerInTheCheckpointWhereItIsSeen) {
  const auto saved = [](const char* critic) {
    VectorEnvironment environment([] { return std::make_unique<Hidden>(1); }, 2, 5);
    OnPolicyAgent agent(
        {environment.spec(), 2, {}, 5}, options_of(critic, "none"), make_fused_mlp,
        [](Policy&, const Rng&) { return std::make_unique<Idle>(); },
        std::make_unique<None>(0, None::Options{}));
    Archive archive;
    agent.state(archive);
    return archive.entries();
  };
  EXPECT_TRUE(saved("central").contains("state_normalizer/mean"));
  EXPECT_FALSE(saved("own").contains("state_normalizer/mean"));
}

TEST(CentralState, CannotBeSeenByHeadsOfAPolicy) {
  OnPolicyOptions options = options_of("central", "none");
  options.critic.trunk = "policy";
  EnvironmentSpec spec = Hidden(1).spec();
  const auto make = [&] {
    OnPolicyAgent agent(
        {spec, 2, {}, 5}, options, make_fused_mlp,
        [](Policy&, const Rng&) { return std::make_unique<Idle>(); },
        std::make_unique<None>(0, None::Options{}));
  };
  EXPECT_THROW(make(), Error);
  spec.agents = 1;
  EXPECT_THROW(make(), Error);
}

}  // namespace
}  // namespace saddle
