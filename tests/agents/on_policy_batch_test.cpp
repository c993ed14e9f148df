// SPDX-License-Identifier: Apache-2.0
// What an update is given of a rollout, against numbers worked out by hand.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/agents/on_policy.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/bills.h"
#include "tests/support/ledger.h"
#include "tests/support/linear_network.h"
#include "tests/support/session.h"
#include "tests/support/teams.h"

namespace saddle {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::Pointwise;
using Floats = std::vector<float>;

struct Handed {
  Floats observation, log_probability, cost_advantage;
  Floats density;  ///< the logarithm of the policy's, of the actions
  std::vector<double> weights, violation;
  double whole_limit = 0;
};

/// Notes what it is given, an entry an update, and moves nothing.
class NotingBatches final : public PolicyUpdate {
 public:
  explicit NotingBatches(std::vector<Handed>& noted) : noted_(noted) {}

  void apply(Policy& policy, const PolicyBatch& batch, Metrics&) override {
    const auto copy = [](const auto& x) { return Floats(x.begin(), x.end()); };
    Handed& handed = noted_.emplace_back();
    handed.observation = copy(batch.observation);
    handed.log_probability = copy(batch.log_probability);
    handed.cost_advantage = copy(batch.cost_advantage);
    handed.weights.assign(batch.weights.constraints.begin(), batch.weights.constraints.end());
    handed.violation.assign(batch.violation.begin(), batch.violation.end());
    handed.whole_limit = batch.whole_limit;
    ActionDensity pi;
    pi.of(policy.distribution(), batch.log_std);
    for (std::size_t i = 0; i < batch.action.size(); ++i) {
      handed.density.push_back(static_cast<float>(
          pi.at(batch.head.subspan(i, 1)).log_probability(batch.action.subspan(i, 1))));
    }
  }
  void state(Archive&) override {}

