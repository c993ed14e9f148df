// SPDX-License-Identifier: Apache-2.0
// The weak car: steps worked out by hand, the wall, the flag, costs, and that the limits can be
// kept.
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include <saddle/envs/classic/mountain_car.h>

#include "tests/support/step.h"

namespace saddle {
namespace {

using testing::reset;
using testing::Step;
using testing::step;

TEST(MountainCar, AStepIsTheOneWorkedOutByHand) {
  MountainCar choices(Control::kDiscrete), any(Control::kContinuous);
  choices.place({0, 0.01});
  Step s = step(choices, 2);
  EXPECT_NEAR(s.observation[1], 0.01 + 0.001 - 0.0025, 1e-9);
  EXPECT_NEAR(s.observation[0], 0.0085, 1e-9);
  EXPECT_EQ(s.reward, -1);
  EXPECT_EQ(s.cost, std::vector<float>{0});

  any.place({0, 0.01});
  s = step(any, -0.5);
  EXPECT_NEAR(s.observation[1], 0.01 - 0.00075 - 0.0025, 1e-9);
  EXPECT_NEAR(s.reward, -0.025, 1e-8);
  EXPECT_EQ(s.cost, (std::vector<float>{0, 0.25f}));
}

TEST(MountainCar, TheWallStopsItAndTheEdgeHoldsIt) {
  MountainCar world(Control::kDiscrete);
  world.place({-1.19, -0.06});
  Step s = step(world, 0);
  EXPECT_EQ(s.observation, (std::vector<float>{-1.2f, 0}));
  EXPECT_FALSE(s.ended);
  world.place({0.58, 0.069});
  s = step(world, 2);
  EXPECT_EQ(s.observation[0], 0.6f);
  EXPECT_TRUE(s.ended);
}

TEST(MountainCar, EndsAtTheFlagWhichPaysIfControlIsContinuous) {
  MountainCar choices(Control::kDiscrete), any(Control::kContinuous);
  for (MountainCar* world : {&choices, &any}) {
    const double flag = world == &choices ? 0.5 : 0.45;
    world->place({flag - 0.001, 0.03});
    const Step s = step(*world, 1);
    EXPECT_TRUE(s.ended);
    EXPECT_NEAR(s.reward, world == &choices ? -1 : 99.9, 1e-5);
    world->place({flag - 0.1, 0.03});
    EXPECT_FALSE(step(*world, 1).ended);
  }
}

TEST(MountainCar, SpeedIsCappedAndAStepThatEndsFastCosts) {
  MountainCar world(Control::kDiscrete);
  const auto cost = [&world](double speed) {
    world.place({-std::numbers::pi / 6, speed});  // the bottom: no slope
    return step(world, 1).cost[0];
  };
  EXPECT_EQ(cost(0.0399), 0);
  EXPECT_EQ(cost(0.0401), 1);
  EXPECT_EQ(cost(-0.0401), 1);
  world.place({-std::numbers::pi / 6, 0.0699});
  EXPECT_EQ(step(world, 2).observation[1], 0.07f);
}

TEST(MountainCar, WhoSwingsNoHigherThanNeededKeepsTheLimits) {
  MountainCar world(Control::kContinuous);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Rng rng(seed);
    (void)reset(world, rng);
    double fast = 0, energy = 0;
    Step s;
    for (int t = 0; t < world.spec().horizon && !s.ended; ++t) {
      const auto [p, v] = world.state();
      // Swing as if to pass the bottom at 0.033, then climb at full power: that is enough.
      const double missing = 0.033 * 0.033 / 2 - v * v / 2 - 0.0025 / 3 * (1 + std::sin(3 * p));
      const bool climbs = v >= 0 && p > -std::numbers::pi / 6 && missing < 5e-5;
      s = step(world, climbs ? 1 : std::copysign(0.5, missing * (v >= 0 ? 1 : -1)));
      fast += s.cost[0];
      energy += s.cost[1];
    }
    EXPECT_TRUE(s.ended);
    EXPECT_LE(fast, world.spec().constraints[0].default_limit);
    EXPECT_LE(energy, world.spec().constraints[1].default_limit);
  }
}

}  // namespace
}  // namespace saddle
