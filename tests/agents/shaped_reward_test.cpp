// SPDX-License-Identifier: Apache-2.0
// Costs that are taken off the reward: what is learned from, by hand, and that limits are kept.
#include <cmath>

#include <gtest/gtest.h>

#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/bandit_training.h"
#include "tests/support/ledger.h"
#include "tests/support/session.h"
#include "tests/support/spy.h"
#include "tests/support/teams.h"

namespace saddle {
namespace {

/// Answers with the same weights whatever happens.
class FixedWeights final : public ConstraintRule {
 public:
  explicit FixedWeights(GradientWeights weights) : weights_(std::move(weights)) {}
  [[nodiscard]] GradientWeights update(const Eigen::VectorXd&) override { return weights_; }
  [[nodiscard]] Eigen::VectorXd multipliers() const override { return weights_.constraints; }
  void state(Archive&) override {}

 private:
  GradientWeights weights_;
};

OnPolicyOptions shaped_options(const char* limits) {
  OnPolicyOptions options = testing::small_team(testing::multi("own", "shared", limits));
  options.rollout.steps = 3;
  options.critic.costs = "shaped";
  options.advantage = {0.5, 1, 0.9, 0.2};  // those of costs have no say
  return options;
}

std::unique_ptr<Environment> make_ledger() { return std::make_unique<testing::Ledger>(); }

/// After one rollout of the ledger, whose critics say 0: the discounted sums to the episode's end.
testing::Given note(const OnPolicyOptions& options, GradientWeights weights) {
  std::vector<testing::Given> given(1);
  VectorEnvironment environment(make_ledger, 1, 1);
  OnPolicyAgent agent(
      {environment.spec(), 1, {2}, 1}, options, testing::make_silent,
      [&](Policy&, Rng) { return std::make_unique<testing::Spy>(given, 0); },
      std::make_unique<FixedWeights>(std::move(weights)));
  TrainingRun run{environment, agent};
  testing::train(run, 3, 1);
  return given[0];
}

/// r_t + ½ r_{t+1} + … of the rewards of agents 0 and 1, against advantages in the order of rows.
void expect_sums(const testing::Given& noted, const std::vector<double>& first,
                 const std::vector<double>& second) {
  ASSERT_EQ(noted.advantage.size(), 6u);
  double next[] = {0, 0};
  for (std::size_t t = 3; t-- > 0;) {
    next[0] = first[t] + 0.5 * next[0];
    next[1] = second[t] + 0.5 * next[1];
    EXPECT_NEAR(noted.advantage[2 * t], next[0], 1e-4) << t;
    EXPECT_NEAR(noted.advantage[2 * t + 1], next[1], 1e-4) << t;
  }
}

TEST(ShapedReward, IsTheRewardLessTheCostsInLimits) {
  // Rewards are 1, 2, 3 and 11, 12, 13, costs 1, 1, 1 and 0, 2, 4, the limit 2.
  const testing::Given noted = note(shaped_options("mean"), {0.5, Eigen::VectorXd::Constant(1, 3)});
  expect_sums(noted, {0.5 - 1.5, 1 - 1.5, 1.5 - 1.5}, {5.5 - 0, 6.0 - 3, 6.5 - 6});
  EXPECT_TRUE(noted.cost_advantage.empty());
  EXPECT_EQ(noted.weights.constraints.size(), 0);
}

TEST(ShapedReward, OfEachAgentIsUnderItsOwnMultiplier) {
  const testing::Given noted = note(shaped_options("each"), {1, Eigen::Vector2d(2, 0.5)});
  expect_sums(noted, {1 - 1, 2 - 1, 3 - 1}, {11 - 0, 12 - 0.5, 13 - 1});
}

TEST(ShapedReward, WeighsStandardDeviationsOfSteps) {
  OnPolicyOptions options = shaped_options("mean");
  options.advantage.unit = "deviation";
  const testing::Given noted = note(options, {1, Eigen::VectorXd::Constant(1, 1)});
  // FixedWeights are times the price: the variance of the rewards is 25 + 2/3, that of the costs
  // 1, 1, 1, 0, 2, 4 is 23/6 − 9/4 = 19/12.
  const double price = std::sqrt((25 + 2 / 3.0) / (19 / 12.0));
  expect_sums(noted, {1 - price, 2 - price, 3 - price}, {11, 12 - 2 * price, 13 - 4 * price});
}

TEST(ShapedReward, HasOneCriticAndResumesToTheSameBits) {
  for (const char* trunk : {"shared", "policy"}) {
    OnPolicyOptions options = shaped_options("mean");
    options.critic.trunk = trunk;
    const auto trained = [&](std::int64_t until, const Archive::Entries& from) {
      VectorEnvironment environment(make_ledger, 4, 1);
      OnPolicyAgent agent({environment.spec(), 4, {2}, 1}, options, make_fused_mlp,
                          testing::update<PpoUpdate>(),
                          std::make_unique<Lagrangian>(1, Lagrangian::Options{}));
      TrainingRun run{environment, agent};
      if (!from.empty()) {
        Archive loading(from);
        agent.policy(loading);
        run.state(loading);
      }
      testing::train(run, until, 1);
      return testing::everything(run);
    };
    const Archive::Entries straight = trained(36, {});
    for (const auto& [name, entry] : straight) {
      EXPECT_EQ(name.find("cost_critic"), std::string::npos) << name;
    }
    testing::expect_same(straight, trained(36, trained(12, {})));
  }
}

TEST(ShapedReward, KeepsTheBanditAtItsLimit) {
  OnPolicyOptions options = testing::bandit_options();
  options.critic.costs = "shaped";
  for (const testing::NamedUpdate& update : testing::all_updates()) {
    if (update.keeps_constraints) continue;
    SCOPED_TRACE(update.name);
    EXPECT_NEAR(testing::train_bandit(update, options, {6}), 6, 0.8);
  }
}

TEST(ShapedReward, IsRefusedByAgentsThatNeedTheValuesOfCosts) {
  for (const testing::NamedUpdate& update : testing::all_updates()) {
    if (!update.keeps_constraints) continue;
    try {
      const OnPolicyAgent agent({testing::Ledger().spec(), 1, {2}, 1}, shaped_options("mean"),
                                make_fused_mlp, update.make, update.rule(1));
      ADD_FAILURE() << update.name;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("leave it at valued"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace saddle
