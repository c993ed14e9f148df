// SPDX-License-Identifier: Apache-2.0
// Cart and pole: a step worked out by hand, what costs, what ends.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include <saddle/envs/classic/cart_pole.h>

#include "tests/support/step.h"

namespace saddle {
namespace {

using testing::reset;
using testing::Step;
using testing::step;

TEST(CartPole, AStepFromUprightIsTheOneWorkedOutByHand) {
  CartPole world(Control::kDiscrete);
  world.place({0.5, 2, 0, -1});
  const Step s = step(world, 1);
  // f = 10 / 1.1, ω̇ = −f / (½ (4/3 − 0.1/1.1)) = −600/41, v̇ = f + 0.05 · (600/41) / 1.1 = 400/41.
  EXPECT_NEAR(s.observation[0], 0.54, 1e-6);
  EXPECT_NEAR(s.observation[1], 2 + 0.02 * 400 / 41, 1e-6);
  EXPECT_NEAR(s.observation[2], -0.02, 1e-7);
  EXPECT_NEAR(s.observation[3], -1 - 0.02 * 600 / 41, 1e-6);
  EXPECT_EQ(s.reward, 1);
  EXPECT_EQ(s.cost, std::vector<float>{0});
  EXPECT_FALSE(s.ended);
}

TEST(CartPole, APushInBetweenMovesItInBetween) {
  CartPole choices(Control::kDiscrete), any(Control::kContinuous);
  const CartPole::State at{0, 0.3, 0.1, -0.4};
  const auto speed = [&at](CartPole& world, double action) {
    world.place(at);
    (void)step(world, action);
    return world.state().speed;
  };
  EXPECT_EQ(speed(any, 1), speed(choices, 1));
  EXPECT_EQ(speed(any, -1), speed(choices, 0));
  EXPECT_NEAR(speed(any, 0.5), 0.75 * speed(any, 1) + 0.25 * speed(any, -1), 1e-12);
}

TEST(CartPole, EveryStepThatEndsFarOutCosts) {
  CartPole world(Control::kDiscrete);
  const auto cost = [&world](double position, double speed) {
    world.place({position, speed, 0, 0});
    return step(world, 0).cost[0];
  };
  EXPECT_EQ(cost(0.97, 1), 0);
  EXPECT_EQ(cost(0.99, 1), 1);
  EXPECT_EQ(cost(-1.03, 1), 1);
  EXPECT_EQ(cost(-1.01, 1), 0);
}

TEST(CartPole, EndsWhereTheTrackEndsAndWhereThePoleFalls) {
  CartPole world(Control::kDiscrete);
  const auto ends = [&world](const CartPole::State& state) {
    world.place(state);
    const Step s = step(world, 0);
    EXPECT_TRUE(world.spec().observation.contains(s.observation));
    EXPECT_EQ(s.reward, 1);
    return s.ended;
  };
  const double degree = std::numbers::pi / 180;
  EXPECT_FALSE(ends({2.39, 0, 0, 0}));
  EXPECT_TRUE(ends({2.39, 1, 0, 0}));
  EXPECT_TRUE(ends({-2.39, -1, 0, 0}));
  EXPECT_FALSE(ends({0, 0, 11.9 * degree, 0}));
  EXPECT_TRUE(ends({0, 0, 11.9 * degree, 0.2}));
  EXPECT_TRUE(ends({0, 0, -11.9 * degree, -0.2}));
}

TEST(CartPole, ALawThatReturnsToTheMiddleKeepsThePoleUpAtNoCost) {
  CartPole world(Control::kContinuous);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Rng rng(seed);
    (void)reset(world, rng);
    for (int t = 0; t < world.spec().horizon; ++t) {
      const auto [x, v, angle, w] = world.state();
      const Step s = step(world, std::clamp(0.1 * x + 0.25 * v + 3 * angle + 0.8 * w, -1.0, 1.0));
      ASSERT_FALSE(s.ended) << "step " << t;
      ASSERT_EQ(s.cost[0], 0) << "step " << t;
    }
    EXPECT_LT(std::abs(world.state().position), 0.1);
  }
}

}  // namespace
}  // namespace saddle
