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

/// Observes 5, earns its action and pays for it twice. Its central state is 7.
class Meter final : public Environment {
 public:
  explicit Meter(Space action) {
    spec_.id = "Meter-v0";
    spec_.observation = Space::box(1, 0, 9);
    spec_.action = std::move(action);
    spec_.constraints = {{"once", "units", 25, "always"}, {"twice", "units", 25, "always"}};
    spec_.state = 1;
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
  void central_state(std::span<float> state) const override { state[0] = 7; }

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
  EXPECT_EQ(game.cost, (Floats{3, 6, 0, 0}));
  EXPECT_EQ(game.world.spec().opponents, 1);
}

TEST(Adversarial, TheCentralStateIsTheWorldsAndWhoseTurnItIs) {
  const auto state = [](const Game& game) {
    Floats all(static_cast<std::size_t>(game.world.spec().state));
    game.world.central_state(all);
    return all;
  };
  EXPECT_EQ(state(Game(kLopsided, Attack::kMix, 0.5)), (Floats{7}));
  Game turns(kLopsided, Attack::kObserve, 0.5);
  EXPECT_EQ(state(turns), (Floats{7, 1}));
  turns.step(0, 0);
  EXPECT_EQ(state(turns), (Floats{7, 0}));
}

/// Earns w·a for weights w, and shows numbers that it draws.
class Linear final : public Environment {
 public:
  Linear(Floats weights, Space observation, Space action) : weights_(std::move(weights)) {
    spec_.id = "Linear-v0";
    spec_.observation = std::move(observation);
    spec_.action = std::move(action);
    spec_.horizon = 3;
    spec_.time_step = 0.5;
    spec_.constraints = {{"one", "units", 25, "always"}};
  }
  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override {
    for (float& x : observation) x = static_cast<float>(rng.uniform(-1, 1));
  }
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override {
    out.reward[0] = 0;
    for (std::size_t i = 0; i < action.size(); ++i) out.reward[0] += weights_[i] * action[i];
    out.cost[0] = 1;
    reset(rng, out.observation);
    return false;
  }

 private:
  EnvironmentSpec spec_;
  Floats weights_;
};

TEST(Adversarial, TheWorstOfABallIsTheClosedForm) {
  const Floats w = {2, -3, 0.5f};
  const Space action = Space::box({-4, -1, 0}, {4, 1, 6});  // halves 4, 1 and 3
  const double strength = 0.125;
  Adversarial game(std::make_unique<Linear>(w, Space::box(2, -1, 1), action), Attack::kAdd,
                   strength);
  Rng rng(1);
  Floats observation(6), reward(2), cost(2);
  game.reset(rng, observation);
  const Floats a = {1, 0.25f, 2};
  const auto earned = [&](const Floats& b) {
    Floats both = a;
    both.insert(both.end(), b.begin(), b.end());
    EXPECT_FALSE(game.step(both, rng, {observation, reward, cost}));
    EXPECT_EQ(reward[1], -reward[0]);
    return reward[0];
  };
  // Greedily against the sign of each weight: w·a − ε Σ |wᵢ| hᵢ.
  const float worst = earned({-4, 1, 0});
  EXPECT_FLOAT_EQ(worst, static_cast<float>(2 - 0.75 + 1 - strength * (2 * 4 + 3 * 1 + 0.5 * 3)));
  for (int t = 0; t < 200; ++t) {
    Floats b(3);
    for (std::size_t i = 0; i < 3; ++i) {
      b[i] = static_cast<float>(rng.uniform(action.low[i], action.high[i]));
    }
    EXPECT_GE(earned(b), worst);
  }
}

TEST(Adversarial, AttacksOnObservationsAreInTurnAndInABall) {
  constexpr float kEndless = std::numeric_limits<float>::infinity();
  // Halves of 2 and, without a bound, 1. The action's middle is 1, and half of it 2.
  const Space observation = Space::box({-1, -kEndless}, {3, kEndless});
  Adversarial game(std::make_unique<Linear>(Floats{1}, observation, kLopsided), Attack::kObserve,
                   0.25);
  const EnvironmentSpec& spec = game.spec();
  EXPECT_EQ(spec.horizon, 6);
  EXPECT_EQ(spec.time_step, 0.25);
  EXPECT_EQ(spec.action.low, (Floats{-1, -1}));
  EXPECT_EQ(spec.action.high, (Floats{3, 1}));
  EXPECT_EQ(spec.observation.size, 4);
  Rng rng(2), same(2);
  Floats seen(8), reward(2), cost(2);
  game.reset(rng, seen);
  for (int t = 0; t < 3; ++t) {
    const auto x = static_cast<float>(same.uniform(-1, 1)),
               y = static_cast<float>(same.uniform(-1, 1));
    EXPECT_EQ(seen, (Floats{1, 0, 0, 1, x, y, 1, 1})) << "the controller sees nothing yet";
    // To the lower end of both, (−1 − 1)/2 = −1 and −1; the controller's move is none.
    EXPECT_FALSE(game.step(Floats{3, 1, -1, -1}, rng, {seen, reward, cost}));
    EXPECT_EQ(reward, (Floats{0, 0}));
    EXPECT_EQ(cost, (Floats{0, 0}));
    const float moved = std::max(x - 0.25f * 2, -1.0f);
    EXPECT_EQ(seen, (Floats{moved, y - 0.25f, 0, 0, x, y, 1, 0}));
    EXPECT_FALSE(game.step(Floats{2.5f, 1, -1, -1}, rng, {seen, reward, cost}));
    EXPECT_EQ(reward, (Floats{2.5f, -2.5f}));
    EXPECT_EQ(cost, (Floats{1, 0}));
  }
}

TEST(Adversarial, TheWorstObservationForALinearLawIsTheClosedForm) {
  // The law a = k·o′ earns w k·o′, at worst w k·o − ε Σ |w kᵢ| hᵢ.
  const double w = 2, strength = 0.25;
  const std::array k = {0.25, -0.5}, half = {2.0, 1.0};
  Adversarial game(std::make_unique<Linear>(Floats{static_cast<float>(w)},
                                            Space::box({-2, -1}, {2, 1}), Space::box(1, -9, 9)),
                   Attack::kObserve, strength);
  Rng rng(3);
  Floats seen(8), reward(2), cost(2);
  game.reset(rng, seen);
  const double o[] = {seen[4], seen[5]};
  ASSERT_LE(std::abs(o[0]) + 0.5, 2);  // nothing is clipped
  // The first number of a move is in the action's bounds, ±9.
  (void)game.step(Floats{0, 0, -9, 1}, rng, {seen, reward, cost});
  const double a = k[0] * seen[0] + k[1] * seen[1];
  (void)game.step(Floats{static_cast<float>(a), 0, 0, 0}, rng, {seen, reward, cost});
  const double clipped = std::min(o[1] + strength, 1.0);
  EXPECT_NEAR(reward[0],
              w * (k[0] * o[0] + k[1] * clipped) - strength * std::abs(w * k[0]) * half[0], 1e-6);
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
  refused(meter(Space::discrete(2)), Attack::kObserve, "choices");
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
                                     {"Pendulum-v0", Attack::kObserve},
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
