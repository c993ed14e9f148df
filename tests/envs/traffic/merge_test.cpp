// SPDX-License-Identifier: Apache-2.0
// Merging traffic: motion, headway and crashes by hand, and that drivers with care keep the limits.
#include <algorithm>
#include <cmath>
#include <optional>

#include <gtest/gtest.h>

#include <saddle/envs/traffic/merge.h>

namespace saddle {
namespace {

using Floats = std::vector<float>;
using Cars = std::vector<Merge::Car>;

/// A world, and what its last step put out.
struct Driven {
  explicit Driven(int cars, std::uint64_t seed = 1)
      : world({"Road-v0", "a road", cars}), rng(seed) {
    const auto n = static_cast<std::size_t>(cars);
    observation.resize(n * static_cast<std::size_t>(world.spec().observation.size));
    reward.resize(n);
    cost.resize(2 * n);
    world.reset(rng, observation);
  }
  bool step(const Floats& action) { return world.step(action, rng, {observation, reward, cost}); }
  /// One step without a pedal.
  bool roll(const Cars& cars) {
    world.place(cars);
    return step(Floats(cars.size(), 0));
  }
  /// Of both cars.
  [[nodiscard]] Floats headway() const { return {cost[0], cost[2]}; }

  Merge world;
  Rng rng;
  Floats observation, reward, cost;
};

TEST(Merge, MovesByTheMeanOfItsSpeedsAndNeverBackwards) {
  Driven played(2);
  played.world.place(Cars{{-100, 20, false}, {-300, 0.5, true}});
  EXPECT_FALSE(played.step({3, -5}));
  EXPECT_NEAR(played.world.cars()[0].speed, 20.6, 1e-12);
  EXPECT_NEAR(played.world.cars()[0].position, -100 + 20.3 * 0.2, 1e-12);
  EXPECT_EQ(played.world.cars()[1].speed, 0);
  EXPECT_NEAR(played.world.cars()[1].position, -300 + 0.25 * 0.2, 1e-12);
  EXPECT_NEAR(played.reward[0], 20.6 / 30 - 0.09, 1e-6);
  EXPECT_NEAR(played.reward[1], -0.01 * 2.5 * 2.5, 1e-6);  // it came to a stop at 2.5 m/s²
  played.world.place(Cars{{-100, 34.9, false}, {-300, 20, true}});
  EXPECT_FALSE(played.step({3, 0}));
  EXPECT_EQ(played.world.cars()[0].speed, 35);
  EXPECT_NEAR(played.reward[0], 1 - 0.01 * 0.25, 1e-6);
}

TEST(Merge, TheCentralStateIsOfAllCars) {
  Driven played(2);
  played.world.place(Cars{{-100, 20, false}, {-300, 10, true}});
  EXPECT_FALSE(played.step({3, 0}));
  ASSERT_EQ(played.world.spec().state, 6);
  const Floats expected = {-0.9594f, 2.06f, 0, -2.98f, 1, 1};
  Floats state(6);
  played.world.central_state(state);
  for (std::size_t i = 0; i < state.size(); ++i) EXPECT_NEAR(state[i], expected[i], 1e-6) << i;
}

TEST(Merge, HarshBrakingCosts) {
  Driven played(2);
  const auto braking = [&](float a) {
    played.world.place(Cars{{-100, 20, false}, {-300, 20, true}});
    EXPECT_FALSE(played.step({a, 3}));
    EXPECT_EQ(played.cost[3], 0);
    return played.cost[1];
  };
  EXPECT_EQ(braking(-2.9f), 0);
  EXPECT_EQ(braking(-3), 0);
  EXPECT_EQ(braking(-3.1f), 1);
}

TEST(Merge, WhoIsLessThanASecondAndAHalfBehindPays) {
  // At 20 m/s 30 m from bumper to bumper, 35 m from middle to middle.
  Driven played(2);
  EXPECT_FALSE(played.roll({{-265.1, 20, false}, {-230, 20, false}}));
  EXPECT_EQ(played.headway(), (Floats{0, 0}));
  EXPECT_FALSE(played.roll({{-264.9, 20, false}, {-230, 20, false}}));
  EXPECT_EQ(played.headway(), (Floats{1, 0}));
  // On other ways they do not meet, until both are near the junction.
  EXPECT_FALSE(played.roll({{-240, 20, false}, {-230, 20, true}}));
  EXPECT_EQ(played.headway(), (Floats{0, 0}));
  EXPECT_FALSE(played.roll({{-65, 20, false}, {-50, 20, true}}));
  EXPECT_EQ(played.headway(), (Floats{0, 0}));
  EXPECT_FALSE(played.roll({{-63, 20, false}, {-50, 20, true}}));
  EXPECT_EQ(played.headway(), (Floats{1, 0}));
  EXPECT_FALSE(played.roll({{10, 20, false}, {-10, 20, true}}));
  EXPECT_EQ(played.headway(), (Floats{0, 1}));
  // Side by side one of them pays.
  EXPECT_FALSE(played.roll({{-40, 20, false}, {-40, 20, true}}));
  EXPECT_EQ(played.headway(), (Floats{0, 1}));
}

TEST(Merge, ACrashEndsItForAllAndIsPaidByThoseInIt) {
  Driven played(3);
  EXPECT_FALSE(played.roll({{-10, 20, false}, {-8, 20, true}, {-200, 20, false}}));
  EXPECT_TRUE(played.roll({{-3, 20, false}, {-1, 20, true}, {-200, 20, false}}));
  EXPECT_EQ(played.reward[0], -10);
  EXPECT_EQ(played.reward[1], -10);
  EXPECT_NEAR(played.reward[2], 20.0 / 30, 1e-6);
  EXPECT_TRUE(played.roll({{-300, 35, false}, {-1, 20, true}, {-294.9, 0, false}}));
  EXPECT_FALSE(played.roll({{-300, 20, false}, {-1, 20, true}, {-294.9, 20, false}}));
}

TEST(Merge, ObservesTheNearestFirst) {
  Driven played(6);
  EXPECT_EQ(played.world.spec().observation.size, 3 + 4 * 3);
  EXPECT_FALSE(played.roll({{-100, 20, false},
                            {-94, 25, true},
                            {-130, 10, false},
                            {20, 20, true},
                            {500, 20, false},
                            {-120, 20, true}}));
  const Floats expected = {0,   -96, 20, 7,   5,   1,  // of the first car, and then of the others
                           -20, 0,   1,  -32, -10, 0, 120, 0, 0};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(played.observation[i], expected[i], 1e-4) << i;
  }
}

struct Outcomes {
  double headway = 0, braking = 0, crashes = 0;
};

/// What an episode costs a car, and the share of episodes that end in a crash, of drivers who
/// follow the intelligent driver model: behind the next car on either way, or only on their own.
Outcomes drive(int n, bool with_care) {
  constexpr int kEpisodes = 60;
  Driven played(n, 4);
  Outcomes mean;
  for (int episode = 0; episode < kEpisodes; ++episode) {
    played.world.reset(played.rng, played.observation);
    bool crashed = false;
    for (int t = 0; t < played.world.spec().horizon && !crashed; ++t) {
      const auto cars = played.world.cars();
      Floats action;
      for (std::size_t i = 0; i < cars.size(); ++i) {
        std::optional<std::size_t> next;
        for (std::size_t j = 0; j < cars.size(); ++j) {
          if (j == i || (!with_care && cars[j].on_ramp() != cars[i].on_ramp())) continue;
          const bool ahead = cars[j].position > cars[i].position;
          if (ahead && (!next || cars[j].position < cars[*next].position)) next = j;
        }
        const double v = cars[i].speed;
        double a = 3 * (1 - std::pow(v / 30, 4));
        if (next) {
          const double gap = std::max(cars[*next].position - cars[i].position - 5, 0.1);
          const double wish = 10 + 1.5 * v + v * (v - cars[*next].speed) / (2 * std::sqrt(15.0));
          a -= 3 * std::pow(std::max(wish, 0.0) / gap, 2);
        }
        action.push_back(static_cast<float>(std::clamp(a, -3.0, 3.0)));
      }
      crashed = played.step(action);
      for (std::size_t i = 0; i < cars.size(); ++i) {
        mean.headway += played.cost[2 * i] / static_cast<double>(n * kEpisodes);
        mean.braking += played.cost[2 * i + 1] / static_cast<double>(n * kEpisodes);
      }
    }
    mean.crashes += crashed / static_cast<double>(kEpisodes);
  }
  return mean;
}

TEST(Merge, WhoLooksAtBothWaysKeepsTheLimitsAndWhoLooksAtOneDoesNot) {
  for (const int n : {4, 8}) {
    const Merge world({"Road-v0", "a road", n});
    const Outcomes careful = drive(n, true), careless = drive(n, false);
    EXPECT_LT(careful.headway, world.spec().constraints[0].default_limit);
    EXPECT_LE(careful.braking, world.spec().constraints[1].default_limit);
    EXPECT_EQ(careful.crashes, 0);
    EXPECT_GT(careless.headway, world.spec().constraints[0].default_limit);
    EXPECT_GT(careless.crashes, 0.1);
  }
}

TEST(Merge, StartsOnBothWaysInOrder) {
  constexpr std::uint64_t kSeed = 2;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  Driven played(8, kSeed);
  for (int episode = 0; episode < 100; ++episode) {
    played.world.reset(played.rng, played.observation);
    const auto cars = played.world.cars();
    for (std::size_t i = 0; i < cars.size(); ++i) {
      EXPECT_EQ(cars[i].on_ramp(), i % 2 == 1);
      EXPECT_NEAR(cars[i].position, -200 - 50 * static_cast<double>(i / 2), 10);
      EXPECT_NEAR(cars[i].speed, i % 2 == 1 ? 20 : 25, 3);
    }
  }
}

}  // namespace
}  // namespace saddle
