// SPDX-License-Identifier: Apache-2.0
// The walker: sight and motors by hand, rewards and costs recomputed, all its endings.
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include <saddle/envs/locomotion/bipedal_walker.h>

namespace saddle {
namespace {

using WalkerSenses = std::array<float, 24>;
using Torques = std::array<float, 4>;

struct Walked {
  WalkerSenses observation{};
  std::array<float, 2> cost{};
  float reward = 0;
  bool ended = false;
};

Walked walk(BipedalWalker& world, const Torques& action) {
  Walked w;
  Rng unused;
  w.ended = world.step(action, unused, {w.observation, {&w.reward, 1}, w.cost});
  return w;
}

WalkerParameters plain() { return {.id = "Walker-v0", .doc = "for tests"}; }
WalkerParameters fast() { return {.id = "Walker-v0", .doc = "for tests", .iterations = {6, 2}}; }

/// On level ground.
WalkerSenses begin_walk(BipedalWalker& world, double push = 0) {
  BipedalWalker::Start start;
  start.heights.fill(10.0 / 3);
  start.push = push;
  WalkerSenses observation{};
  world.begin(start, observation);
  return observation;
}

Torques draw(Rng& rng) {
  Torques action{};
  for (float& u : action) u = static_cast<float>(rng.uniform(-1, 1));
  return action;
}

void set_parameter(BipedalWalker& world, const std::string& name, double value) {
  for (const WorldParameter& parameter : world.parameters()) {
    if (parameter.name == name) *parameter.value = value;
  }
}

TEST(BipedalWalker, WeighsAsGymnasiums) {
  BipedalWalker world(plain());
  begin_walk(world);
  EXPECT_NEAR(world.walker().mass(), 5.4222 + 2 * (0.3022 + 0.2418), 1e-3);
}

TEST(BipedalWalker, SeesLevelGroundAtTheDistancesOfTrigonometry) {
  BipedalWalker world(plain());
  const WalkerSenses o = begin_walk(world);
  const double height = world.walker().part(0).position.y - 10.0 / 3;
  EXPECT_NEAR(height, 2 * 34.0 / 30, 0.2);
  for (std::size_t i = 0; i < 10; ++i) {
    const double away = height / std::cos(0.15 * static_cast<double>(i)) / (160.0 / 30);
    EXPECT_NEAR(o[14 + i], std::min(away, 1.0), 1e-6) << "ray " << i;
  }
  EXPECT_LT(o[14], 0.5);
  EXPECT_EQ(o[23], 1) << "0.22 rad from level it sees no ground";
}

TEST(BipedalWalker, ObservesItselfInGymnasiumsUnits) {
  BipedalWalker world(fast());
  begin_walk(world, 5);
  Rng rng(3);
  for (int t = 0; t < 30; ++t) {
    const Walked w = walk(world, draw(rng));
    const Figure& figure = world.walker();
    const Figure::PartState hull = figure.part(0);
    const WalkerSenses& o = w.observation;
    ASSERT_NEAR(o[0], hull.angle, 1e-6);
    ASSERT_NEAR(o[1], 0.04 * hull.angular_speed, 1e-6);
    ASSERT_NEAR(o[2], 0.12 * hull.velocity.x, 1e-6);
    ASSERT_NEAR(o[3], 0.08 * hull.velocity.y, 1e-6);
    for (std::size_t leg = 0; leg < 2; ++leg) {
      const std::size_t first = 4 + 5 * leg;
      ASSERT_NEAR(o[first], figure.hinge(2 * leg).angle, 1e-6);
      ASSERT_NEAR(o[first + 1], figure.hinge(2 * leg).speed / 4, 1e-6);
      ASSERT_NEAR(o[first + 2], figure.hinge(2 * leg + 1).angle + 1, 1e-6);
      ASSERT_NEAR(o[first + 3], figure.hinge(2 * leg + 1).speed / 6, 1e-6);
      ASSERT_EQ(o[first + 4], figure.touches(2 + 2 * leg) ? 1 : 0);
      // A thigh's angle against the hull is what its hinge has turned, and its tilt at the start.
      ASSERT_NEAR(figure.part(1 + 2 * leg).angle - hull.angle,
                  figure.hinge(2 * leg).angle + (leg == 0 ? -0.05 : 0.05), 1e-5);
    }
    if (w.ended) break;
  }
}

TEST(BipedalWalker, MotorsTurnJointsTheirWayAtMostAtTheirSpeed) {
  BipedalWalker world(plain());
  set_parameter(world, "gravity", 1e-3);
  begin_walk(world);
  const Torques action{1, -1, -0.5f, 1};
  for (int t = 0; t < 8; ++t) (void)walk(world, action);
  EXPECT_NEAR(world.walker().hinge(0).speed, 4, 0.05);
  EXPECT_NEAR(world.walker().hinge(1).speed, -6, 0.05);
  EXPECT_NEAR(world.walker().hinge(2).speed, -4, 0.05);
  for (int t = 0; t < 40; ++t) (void)walk(world, action);
  EXPECT_NEAR(world.walker().hinge(0).angle, 1.1, 0.15) << "at its limit, which it overshoots";
  EXPECT_NEAR(world.walker().hinge(1).angle, -1.6, 0.15);
  EXPECT_NEAR(world.walker().hinge(2).angle, -0.8, 0.15);
  EXPECT_NEAR(world.walker().hinge(3).angle, -0.1, 0.15);
}

TEST(BipedalWalker, RewardsAndCostsFollowFromWhatItDoes) {
  BipedalWalker world(fast());
  int falls = 0, fast_steps = 0, leaning = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Rng rng(seed), acts(seed, 1);
    WalkerSenses observation{};
    world.reset(rng, observation);
    Torques action{};
    Figure::PartState before = world.walker().part(0);
    for (int t = 0; t < 300; ++t) {
      if (t % 10 == 0) action = draw(acts);
      const Walked w = walk(world, action);
      const Figure::PartState hull = world.walker().part(0);
      double reward = 130.0 / 30 * (hull.position.x - before.position.x) -
                      5 * (std::abs(hull.angle) - std::abs(before.angle));
      for (const float u : action) reward -= 0.028 * std::abs(double{u});
      const bool fallen = world.walker().has_touched(0);
      ASSERT_EQ(w.ended, fallen);
      ASSERT_NEAR(w.reward, fallen ? -100 : reward, 1e-5) << "step " << t;
      ASSERT_EQ(w.cost[0], w.observation[2] > 0.12f * 2 ? 1 : 0);
      ASSERT_EQ(w.cost[1], std::abs(w.observation[0]) > 0.3f ? 1 : 0);
      falls += fallen ? 1 : 0;
      fast_steps += w.cost[0] > 0 ? 1 : 0;
      leaning += w.cost[1] > 0 ? 1 : 0;
      before = hull;
      if (w.ended) break;
    }
  }
  EXPECT_GT(falls, 5);
  EXPECT_GT(fast_steps, 10);
  EXPECT_GT(leaning, 50);
}

TEST(BipedalWalker, WalkingOffTheStartIsAFall) {
  BipedalWalker world(plain());
  begin_walk(world, -50'000);
  Walked w;
  int t = 0;
  while (!w.ended && t++ < 20) w = walk(world, {});
  EXPECT_TRUE(w.ended);
  EXPECT_EQ(w.reward, -100);
  EXPECT_LT(world.walker().part(0).position.x, 0);
  EXPECT_FALSE(world.walker().has_touched(0));
}

TEST(BipedalWalker, ReachingTheGoalEndsItWithoutAPenalty) {
  BipedalWalker world(fast());
  set_parameter(world, "gravity", 1e-3);
  begin_walk(world, 3000);
  Walked w;
  int t = 0;
  while (!w.ended && t++ < 1600) w = walk(world, {});
  EXPECT_TRUE(w.ended);
  EXPECT_GT(world.walker().part(0).position.x, 190 * 14.0 / 30);
  EXPECT_GT(w.reward, 0);
  EXPECT_EQ(w.cost[0], 1) << "flown past the limit of speed";
}

TEST(BipedalWalker, DoesNotGoOnAfterTheEnd) {
  BipedalWalker world(plain());
  EXPECT_THROW((void)walk(world, {}), std::logic_error);
  begin_walk(world, -50'000);
  while (!walk(world, {}).ended) {
  }
  EXPECT_THROW((void)walk(world, {}), std::logic_error);
  begin_walk(world);
  EXPECT_FALSE(walk(world, {}).ended);
}

TEST(BipedalWalker, ABlockStopsItAndFallingOnItIsAFall) {
  BipedalWalker world(plain());
  BipedalWalker::Start start;
  start.heights.fill(10.0 / 3);
  start.blocks = {{{6, 10.0 / 3}, {8, 10.0 / 3 + 4}}};
  start.push = 3000;
  WalkerSenses observation{};
  world.begin(start, observation);
  const double gap = 6 - world.walker().part(0).position.x;
  EXPECT_GT(gap, 0);
  const double height = world.walker().part(0).position.y - 10.0 / 3;
  // The ray at 1.35 rad sees the side where without it there is nothing to see.
  EXPECT_NEAR(observation[23], gap / std::sin(1.35) / (160.0 / 30), 1e-6);
  EXPECT_NEAR(observation[14], height / (160.0 / 30), 1e-6);
  Walked w;
  for (int t = 0; t < 100 && !w.ended; ++t) w = walk(world, {});
  EXPECT_TRUE(w.ended) << "the hull flew into it";
  EXPECT_EQ(w.reward, -100);
  EXPECT_LT(world.walker().part(0).position.x, 6);
}

TEST(BipedalWalker, HardcoreHasObstaclesAndMoreTime) {
  WalkerParameters hardcore = fast();
  hardcore.obstacles = true;
  BipedalWalker world(hardcore), same(hardcore), plain_world(fast());
  EXPECT_EQ(world.spec().horizon, 2000);
  Rng rng(6), again(6);
  WalkerSenses first{}, second{};
  world.reset(rng, first);
  same.reset(again, second);
  EXPECT_EQ(first, second);
  FigureSpec figure, bare;
  world.terrain().append_to(figure, 1.5);
  EXPECT_GT(figure.blocks.size(), 10u);
  EXPECT_EQ(figure.blocks[0].friction, 1.5);
  EXPECT_NEAR(figure.blocks[0].low.x, 20 * 14.0 / 30, 1e-9);
  plain_world.reset(rng, first);
  plain_world.terrain().append_to(bare, 1.5);
  EXPECT_TRUE(bare.blocks.empty());
  EXPECT_EQ(bare.ground.size(), 199u);
}

TEST(BipedalWalker, NoTwoEpisodesHaveTheSameGround) {
  BipedalWalker world(fast());
  Rng rng(4);
  WalkerSenses first{}, second{};
  world.reset(rng, first);
  const double before = world.terrain().free_part({50, 6}, {1, -5});
  world.reset(rng, second);
  EXPECT_NE(before, world.terrain().free_part({50, 6}, {1, -5}));
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace saddle
