// SPDX-License-Identifier: Apache-2.0
// Tables as they are played: frequencies and episode sums against the probabilities.
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include <saddle/envs/tabular/random_model.h>
#include <saddle/envs/tabular/world.h>

#include "tests/support/step.h"

namespace saddle {
namespace {

using testing::reset;
using testing::Step;
using testing::step;

TEST(TabularWorld, MovesAndEndsAsOftenAsTheTablesSay) {
  const TabularModel model = random_model({.seed = 3, .states = 6, .actions = 2, .branches = 5});
  TabularWorld world(std::make_shared<const TabularRules>(model));
  Rng rng(9);
  SCOPED_TRACE("seed 9");
  constexpr int kSteps = 200000;
  std::map<std::size_t, double> tried, moved, ended, started;
  double episodes = 0;
  const auto begin = [&] {
    (void)reset(world, rng);
    ++started[size_of(world.state())];
    ++episodes;
  };
  begin();
  for (int t = 0; t < kSteps; ++t) {
    const int action = static_cast<int>(rng.below(2));
    const std::size_t pair = size_of(2 * world.state() + action);
    const Step s = step(world, action, rng);
    ++tried[pair];
    ASSERT_EQ(s.reward, static_cast<float>(model.reward[pair]));
    for (std::size_t k = 0; k < 2; ++k) {
      ASSERT_EQ(s.cost[k], static_cast<float>(model.cost[2 * pair + k]));
    }
    ++(s.ended ? ended[pair] : moved[6 * pair + size_of(world.state())]);
    if (s.ended) begin();
  }
  const auto expect_share = [](double count, double of, double p) {
    EXPECT_NEAR(count / of, p, 5 * std::sqrt(p * (1 - p) / of) + 1e-12) << count << " of " << of;
  };
  for (std::size_t pair = 0; pair < 12; ++pair) {
    expect_share(ended[pair], tried[pair], 0.05);
    for (std::size_t to = 0; to < 6; ++to) {
      expect_share(moved[6 * pair + to], tried[pair], 0.95 * model.transition[6 * pair + to]);
    }
  }
  for (std::size_t s = 0; s < 6; ++s) expect_share(started[s], episodes, model.start[s]);
}

TEST(TabularWorld, EveryRegisteredOneAddsUpToWhatItsTablesExpect) {
  EnvironmentRegistry registry("environment");
  register_environments(registry);
  int found = 0;
  for (const std::string& name : registry.names()) {
    const auto made = registry.at(name)();
    auto* const world = dynamic_cast<TabularWorld*>(made.get());
    if (world == nullptr) continue;
    SCOPED_TRACE(name);
    ++found;
    EXPECT_EQ(world->spec().id, world->model().id);
    constexpr int kEpisodes = 3000;
    Rng rng(12);
    const auto actions = static_cast<std::uint32_t>(world->model().actions);
    const std::size_t costs = world->spec().constraints.size();
    std::vector<double> mean(1 + costs), square(1 + costs);
    for (int episode = 0; episode < kEpisodes; ++episode) {
      (void)reset(*world, rng);
      std::vector<double> sums(1 + costs);
      for (Step s; !s.ended;) {
        s = step(*world, rng.below(actions), rng);
        sums[0] += s.reward;
        for (std::size_t k = 0; k < costs; ++k) sums[1 + k] += s.cost[k];
      }
      for (std::size_t i = 0; i <= costs; ++i) {
        mean[i] += sums[i] / kEpisodes;
        square[i] += sums[i] * sums[i] / kEpisodes;
      }
    }
    const EpisodeSums expected = expected_sums(world->model(), uniform_policy(world->model()));
    for (std::size_t i = 0; i <= costs; ++i) {
      const double sum = i == 0 ? expected.reward : expected.cost[i - 1];
      const double deviation = std::sqrt((square[i] - mean[i] * mean[i]) / kEpisodes);
      EXPECT_NEAR(mean[i], sum, 5 * deviation + 1e-3) << (i == 0 ? "reward" : "cost");
    }
  }
  EXPECT_EQ(found, 20);
}

TEST(TabularWorld, ShowsTheStateAndIsCutOnlyWhenNothingIsLeftToExpect) {
  const TabularModel model = random_model({.states = 7, .continuation = 0.5});
  TabularWorld world(std::make_shared<const TabularRules>(model));
  EXPECT_EQ(world.spec().horizon, 30);  // 2⁻³⁰ < 1e-9 < 2⁻²⁹
  Rng rng(1);
  for (int t = 0; t < 50; ++t) {
    const std::vector<float> observation = reset(world, rng);
    for (int s = 0; s < 7; ++s) EXPECT_EQ(observation[size_of(s)], s == world.state() ? 1 : 0);
  }
}

TEST(TabularWorld, TablesThatDoNotFitAreRefused) {
  TabularModel model = random_model({});
  model.reward.pop_back();
  EXPECT_THROW(TabularRules{model}, Error);
}

}  // namespace
}  // namespace saddle
