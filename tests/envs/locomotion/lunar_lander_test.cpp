// SPDX-License-Identifier: Apache-2.0
// The lander: engines, wind and ground by hand, rewards and costs recomputed, all its endings.
#include <cmath>
#include <numbers>
#include <stdexcept>

#include <gtest/gtest.h>

#include <saddle/envs/locomotion/lunar_lander.h>

#include "tests/envs/locomotion/controllers.h"

namespace saddle {
namespace {

using Observation = std::array<float, 8>;

/// One step, and all that it gave.
struct Flown {
  Observation observation{};
  std::array<float, 3> cost{};
  float reward = 0;
  bool ended = false;
};

template <class Action>
Flown fly(LunarLander& world, const Action& action, LunarLander::Scatter scatter = {}) {
  Flown f;
  f.ended = world.fly(action, scatter, {f.observation, {&f.reward, 1}, f.cost});
  return f;
}

template <class Action>
Flown step(LunarLander& world, const Action& action, Rng& rng) {
  Flown f;
  f.ended = world.step(action, rng, {f.observation, {&f.reward, 1}, f.cost});
  return f;
}

using Choice = std::array<float, 1>;
using Throttles = std::array<float, 2>;

LanderParameters discrete() { return {.id = "Lander-v0", .doc = "for tests"}; }
LanderParameters continuous() {
  return {.id = "Lander-v0", .doc = "for tests", .continuous = true};
}

/// Over level ground.
LunarLander started(const LanderParameters& parameters, LunarLander::Start start = {}) {
  LunarLander world(parameters);
  start.heights.fill(10.0 / 3);
  Observation observation{};
  world.begin(start, {}, observation);
  return world;
}

double mass(const LunarLander& world) { return world.craft().mass(); }

/// What an action adds to the velocity of a craft, over doing nothing.
template <class Action>
Point2 gain(const LanderParameters& parameters, const Action& action, const Action& nothing,
            LunarLander::Scatter scatter = {}) {
  LunarLander acts = started(parameters), rests = started(parameters);
  (void)fly(acts, action, scatter);
  (void)fly(rests, nothing, scatter);
  return acts.craft().part(0).velocity - rests.craft().part(0).velocity;
}

double potential(const Observation& o) {
  return -100 * std::hypot(o[0], o[1]) - 100 * std::hypot(o[2], o[3]) - 100 * std::abs(o[4]) +
         10 * o[6] + 10 * o[7];
}

TEST(LunarLander, WeighsAndStartsAsGymnasiumSays) {
  const LunarLander world = started(discrete());
  EXPECT_NEAR(mass(world), 4.8167 + 2 * 0.0711, 1e-3);
  // In the middle of the upper edge, and a step of free fall: 0.2 m/s, 4 mm.
  EXPECT_NEAR(world.craft().part(0).position.x, 10, 1e-2);
  EXPECT_NEAR(world.craft().part(0).position.y, 40.0 / 3, 2e-2);
  EXPECT_NEAR(world.craft().part(0).velocity.y, -0.2, 0.1);
}

TEST(LunarLander, TheMainEngineLiftsAndTheSideEnginesPushToTheirSides) {
  // Impulses of 13 · 4/30 and 0.6 · 12/30 N·s; legs hang on the hull, so all of the mass follows.
  const double kick = 13.0 * 4 / 30 / 4.959, nudge = 0.6 * 12 / 30 / 4.959;
  const Point2 up = gain(discrete(), Choice{2}, Choice{0});
  EXPECT_NEAR(up.y, kick, 0.02 * kick);
  EXPECT_NEAR(up.x, 0, 0.02 * kick);
  EXPECT_NEAR(gain(discrete(), Choice{1}, Choice{0}).x, -nudge, 0.15 * nudge);
  EXPECT_NEAR(gain(discrete(), Choice{3}, Choice{0}).x, nudge, 0.15 * nudge);
  LunarLander left = started(discrete()), right = started(discrete());
  for (int t = 0; t < 5; ++t) (void)fly(left, Choice{1}), (void)fly(right, Choice{3});
  EXPECT_GT(left.craft().part(0).angular_speed, 0.1)
      << "pushed to -x above its centre, it leans so";
  EXPECT_LT(right.craft().part(0).angular_speed, -0.1);
}

TEST(LunarLander, ThrottlesScaleBetweenHalfAndFullPower) {
  const double kick = 13.0 * 4 / 30 / 4.959;
  const Throttles off{0, 0};
  EXPECT_NEAR(gain(continuous(), Throttles{1, 0}, off).y, kick, 0.02 * kick);
  EXPECT_NEAR(gain(continuous(), Throttles{0.5f, 0}, off).y, 0.75 * kick, 0.02 * kick);
  EXPECT_NEAR(gain(continuous(), Throttles{0.01f, 0}, off).y, 0.505 * kick, 0.02 * kick);
  EXPECT_EQ(gain(continuous(), Throttles{-1, 0.5f}, off).x, 0) << "half is not more than half";
  const double full = gain(continuous(), Throttles{0, 1}, off).x;
  EXPECT_GT(full, 0);
  EXPECT_NEAR(gain(continuous(), Throttles{0, 0.6f}, off).x, 0.6 * full, 0.02 * full);
  EXPECT_NEAR(gain(continuous(), Throttles{0, -0.6f}, off).x, -0.6 * full, 0.02 * full);
}

TEST(LunarLander, EnginesScatter) {
  // Along the craft, 4/30 + 2/30 of a metre instead of 4/30; across it, 1/30.
  const double unit = 13.0 / 30 / 4.959;
  const Point2 longer = gain(discrete(), Choice{2}, Choice{0}, {1, 0});
  const Point2 askew = gain(discrete(), Choice{2}, Choice{0}, {0, -1});
  EXPECT_NEAR(longer.y, 6 * unit, 0.1 * unit);
  EXPECT_NEAR(askew.y, 4 * unit, 0.1 * unit);
  EXPECT_NEAR(askew.x, -unit, 0.2 * unit);
}

TEST(LunarLander, WindPushesByItsLawUntilALegTouches) {
  LanderParameters windy = discrete();
  windy.wind = true;
  LunarLander::Start start;
  start.wind_time = 123;
  LunarLander in_wind = started(windy, start), in_calm = started(discrete(), start);
  double expected = 0;
  for (int t = 1; t <= 20; ++t) {  // one was blown before the first observation
    const double k = 123 + t;
    (void)fly(in_wind, Choice{0});
    (void)fly(in_calm, Choice{0});
    expected +=
        15 * 0.02 * std::tanh(std::sin(0.02 * k) + std::sin(std::numbers::pi * 0.01 * k)) / 4.959;
  }
  const double first =
      15 * 0.02 * std::tanh(std::sin(0.02 * 123) + std::sin(std::numbers::pi * 1.23)) / 4.959;
  const double seen = in_wind.craft().part(0).velocity.x - in_calm.craft().part(0).velocity.x;
  EXPECT_NEAR(seen, first + expected, 0.03 * std::abs(first + expected));
}

TEST(LunarLander, RewardsAndCostsFollowFromWhatIsSeen) {
  LunarLander world(discrete());
  int landed = 0, crashed = 0, away = 0, impacts = 0, tilted = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Rng rng(seed), draw(seed, 1);
    Observation before{};
    world.reset(rng, before);
    const bool random = seed % 3 == 1;
    Choice action{};
    for (int t = 0; t < 1000; ++t) {
      if (!random) action = testing::Landing(before).choice();
      if (random && t % 8 == 0) action = {static_cast<float>(draw.below(4))};
      if (seed % 3 == 2) action = {before[0] < 0 ? 1.0f : 3.0f};  // spins and flies away
      const Flown f = step(world, action, rng);
      const Observation& o = f.observation;
      const double main = action[0] == 2 ? 1 : 0, side = action[0] == 1 || action[0] == 3 ? 1 : 0;
      const double shaped = potential(o) - potential(before) - 0.3 * main - 0.03 * side;
      const bool out_of_view = std::abs(o[0]) >= 1;
      if (!f.ended) {
        ASSERT_NEAR(f.reward, shaped, 2e-4) << "step " << t;
        ASSERT_FALSE(out_of_view);
      } else {
        ASSERT_TRUE(f.reward == 100 || f.reward == -100);
        landed += f.reward == 100 ? 1 : 0;
        away += f.reward == -100 && out_of_view ? 1 : 0;
        crashed += f.reward == -100 && !out_of_view ? 1 : 0;
      }
      ASSERT_NEAR(f.cost[0], main + 0.1 * side, 1e-6);
      ASSERT_EQ(f.cost[1], std::abs(o[4]) > 0.4f ? 1 : 0);
      const bool down = (o[6] > before[6]) || (o[7] > before[7]) || world.craft().has_touched(0);
      ASSERT_NEAR(f.cost[2], down ? std::max(0.0, -7.5 * before[3]) : 0, 1e-4);
      impacts += f.cost[2] > 0 ? 1 : 0;
      tilted += f.cost[1] > 0 ? 1 : 0;
      before = o;
      if (f.ended) break;
    }
  }
  EXPECT_GE(landed, 3);
  EXPECT_GE(crashed, 2);
  EXPECT_GE(impacts, 8);
  EXPECT_GE(tilted, 50);
  EXPECT_GE(landed + crashed + away, 11);
}

TEST(LunarLander, FallingOnTheHullIsACrash) {
  LunarLander world = started(discrete());
  Flown f;
  int t = 0;
  while (!f.ended && t++ < 300) f = fly(world, Choice{t < 40 ? 1.0f : 0.0f});
  EXPECT_TRUE(f.ended);
  EXPECT_EQ(f.reward, -100);
  EXPECT_TRUE(world.craft().has_touched(0));
  EXPECT_GT(f.cost[2], 5) << "fell freely";
}

TEST(LunarLander, LeavingTheViewEndsIt) {
  LunarLander::Start start;
  start.push = {30'000, 20'000};
  LunarLander world = started(discrete(), start);
  Flown f;
  int t = 0;
  while (!f.ended && t++ < 100) f = fly(world, Choice{0});
  EXPECT_TRUE(f.ended);
  EXPECT_EQ(f.reward, -100);
  EXPECT_GE(f.observation[0], 1);
  EXPECT_FALSE(world.craft().has_touched(0));
}

TEST(LunarLander, ComingToRestOnThePadEndsItWell) {
  LunarLander world = started(discrete());
  Flown f;
  int t = 0;
  for (Choice action{0}; !f.ended && t < 1000; ++t) {
    f = fly(world, action);
    action = testing::Landing(f.observation).choice();
  }
  EXPECT_TRUE(f.ended);
  EXPECT_EQ(f.reward, 100);
  EXPECT_EQ(f.observation[6] + f.observation[7], 2);
  EXPECT_NEAR(f.observation[1], 0, 0.01);
  EXPECT_NEAR(f.observation[4], 0, 0.02);
}

TEST(LunarLander, DoesNotGoOnAfterTheEnd) {
  LunarLander world(discrete());
  Flown f;
  EXPECT_THROW((void)fly(world, Choice{0}), std::logic_error) << "nor begin by itself";
  Rng rng(1);
  world.reset(rng, f.observation);
  while (!f.ended) f = step(world, Choice{0}, rng);
  EXPECT_THROW((void)step(world, Choice{0}, rng), std::logic_error);
  world.reset(rng, f.observation);
  EXPECT_FALSE(step(world, Choice{0}, rng).ended);
}

TEST(LunarLander, PhysicsAreThoseSetBeforeTheReset) {
  LunarLander world(discrete());
  for (const WorldParameter& parameter : world.parameters()) {
    if (parameter.name == "gravity") *parameter.value = 5;
    if (parameter.name == "density") *parameter.value *= 2;
  }
  Observation seen{};
  world.begin({}, {}, seen);
  EXPECT_NEAR(mass(world), 2 * 4.8167 + 2 * 0.0711, 1e-3);
  const double before = world.craft().part(0).velocity.y;
  for (int t = 0; t < 10; ++t) (void)fly(world, Choice{0});
  EXPECT_NEAR(world.craft().part(0).velocity.y - before, -5 * 0.2, 0.02);
}

}  // namespace
}  // namespace saddle
