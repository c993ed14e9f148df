// SPDX-License-Identifier: Apache-2.0
// Games against a controller: moves by hand, and what the best players earn in a table.
#include <saddle/envs/wrapper/adversarial.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/envs/contract.h>
#include <saddle/envs/tabular/world.h>

#include "tests/support/walk.h"

namespace saddle {
namespace {

using Floats = std::vector<float>;

/// Observes 5, earns its action and pays for it twice.
class Meter final : public Environment {
 public:
  explicit Meter(Space action) {
    spec_.id = "Meter-v0";
    spec_.observation = Space::box(1, 0, 9);
    spec_.action = std::move(action);
    spec_.constraints = {{"once", "units", 25, "always"}, {"twice", "units", 25, "always"}};
  }
  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng&, std::span<float> observation) override { observation[0] = 5; }
  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    out.observation[0] = 5;
    out.reward[0] = action[0];
    out.cost[0] = 1 + std::abs(action[0]);
    out.cost[1] = 2 * out.cost[0];
    return false;
  }

 private:
  EnvironmentSpec spec_;
};

struct Game {
  Game(Space action, Attack attack, double strength, std::uint64_t seed = 5)
      : world(std::make_unique<Meter>(std::move(action)), attack, strength), rng(seed) {
    world.reset(rng, observation);
  }
  float step(float a, float b) {
    EXPECT_FALSE(world.step(Floats{a, b}, rng, {observation, reward, cost}));
    EXPECT_EQ(reward[1], -reward[0]);
    return reward[0];
  }

  Adversarial world;
  Rng rng;
  Floats observation = Floats(4), reward = Floats(2), cost = Floats(4);
};

const Space kLopsided = Space::box({-1}, {3});  // the middle is 1, and half of it 2

TEST(Adversarial, AddsWithinABallAboutTheAction) {
  Game game(kLopsided, Attack::kAdd, 0.25);
  EXPECT_EQ(game.step(0, 3), 0.5f);
  EXPECT_EQ(game.step(0, -1), -0.5f);
  EXPECT_EQ(game.step(0, 1), 0);
  EXPECT_EQ(game.step(2.75f, 3), 3);
}

TEST(Adversarial, MixesBothActions) {
  Game game(kLopsided, Attack::kMix, 0.25);
  EXPECT_EQ(game.step(3, -1), 2);
  EXPECT_EQ(game.step(-1, 3), 0);
  EXPECT_EQ(game.step(2, 2), 2);
}

TEST(Adversarial, ReplacesTheActionWithItsProbability) {
  constexpr std::uint64_t kSeed = 8;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  for (const Space& action : {kLopsided, Space::discrete(3)}) {
    Game game(action, Attack::kReplace, 0.3, kSeed);
    constexpr int kSteps = 20'000;
    double replaced = 0;
    for (int t = 0; t < kSteps; ++t) {
      const float played = game.step(0, 2);
      EXPECT_TRUE(played == 0 || played == 2) << played;
      replaced += played / 2;
    }
    EXPECT_NEAR(replaced / kSteps, 0.3, 4.5 * std::sqrt(0.21 / kSteps));
  }
}

TEST(Adversarial, WithoutStrengthTheControllerPlaysAlone) {
  for (const Attack attack : {Attack::kAdd, Attack::kMix, Attack::kReplace}) {
    Game game(kLopsided, attack, 0);
    EXPECT_EQ(game.step(0.1f, 3), 0.1f);
  }
}

TEST(Adversarial, BothSeeTheWorldAndWhoTheyAreAndCostTheSame) {
  Game game(kLopsided, Attack::kMix, 0.5);
  EXPECT_EQ(game.world.spec().agents, 2);
  EXPECT_EQ(game.world.spec().observation.size, 2);
  EXPECT_EQ(game.observation, (Floats{5, 0, 5, 1}));
  game.observation.assign(4, -7);
  game.step(1, 3);
  EXPECT_EQ(game.observation, (Floats{5, 0, 5, 1}));
  EXPECT_EQ(game.cost, (Floats{3, 6, 3, 6}));
}

TEST(Adversarial, RefusesWhatCannotBeSuchAGame) {
  const auto refused = [](const EnvironmentFactory& make, Attack attack, const char* words) {
    try {
      const Adversarial game(make(), attack, 0.1);
      ADD_FAILURE() << "took it: " << words;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr(words));
    }
  };
  const auto meter = [](const Space& action) {
    return [action] { return std::make_unique<Meter>(action); };
  };
  constexpr float kEndless = std::numeric_limits<float>::infinity();
  refused(&testing::make_walk, Attack::kReplace, "several agents");
  refused(meter(Space::discrete(2)), Attack::kAdd, "choices");
  refused(meter(Space::discrete(2)), Attack::kMix, "choices");
  refused(meter(Space::box(1, 0, kEndless)), Attack::kAdd, "no bounds");
}

