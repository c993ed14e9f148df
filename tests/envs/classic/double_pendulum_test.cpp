// SPDX-License-Identifier: Apache-2.0
// Two links: equilibria, energy, what costs, what ends.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include <saddle/envs/classic/double_pendulum.h>

#include "tests/support/step.h"

namespace saddle {
namespace {

using testing::reset;
using testing::Step;
using testing::step;

TEST(DoublePendulum, ATorqueHoldsTheLinksWhereItBalancesTheirWeight) {
  // 4.9 sin(θ₁ + θ₂) = u, 14.7 sin θ₁ + 4.9 sin(θ₁ + θ₂) = 0.
  DoublePendulum world(Control::kContinuous);
  for (const double torque : {-1.0, 0.0, 0.5}) {
    const double first = -std::asin(torque / 14.7), both = std::asin(torque / 4.9);
    world.place({first, both - first, 0, 0});
    for (int t = 0; t < 20; ++t) (void)step(world, torque);
    EXPECT_NEAR(world.state()[0], first, 1e-12);
    EXPECT_NEAR(world.state()[1], both - first, 1e-12);
    EXPECT_NEAR(world.state()[2], 0, 1e-12);
    EXPECT_NEAR(world.state()[3], 0, 1e-12);
  }
}

double energy(const DoublePendulum& world) {
  const auto [a, b, v, w] = world.state();
  const double kinetic =
      (3.5 + std::cos(b)) * v * v / 2 + (1.25 + std::cos(b) / 2) * v * w + 1.25 * w * w / 2;
  return kinetic - 14.7 * std::cos(a) - 4.9 * std::cos(a + b);
}

TEST(DoublePendulum, LeftAloneItKeepsItsEnergyButForTheIntegrator) {
  DoublePendulum world(Control::kDiscrete);
  world.place({1, -0.5, 0.3, 0.2});
  const double before = energy(world);
  double drift = 0;
  for (int t = 0; t < 100; ++t) {
    (void)step(world, 1);
    drift = std::max(drift, std::abs(energy(world) - before));
  }
  EXPECT_GT(drift, 1e-4);
  EXPECT_LT(drift, 0.1 * (before + 19.6)) << "of the energy above rest";
}

TEST(DoublePendulum, TorqueTimesTurnIsTheEnergyItGains) {
  DoublePendulum world(Control::kContinuous);
  world.place({0.1, 0.1, 0.5, 1});
  const double before = energy(world), from = world.state()[1];
  (void)step(world, 0.7);
  EXPECT_NEAR(energy(world) - before, 0.7 * (world.state()[1] - from), 2e-4);
}

TEST(DoublePendulum, EveryStepThatEndsWithAFastFirstLinkCosts) {
  DoublePendulum world(Control::kDiscrete);
  const auto ends = [&world](double speed) {
    world.place({0, 0, speed, 0});
    const Step s = step(world, 1);
    EXPECT_EQ(s.cost[0], std::abs(s.observation[4]) > 3 ? 1 : 0) << s.observation[4];
    return s.cost[0];
  };
  EXPECT_EQ(ends(2.5), 0);
  EXPECT_EQ(ends(8), 1);
  EXPECT_EQ(ends(-8), 1);
}

TEST(DoublePendulum, SpeedsAreCappedAndAnglesStayShort) {
  DoublePendulum world(Control::kDiscrete);
  world.place({3, 3, 4 * std::numbers::pi, -9 * std::numbers::pi});
  for (int t = 0; t < 50; ++t) {
    const Step s = step(world, t % 3);
    ASSERT_TRUE(world.spec().observation.contains(s.observation));
    ASSERT_LE(std::abs(world.state()[0]), std::numbers::pi + 1e-12);
    ASSERT_LE(std::abs(world.state()[1]), std::numbers::pi + 1e-12);
  }
}

TEST(DoublePendulum, EndsWithTheTipHighAndThatStepIsFree) {
  DoublePendulum world(Control::kDiscrete);
  world.place({std::numbers::pi, 0, 0, 0});
  Step s = step(world, 1);
  EXPECT_TRUE(s.ended);
  EXPECT_EQ(s.reward, 0);
  world.place({std::numbers::pi / 2, 0, 0, 0});
  s = step(world, 1);
  EXPECT_FALSE(s.ended);
  EXPECT_EQ(s.reward, -1);
}

TEST(DoublePendulum, PumpingSwingsItUp) {
  DoublePendulum world(Control::kDiscrete);
  Rng rng(3);
  (void)reset(world, rng);
  Step s;
  int steps = 0;
  while (!s.ended && steps < world.spec().horizon) {
    s = step(world, world.state()[3] >= 0 ? 2 : 0);
    ++steps;
  }
  EXPECT_TRUE(s.ended);
  EXPECT_LT(steps, 200);
}

}  // namespace
}  // namespace saddle
