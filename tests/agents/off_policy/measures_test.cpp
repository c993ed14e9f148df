// SPDX-License-Identifier: Apache-2.0
// Multipliers of an off-policy agent rise where what is measured is above its limit, and fall where
// it is below.
#include <gtest/gtest.h>

#include "tests/support/metrics.h"
#include "tests/support/off_policy_session.h"

namespace saddle {
namespace {

/// Episodes of four steps, each of which costs 1 in the first episode, 2 in the second and so on.
class Meter final : public Environment {
 public:
  Meter() {
    spec_.id = "Meter-v0";
    spec_.observation = Space::box(1, 1, 1);
    spec_.action = Space::box(1, -1, 1);
    spec_.constraints = {{"fare", "units", 1, ""}};
    spec_.horizon = 4;
  }
  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng&, std::span<float> observation) override {
    observation[0] = 1;
    ++fare_;
  }
  [[nodiscard]] bool step(std::span<const float>, Rng&, const Outcome& out) override {
    out.observation[0] = 1;
    out.reward[0] = 0;
    out.cost[0] = fare_;
    return false;
  }

 private:
  EnvironmentSpec spec_;
  float fare_ = 0;
};

/// What is measured of the first four episodes, which cost 4, 8, 12 and 16.
struct Metered {
  const char* kind;
  double value;
  friend void PrintTo(const Metered& metered, std::ostream* out) { *out << metered.kind; }
};

class OffPolicyMeasures : public ::testing::TestWithParam<Metered> {};

INSTANTIATE_TEST_SUITE_P(All, OffPolicyMeasures,
                         ::testing::Values(Metered{"sum", 10},
                                           // γ = ½: 2.5 (1 + ½ + ¼ + ⅛)
                                           Metered{"discounted", 4.6875}, Metered{"rate", 2.5},
                                           // above 9
                                           Metered{"exceedance", 0.5},
                                           // of the worse half
                                           Metered{"cvar", 14}),
                         [](const auto& metered) { return metered.param.kind; });

TEST_P(OffPolicyMeasures, MoveTheMultiplierByTheViolation) {
  OffPolicyOptions options;
  options.rollout.steps = 16;
  options.replay = {.size = 100, .start = 0, .batch = 4, .ratio = 0.1};
  options.network.hidden = {4};
  options.critic.cost_gamma = 0.5;
  options.measure = {.kind = GetParam().kind, .bound = 9, .level = 0.5, .caution = 0};
  Lagrangian::Options rule;
  rule.initial = 1;
  rule.step = 0.1;
  for (const double share : {0.99, 1.01}) {
    const double limit = share * GetParam().value;
    VectorEnvironment environment([] { return std::make_unique<Meter>(); }, 1, 3);
    OffPolicyAgent agent({environment.spec(), 1, {limit}, 3}, options, SacOptions().settings(),
                         make_fused_mlp, testing::lagrangian(1, rule));
    TrainingRun run{environment, agent};
    WorkerPool pool(1);
    train(run, 16, pool, [&](std::int64_t, const Metrics& metrics) {
      EXPECT_EQ(testing::value(metrics, "episodes"), 4);
      EXPECT_DOUBLE_EQ(testing::value(metrics, "cost/fare"), GetParam().value);
      EXPECT_NEAR(testing::value(metrics, "multiplier/fare"), (1 + 0.1 * (1 / share - 1)) / limit,
                  1e-12);
      return true;
    });
  }
}

}  // namespace
}  // namespace saddle
