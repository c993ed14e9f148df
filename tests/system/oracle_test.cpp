// SPDX-License-Identifier: Apache-2.0
// saddle oracle: its answers carry the proof that nothing better exists.
#include <algorithm>
#include <cmath>

#include <saddle/envs/tabular/world.h>

#include "tests/system/command_fixture.h"

namespace saddle::test {
namespace {

using Json = nlohmann::json;

class Oracle : public CommandTest {
 protected:
  Json answer(const std::string& world, const Words& more = {}) {
    Words words = {"oracle", world, "--json"};
    words.insert(words.end(), more.begin(), more.end());
    const Finished run = saddle(words);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(std::ranges::count(run.out, '\n'), 1) << run.out;
    return Json::parse(run.out);
  }
};

TabularModel model_of(const std::string& name) {
  EnvironmentRegistry worlds("environment");
  register_environments(worlds);
  const auto world = worlds.at(name)();
  return dynamic_cast<const TabularWorld&>(*world).model();
}

/// max over policies of E Σ (r − λᵀc), by value iteration.
double best_priced_return(const TabularModel& model, const std::vector<double>& prices) {
  const auto s = static_cast<std::size_t>(model.states),
             a = static_cast<std::size_t>(model.actions);
  std::vector<double> value(s, 0);
  for (double change = 1; change > 1e-12;) {
    std::vector<double> next(s, -INFINITY);
    for (std::size_t pair = 0; pair < s * a; ++pair) {
      double q = model.reward[pair];
      for (std::size_t k = 0; k < prices.size(); ++k) {
        q -= prices[k] * model.cost[pair * prices.size() + k];
      }
      for (std::size_t to = 0; to < s; ++to) {
        q += model.continuation * model.transition[pair * s + to] * value[to];
      }
      next[pair / a] = std::max(next[pair / a], q);
    }
    change = 0;
    for (std::size_t i = 0; i < s; ++i) change = std::max(change, std::abs(next[i] - value[i]));
    value = next;
  }
  double total = 0;
  for (std::size_t i = 0; i < s; ++i) total += model.start[i] * value[i];
  return total;
}

/// The policy earns what it is said to, within the limits; and with costs priced at the
/// multipliers no policy beats that, which bounds what any policy within the limits earns.
void expect_proven(const Json& json) {
  SCOPED_TRACE(json.at("environment"));
  const TabularModel model = model_of(json.at("environment"));
  std::vector<double> policy;
  for (const Json& row : json.at("policy")) {
    policy.insert(policy.end(), row.begin(), row.end());
  }
  const EpisodeSums sums = expected_sums(model, policy);
  EXPECT_NEAR(sums.reward, json.at("return"), 1e-9);
  std::vector<double> prices;
  double bound = 0;
  ASSERT_EQ(json.at("constraints").size(), model.constraints.size());
  for (std::size_t k = 0; k < model.constraints.size(); ++k) {
    const Json& constraint = json.at("constraints").at(k);
    EXPECT_EQ(constraint.at("name"), model.constraints[k].name);
    EXPECT_NEAR(sums.cost[k], constraint.at("cost"), 1e-9);
    EXPECT_LE(sums.cost[k], constraint.at("limit").get<double>() + 1e-6);
    prices.push_back(constraint.at("multiplier"));
    EXPECT_GE(prices.back(), -1e-9);
    bound += prices.back() * constraint.at("limit").get<double>();
  }
  EXPECT_NEAR(best_priced_return(model, prices) + bound, json.at("return"), 1e-6);
  const std::vector<double> free(prices.size(), 0);
  EXPECT_NEAR(best_priced_return(model, free), json.at("return_without_limits"), 1e-6);
}

TEST_F(Oracle, ProvesTheOptimumOfEveryTabularWorld) {
  std::vector<std::string> worlds = {"CliffWalk-v0", "GridWorld-v0"};
  for (int seed = 0; seed < 18; ++seed) {
    worlds.push_back("RandomCmdp" + std::to_string(seed) + "-v0");
  }
  for (const std::string& world : worlds) {
    const Json json = answer(world);
    expect_proven(json);
    EXPECT_LT(json.at("return"), json.at("return_without_limits")) << "limits bind in " << world;
  }
}

TEST_F(Oracle, FallsOfTheCliffAreWorthSomething) {
  const Json json = answer("CliffWalk-v0");
  EXPECT_LT(json.at("return"), 0.95 * json.at("return_without_limits").get<double>());
  EXPECT_GT(json.at("constraints").at(0).at("multiplier"), 0.1);
}

TEST_F(Oracle, TakesOtherLimits) {
  const Json json = answer("GridWorld-v0", {"--cost-limit", "1", "--cost-limit", "fire=0.1"});
  EXPECT_EQ(json.at("constraints").at(0).at("limit"), 1);
  EXPECT_EQ(json.at("constraints").at(1).at("limit"), 0.1);
  expect_proven(json);
}

TEST_F(Oracle, SaysItInWords) {
  const Finished run = saddle({"oracle", "CliffWalk-v0"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, testing::HasSubstr("\n  return "));
  EXPECT_THAT(run.out, testing::HasSubstr("\n  falls "));
  EXPECT_THAT(run.out, testing::HasSubstr("multiplier "));
}

TEST_F(Oracle, RefusesWhatItCannotSolve) {
  expect_refused(saddle({"oracle"}), {"no world to solve"});
  expect_refused(saddle({"oracle", "GridWrld-v0"}), {"unknown environment", "'GridWorld-v0'"});
  expect_refused(saddle({"oracle", "Pendulum-v0"}),
                 {"'Pendulum-v0' has no tables", "CliffWalk-v0"});
  expect_refused(saddle({"oracle", "GridWorld-v0", "--cost-limit", "ice=1"}),
                 {"has no constraint 'ice'"});
  expect_refused(saddle({"oracle", "RandomCmdp0-v0", "--cost-limit", "0"}),
                 {"no policy of 'RandomCmdp0-v0'", "--cost-limit"});
}

}  // namespace
}  // namespace saddle::test
