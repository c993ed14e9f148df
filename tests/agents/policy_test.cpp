// SPDX-License-Identifier: Apache-2.0
// How random a policy is before it has learned anything, and actions that stay within bounds.
#include <saddle/agents/policy.h>

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include <saddle/agents/distribution.h>
#include <saddle/agents/train.h>
#include <saddle/optim/constraint/none.h>

#include "tests/support/updates.h"

namespace saddle {
namespace {

/// The entropy at any state of a policy that starts with this log standard deviation.
double first_entropy(const Space& action, const std::string& initial_log_std) {
  NetworkOptions options;
  Fields fields;
  options.fields(fields);
  fields.parse("initial_log_std", initial_log_std);
  EnvironmentSpec spec;
  spec.observation = Space::box(2, -1, 1);
  spec.action = action;
  Rng rng(3);
  const Policy policy(spec, options, make_fused_mlp, rng);
  AlignedFloats head(policy.head_size());
  policy.heads(AlignedFloats{0.5f, -2}, head);
  return ActionDensity().of(policy.distribution(), policy.log_std()).at(head).entropy();
}

TEST(Policy, StartsWithTheDeviationThatOptionsName) {
  const double unit = 0.5 * std::log(2 * std::numbers::pi * std::numbers::e);
  for (const auto& [text, log_std] : {std::pair{"-2.5", -2.5}, {"0", 0.0}, {"0.75", 0.75}}) {
    EXPECT_NEAR(first_entropy(Space::box(3, -1, 1), text), 3 * (log_std + unit), 1e-6);
    // The box is the unit of an action.
    EXPECT_NEAR(first_entropy(Space::box(1, -20, 80), text), log_std + unit, 1e-6);
    // Choices have no deviation, and are even to within the small weights.
    EXPECT_NEAR(first_entropy(Space::discrete(4), text), std::log(4.0), 1e-3);
  }
}

/// One step, which pays −(a − aim)² of an action in [−1,3].
class Aim final : public Environment {
 public:
  explicit Aim(double aim) : aim_(aim) {
    spec_.id = "Aim-v0";
    spec_.observation = Space::box(1, 1, 1);
    spec_.action = Space::box(1, -1, 3);
    spec_.horizon = 1;
  }
  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng&, std::span<float> observation) override { observation[0] = 1; }
  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    out.observation[0] = 1;
    out.reward[0] = static_cast<float>(-std::pow(action[0] - aim_, 2));
    return true;
  }

 private:
  EnvironmentSpec spec_;
  double aim_;
};

/// PPO, as it begins or trained, in 16 such worlds with an action in [−1,3].
struct Aiming {
  OnPolicyAgent agent;
  VectorEnvironment environment;
  TrainingRun run{environment, agent};

  Aiming(double aim, const NetworkOptions& network)
      : agent({Aim(aim).spec(), 16, {}, 1}, options_of(network), make_fused_mlp,
              testing::named<PpoUpdate>("ppo", testing::brisk<PpoOptions>(4)).make,
              std::make_unique<None>(0, None::Options{})),
        environment([=] { return std::make_unique<Aim>(aim); }, 16, 1) {}

  static OnPolicyOptions options_of(const NetworkOptions& network) {
    OnPolicyOptions options;
    options.rollout.steps = 20;
    options.network = network;
    return options;
  }

  /// The mode, or a sample.
  [[nodiscard]] float action(Rng* explore) const {
    const float observation[] = {1};
    float action[] = {0};
    agent.act(observation, {}, action, explore);
    return action[0];
  }
};

NetworkOptions squashing(double initial_log_std) {
  NetworkOptions network;
  network.hidden = {8};
  network.squash = true;
  network.initial_log_std = initial_log_std;
  return network;
}

TEST(Policy, SquashesActionsIntoTheirBounds) {
  const Aiming wide(0, squashing(2));
  Rng rng(5), same(5);
  for (int i = 0; i < 100; ++i) {
    // The network says next to nothing yet: a = 1 + 2 tanh(e² ε).
    const float action = wide.action(&rng);
    EXPECT_NEAR(action, 1 + 2 * std::tanh(std::exp(2) * same.normal()), 0.05);
    EXPECT_GE(action, -1);
    EXPECT_LE(action, 3);
  }
}

TEST(Policy, LearnsWhileItSquashes) {
  for (const double aim : {1.5, 2.8}) {
    Aiming aiming(aim, squashing(-0.5));
    WorkerPool pool(1);
    train(aiming.run, std::int64_t{150} * 320, pool,
          [](std::int64_t, const Metrics&) { return true; });
    EXPECT_NEAR(aiming.action(nullptr), aim, 0.1);
  }
}

TEST(Policy, HasNothingToSquashIntoWithoutBounds) {
  EnvironmentSpec spec;
  spec.observation = Space::box(1, -1, 1);
  spec.action = Space::box({-1}, {std::numeric_limits<float>::infinity()});
  Rng rng(1);
  EXPECT_THROW(Policy(spec, squashing(0), make_fused_mlp, rng), Error);
  spec.action = Space::discrete(2);  // which squashing does not concern
  EXPECT_NO_THROW(Policy(spec, squashing(0), make_fused_mlp, rng));
}

}  // namespace
}  // namespace saddle