 private:
  std::vector<Handed>& noted_;
};

/// The reward without discount, costs with γ = λ = ½.
OnPolicyOptions halving_costs(std::int64_t steps) {
  OnPolicyOptions options;
  options.rollout.steps = steps;
  options.network.hidden.clear();
  options.advantage = {.gamma = 1, .lambda = 1, .cost_gamma = 0.5, .cost_lambda = 0.5};
  options.measure.caution = 0;
  return options;
}

EnvironmentFactory bills(float growth = 0) {
  return [growth] { return std::make_unique<testing::Bills>(growth); };
}

/// Of one world, under multipliers that stay 1.
std::vector<Handed> play(const OnPolicyOptions& options, int updates = 1,
                         const EnvironmentFactory& make = bills(),
                         const NetworkFactory& network = testing::make_silent) {
  std::vector<Handed> noted;
  VectorEnvironment environment(make, 1, 1);
  const EnvironmentSpec& spec = environment.spec();
  std::vector<double> limits;
  for (const ConstraintSpec& constraint : spec.constraints)
    limits.push_back(constraint.default_limit);
  OnPolicyAgent agent(
      {spec, 1, limits, 1}, options, network,
      [&](Policy&, Rng) { return std::make_unique<NotingBatches>(noted); },
      std::make_unique<Lagrangian>(
          options.multipliers(spec),
          Lagrangian::Options{.step = 0, .initial = 1, .normalize = false}));
  TrainingRun run{environment, agent};
  testing::train(run, updates * options.rollout.steps, 1);
  return noted;
}

TEST(OnPolicyBatch, CostsHaveTheirOwnDiscountLambdaAndColumn) {
  // In units of the limits: 1 and 2 in the second step, 1 and 1 in the first and a quarter of
  // those.
  EXPECT_THAT(play(halving_costs(2))[0].cost_advantage, ElementsAre(1.25f, 1.5f, 1, 2));
}

/// Costs are valued 1 and 7 whatever is seen, all else 0.
std::unique_ptr<Network> make_biased(const MlpShape& shape, ParameterArena& arena) {
  std::ranges::fill(arena.values(), 0.0f);
  if (shape.outputs == 2) {
    std::ranges::copy(Floats{1, 7}, arena.values(arena.blocks().back()).begin());
  }
  return testing::make_linear_network(shape, arena);
}

TEST(OnPolicyBatch, EveryCostIsHeldAgainstItsOwnValue) {
  OnPolicyOptions options = halving_costs(2);
  options.advantage.cost_lambda = 0;
  // 1 + ½ − 1 both times; 10 + 3.5 − 7 and 20 + 3.5 − 7, in tens.
  EXPECT_THAT(play(options, 1, bills(), make_biased)[0].cost_advantage,
              ElementsAre(0.5f, 0.65f, 0.5f, 1.65f));
}

TEST(OnPolicyBatch, TheNextRolloutGoesOnWhereTheLastEnded) {
  const std::vector<Handed> noted = play(halving_costs(2), 2);
  EXPECT_THAT(noted[0].observation, ElementsAre(0, 1));
  // 2 and 3 where 0 and 1 have mean and deviation ½.
  EXPECT_THAT(noted[1].observation, ElementsAre(FloatNear(3, 1e-5f), FloatNear(5, 1e-5f)));
}

TEST(OnPolicyBatch, ProbabilitiesAreOfActionsInThePolicysUnits) {
  const Handed handed = play(halving_costs(4))[0];  // where the world's are twice as large
  EXPECT_THAT(handed.log_probability, Pointwise(FloatNear(1e-5f), handed.density));
}

TEST(OnPolicyBatch, TheViolationIsThatOfAStepOfEpisodesAsLongAsTheyWere) {
  // (4 − 1)/1 and (100 − 10)/10 in 4 steps, whatever the horizon.
  const Handed handed = play(halving_costs(4))[0];
  EXPECT_THAT(handed.violation, ElementsAre(3.0 / 4, 9.0 / 4));
  EXPECT_EQ(handed.whole_limit, 1.0 / 4);
}

TEST(OnPolicyBatch, AWholeLimitIsInTheUnitsOfTheViolation) {
  OnPolicyOptions options = halving_costs(testing::Ledger::kHorizon);
  options.multi = testing::multi("own", "shared", "each");
  // That of one step of three, in a mean over the rows of two agents.
  const auto make = [] { return std::make_unique<testing::Ledger>(); };
  EXPECT_DOUBLE_EQ(play(options, 1, make)[0].whole_limit, 1.0 / 3 / 2);
}

TEST(OnPolicyBatch, APriceIsOfTheDeviationOfItsOwnCost) {
  OnPolicyOptions options = halving_costs(2);
  EXPECT_THAT(play(options)[0].weights, Each(1));
  options.advantage.unit = "deviation";
  // Advantages of the reward are 2 and 1, those of costs 1.25, 1 and 1.5, 2: deviations ½, ⅛, ¼.
  EXPECT_THAT(play(options)[0].weights, ElementsAre(4, 2));
}

TEST(OnPolicyBatch, CvarCountsWhatStepsAddAboveTheQuantileOfTheEpisodes) {
  OnPolicyOptions options = halving_costs(8);
  options.advantage.cost_gamma = 0;
  options.measure.kind = "cvar";
  options.measure.level = 0.5;
  // Episodes cost 4 and 8, and 100 and 200, so that ν is 4 and 100. The second had cost 2, 4, 6, 8
  // and 20, 60, 120, 200 after its steps: what is above ν grows by 0, 0, 2, 2 and 0, 0, 20, 80,
  // which counts twice, in units of the limits.
  const Floats noted = play(options, 1, bills(1))[0].cost_advantage;
  EXPECT_THAT(std::span(noted).first(12), Each(0));
  EXPECT_THAT(std::span(noted).subspan(12), ElementsAre(4, 4, 4, 16));
}

}  // namespace
}  // namespace saddle
