// SPDX-License-Identifier: Apache-2.0
// Tables that fit, expected sums in closed form, and the random family.
#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/envs/tabular/random_model.h>

namespace saddle {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// From state 0, action 1 leads to state 1, which pays 1 and costs 2 and is never left.
TabularModel two_states() {
  TabularModel model;
  model.id = "Two-v0";
  model.states = 2;
  model.actions = 2;
  model.continuation = 0.9;
  model.start = {1, 0};
  model.transition = {1, 0, 0, 1, 0, 1, 0, 1};
  model.reward = {0, 0, 1, 1};
  model.cost = {0, 0, 2, 2};
  model.constraints = {{"price", "units", 1, "in state 1"}};
  return model;
}

TEST(TabularModel, ExpectedSumsAreThoseInClosedForm) {
  // With p the probability of action 1, V = γ p / ((1 − γ) (1 − γ (1 − p))).
  for (const double p : {0.0, 0.3, 1.0}) {
    const EpisodeSums sums = expected_sums(two_states(), std::vector<double>{1 - p, p, 0.5, 0.5});
    const double value = 0.9 * p / (0.1 * (1 - 0.9 * (1 - p)));
    EXPECT_NEAR(sums.reward, value, 1e-10);
    EXPECT_NEAR(sums.cost.at(0), 2 * value, 1e-10);
  }
}

TEST(TabularModel, TablesThatDoNotFitAreRefused) {
  EXPECT_NO_THROW(two_states().validate());
  const auto refuses = [](const char* what, auto spoil) {
    TabularModel model = two_states();
    spoil(model);
    EXPECT_THAT([&] { model.validate(); }, ThrowsMessage<Error>(HasSubstr(what)));
  };
  refuses("'Two-v0'", [](TabularModel& m) { m.states = 0; });
  refuses("at least one state", [](TabularModel& m) { m.actions = 0; });
  refuses("to go on in [0, 1)", [](TabularModel& m) { m.continuation = 1; });
  refuses("start probability", [](TabularModel& m) { m.start = {0.5, 0.6}; });
  refuses("start probability", [](TabularModel& m) { m.start = {1.5, -0.5}; });
  refuses("a row of probabilities", [](TabularModel& m) { m.transition.pop_back(); });
  refuses("which sum to 1", [](TabularModel& m) { m.transition[0] = 0.5; });
  refuses("finite reward", [](TabularModel& m) { m.reward[3] = std::nan(""); });
  refuses("finite reward", [](TabularModel& m) { m.reward.clear(); });
  refuses("cost of at least 0", [](TabularModel& m) { m.cost[0] = -1; });
  refuses("cost of at least 0", [](TabularModel& m) { m.constraints.clear(); });
}

TEST(RandomModel, IsAFunctionOfItsSeed) {
  const TabularModel one = random_model({.seed = 7}), again = random_model({.seed = 7}),
                     other = random_model({.seed = 8});
  EXPECT_NO_THROW(one.validate());
  EXPECT_EQ(one.transition, again.transition);
  EXPECT_EQ(one.cost, again.cost);
  EXPECT_NE(one.transition, other.transition);
  EXPECT_NE(one.reward, other.reward);
  EXPECT_EQ(one.id, "RandomCmdp7-v0");
}

TEST(RandomModel, TheUniformPolicyKeepsTheLimitsAndTheGreedyOneBreaksThem) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const TabularModel model = random_model({.seed = seed});
    const EpisodeSums uniform = expected_sums(model, uniform_policy(model));
    std::vector<double> greedy(model.reward.size(), 0);  // for what the next step pays
    for (std::size_t s = 0; s < 20; ++s) {
      const auto row = model.reward.begin() + static_cast<std::ptrdiff_t>(4 * s);
      greedy[4 * s + static_cast<std::size_t>(std::max_element(row, row + 4) - row)] = 1;
    }
    const EpisodeSums paid = expected_sums(model, greedy);
    EXPECT_GT(paid.reward, uniform.reward);
    for (std::size_t k = 0; k < 2; ++k) {
      EXPECT_LE(uniform.cost[k], model.constraints[k].default_limit);
      EXPECT_NEAR(uniform.cost[k], model.constraints[k].default_limit, 0.01);
      EXPECT_GT(paid.cost[k], model.constraints[k].default_limit);
    }
  }
}

}  // namespace
}  // namespace saddle