/// The grid of Sutton and Barto's example 3.5 with rewards 1 and ½, discount 0.9, from any cell.
TabularModel jumping_grid() {
  TabularModel model;
  model.id = "Jumps-v0";
  model.states = 25;
  model.actions = 4;
  model.continuation = 0.9;
  model.start.assign(25, 1.0 / 25);
  model.transition.assign(std::size_t{100} * 25, 0);
  model.reward.assign(100, 0);
  for (int s = 0; s < 25; ++s) {
    for (int a = 0; a < 4; ++a) {
      const int row =
          std::clamp(s / 5 + std::array{-1, 0, 1, 0}.at(static_cast<std::size_t>(a)), 0, 4);
      const int column =
          std::clamp(s % 5 + std::array{0, 1, 0, -1}.at(static_cast<std::size_t>(a)), 0, 4);
      const int to = s == 1 ? 21 : s == 3 ? 13 : 5 * row + column;
      model.transition[static_cast<std::size_t>((4 * s + a) * 25 + to)] = 1;
      if (s == 1) model.reward[static_cast<std::size_t>(4 * s + a)] = 1;
      if (s == 3) model.reward[static_cast<std::size_t>(4 * s + a)] = 0.5;
    }
  }
  return model;
}

/// The best moves of both players, and what they come to from a random start.
struct Solution {
  std::vector<float> controller = std::vector<float>(25), adversary = std::vector<float>(25);
  double value = 0;
};

/// V = (1 − α) max_a Q + α min_b Q, by iteration.
Solution solve(const TabularModel& model, double alpha) {
  Solution best;
  std::vector<double> value(25, 0);
  for (int sweep = 0; sweep < 400; ++sweep) {
    std::vector<double> next(25);
    for (std::size_t s = 0; s < 25; ++s) {
      std::array<double, 4> q{};
      for (std::size_t a = 0; a < 4; ++a) {
        q.at(a) = model.reward[4 * s + a];
        for (std::size_t to = 0; to < 25; ++to) {
          q.at(a) += model.continuation * model.transition[(4 * s + a) * 25 + to] * value[to];
        }
      }
      const auto [low, high] = std::ranges::minmax_element(q);
      best.controller[s] = static_cast<float>(high - q.begin());
      best.adversary[s] = static_cast<float>(low - q.begin());
      next[s] = (1 - alpha) * *high + alpha * *low;
    }
    value = next;
  }
  for (const double v : value) best.value += v / 25;
  return best;
}

TEST(Adversarial, TheBestPlayersOfATableEarnItsValue) {
  constexpr std::uint64_t kSeed = 17;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  const TabularModel model = jumping_grid();
  const auto rules = std::make_shared<const TabularRules>(model);
  // The values, computed apart from this code.
  for (const auto& [alpha, value] : {std::pair{0.0, 1.732862}, {0.1, 1.437885}, {0.3, 0.877982}}) {
    const Solution best = solve(model, alpha);
    EXPECT_NEAR(best.value, value, 1e-6);
    auto inner = std::make_unique<TabularWorld>(rules);
    const TabularWorld& table = *inner;
    Adversarial game(std::move(inner), Attack::kReplace, alpha);
    Rng rng(kSeed);
    Floats observation(52), reward(2);
    constexpr int kEpisodes = 20'000;
    double sum = 0, squares = 0;
    for (int episode = 0; episode < kEpisodes; ++episode) {
      game.reset(rng, observation);
      double earned = 0;
      for (bool ended = false; !ended;) {
        const auto s = static_cast<std::size_t>(table.state());
        ended = game.step(Floats{best.controller[s], best.adversary[s]}, rng,
                          {observation, reward, {}});
        earned += reward[0];
      }
      sum += earned / kEpisodes;
      squares += earned * earned / kEpisodes;
    }
    EXPECT_NEAR(sum, value, 4.5 * std::sqrt((squares - sum * sum) / kEpisodes)) << alpha;
  }
}

TEST(Adversarial, GamesKeepTheContract) {
  constexpr std::uint64_t kSeed = 22;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  EnvironmentRegistry worlds("environment");
  register_environments(worlds);
  for (const auto& [name, attack] : {std::pair{"CartPole-v0", Attack::kReplace},
                                     {"GridWorld-v0", Attack::kReplace},
                                     {"Pendulum-v0", Attack::kAdd},
                                     {"PointGoal1-v0", Attack::kMix}}) {
    SCOPED_TRACE(name);
    const EnvironmentFactory& make = worlds.at(name);
    const auto game = [&make, attack = attack] {
      return std::make_unique<Adversarial>(make(), attack, 0.2);
    };
    for (const Finding& finding : check_contract(name, game, {kSeed, 1500})) {
      EXPECT_EQ(finding.verdict, Verdict::kPassed) << finding.check << ": " << finding.detail;
    }
  }
}

}  // namespace
}  // namespace saddle
