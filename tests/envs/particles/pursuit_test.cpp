// SPDX-License-Identifier: Apache-2.0
// Pursuit: who earns, who pays, who sees what.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <saddle/envs/particles/pursuit.h>

#include "tests/support/particles.h"

namespace saddle {
namespace {

using Floats = std::vector<float>;
using testing::at;
using testing::moving;
using testing::Particles;

/// A world, and what its last step put out.
struct Hunted {
  explicit Hunted(int pursuers, std::uint64_t seed = 1)
      : world({"Game-v0", "a game", pursuers}), rng(seed) {
    const auto n = static_cast<std::size_t>(world.spec().agents);
    observation.resize(n * static_cast<std::size_t>(world.spec().observation.size));
    reward.resize(n);
    cost.resize(2 * n);
    world.reset(rng, observation);
  }
  void step(const Floats& action) {
    EXPECT_FALSE(world.step(action, rng, {observation, reward, cost}));
  }
  void rest() { step(Floats(2 * reward.size(), 0)); }

  Pursuit world;
  Rng rng;
  Floats observation, reward, cost;
};

const Particles kObstacles = {at(0.6, 0.6), at(-0.6, -0.6)};

TEST(Pursuit, TheEvaderIsFaster) {
  Hunted played(1);
  played.world.place(Particles{at(-5, 0), at(5, 5)}, kObstacles);
  played.step({1, 0, 0, 1});
  EXPECT_DOUBLE_EQ(played.world.agents()[0].velocity[0], 0.3);
  EXPECT_DOUBLE_EQ(played.world.agents()[1].velocity[1], 0.4);
  // Without a limit they would come to 3·0.1/0.25 = 1.2 and to 1.6.
  for (int t = 0; t < 30; ++t) played.step({1, 0, 0, 1});
  EXPECT_NEAR(played.world.agents()[0].velocity[0], 1, 1e-12);
  EXPECT_NEAR(played.world.agents()[1].velocity[1], 1.3, 1e-12);
}

TEST(Pursuit, EveryPursuerThatTouchesTheEvaderCountsOnce) {
  Hunted played(3);
  const auto rewards = [&](const Particles& agents) {
    played.world.place(agents, kObstacles);
    played.rest();
    return played.reward;
  };
  const float third = 1.0f / 3;
  EXPECT_EQ(rewards({at(0.13, 0), at(0, 1), at(1, 0), at(0, 0)}), (Floats{0, 0, 0, 0}));
  EXPECT_EQ(rewards({at(0.12, 0), at(0, 1), at(1, 0), at(0, 0)}),
            (Floats{third, third, third, -1}));
  EXPECT_EQ(rewards({at(0.12, 0), at(0, 0.1), at(-0.1, 0), at(0, 0)}), (Floats{1, 1, 1, -3}));
  // Pursuers that touch each other earn nothing.
  EXPECT_EQ(rewards({at(0.5, 0), at(0.55, 0), at(1, 0), at(0, 0)}), (Floats{0, 0, 0, 0}));
}

TEST(Pursuit, OutsideTheArenaAndAtObstaclesItCosts) {
  Hunted played(3);
  // The sums of radii are 0.275 for a pursuer and 0.25 for the evader.
  played.world.place(Particles{at(0.6, 0.33), at(0, 1.01), at(-0.6, -0.32), at(0.6, 0.86)},
                     kObstacles);
  played.rest();
  EXPECT_EQ(played.cost, (Floats{0, 1, 1, 0, 0, 0, 0, 0}));
  played.world.place(Particles{at(0.6, 0.32), at(0.99, -0.99), at(-1.5, -0.6), at(0.6, 0.84)},
                     kObstacles);
  played.rest();
  EXPECT_EQ(played.cost, (Floats{0, 0, 0, 0, 1, 0, 0, 1}));
}

TEST(Pursuit, ObstaclesPushAndStay) {
  Hunted played(1);
  played.world.place(Particles{at(0.35, 0.6), at(0, 0)}, kObstacles);  // 0.025 m of overlap
  played.rest();
  EXPECT_NEAR(played.world.agents()[0].velocity[0], -0.25, 1e-9);
  EXPECT_EQ(played.world.obstacles()[0].position[0], 0.6);
}

TEST(Pursuit, ObservesItsSideItselfObstaclesAndTheOthers) {
  Hunted played(2);
  played.world.place(Particles{moving(0, 0, 1, 0), at(-1, 0), moving(0.5, 0, 0, 1)}, kObstacles);
  played.rest();
  const std::size_t o = 9 + 4 * 2;
  ASSERT_EQ(played.observation.size(), 3 * o);
  const Floats first = {0,    0.75f, 0,      0.1f,  0,     0.5f, 0.6f,   -0.7f, -0.6f,
                        0.4f, 0.1f,  -0.75f, 0.75f, -1.1f, 0,    -0.75f, 0};
  const Floats evader = {1,     0,     0.75f, 0.5f,   0.1f,  0.1f,  0.5f, -1.1f, -0.7f,
                         -0.4f, -0.1f, 0.75f, -0.75f, -1.5f, -0.1f, 0,    -0.75f};
  for (std::size_t i = 0; i < o; ++i) {
    EXPECT_NEAR(played.observation[i], first[i], 1e-6) << i;
    EXPECT_NEAR(played.observation[2 * o + i], evader[i], 1e-6) << i;
  }
}

TEST(Pursuit, TheCentralStateIsAllThereIs) {
  Hunted played(2);
  played.world.place(Particles{moving(0, 0, 1, 0), at(-1, 0), moving(0.5, 0, 0, 1)}, kObstacles);
  played.step({-1, 0, 0, 0.5, 0.25, 0});
  ASSERT_EQ(played.world.spec().state, 16);
  // By 0.1 v, then v less a quarter and 0.1 · 3 u, of the evader 0.1 · 4 u.
  const Floats expected = {0.1f, 0,    0.45f, 0,     -1,   0,    0,     0.15f,
                           0.5f, 0.1f, 0.1f,  0.75f, 0.6f, 0.6f, -0.6f, -0.6f};
  Floats state(16);
  played.world.central_state(state);
  for (std::size_t i = 0; i < state.size(); ++i) EXPECT_NEAR(state[i], expected[i], 1e-6) << i;
}

TEST(Pursuit, PursuersMayChangePlacesAndRewardsSumUpToZero) {
  constexpr std::uint64_t kSeed = 6;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  Hunted one(2, kSeed), other(2, kSeed);
  const std::size_t o = one.observation.size() / 3;
  double caught = 0;
  for (int t = 0; t < 400; ++t) {
    if (t % 50 == 0) {
      one.world.reset(one.rng, one.observation);
      Particles agents(one.world.agents().begin(), one.world.agents().end());
      std::swap(agents[0], agents[1]);
      other.world.place(agents, one.world.obstacles());
    }
    Floats action(6);
    for (std::size_t i = 0; i < 2; ++i) {  // straight at the evader, which stands still
      const DoublePair apart = one.world.agents()[2].position - one.world.agents()[i].position;
      for (const int d : {0, 1}) {
        action[2 * i + static_cast<std::size_t>(d)] =
            static_cast<float>(std::clamp(3 * apart[d], -1.0, 1.0));
      }
    }
    one.step(action);
    std::swap_ranges(action.begin(), action.begin() + 2, action.begin() + 2);
    other.step(action);
    EXPECT_NEAR(one.reward[0] + one.reward[1] + one.reward[2], 0, 1e-6);
    EXPECT_EQ(one.reward, other.reward);
    caught -= one.reward[2];
    for (const std::size_t k : {0, 1}) {
      EXPECT_EQ(one.cost[k], other.cost[2 + k]);
      EXPECT_EQ(one.cost[2 + k], other.cost[k]);
    }
    for (std::size_t i = 0; i < o; ++i) {
      ASSERT_NEAR(one.observation[i], other.observation[o + i], 1e-5) << t;
      ASSERT_NEAR(one.observation[2 * o + i], other.observation[2 * o + i], 1e-5) << t;
    }
  }
  EXPECT_GT(caught, 50);
}

TEST(Pursuit, StartsWhereNothingTouches) {
  constexpr std::uint64_t kSeed = 7;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  Hunted played(3, kSeed);
  for (int episode = 0; episode < 200; ++episode) {
    played.world.reset(played.rng, played.observation);
    const auto obstacles = played.world.obstacles(), agents = played.world.agents();
    EXPECT_GE(norm_squared(obstacles[0].position - obstacles[1].position), 0.36);
    played.rest();
    EXPECT_EQ(played.cost, Floats(8, 0));
    EXPECT_EQ(played.reward, Floats(4, 0));
    for (const Particle& agent : agents) EXPECT_LT(norm_squared(agent.velocity), 0.02);
  }
}

}  // namespace
}  // namespace saddle
