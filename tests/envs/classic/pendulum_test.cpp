// SPDX-License-Identifier: Apache-2.0
// The pendulum against numbers worked out by hand and the energy of the true one.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include <saddle/envs/classic/pendulum.h>

#include "tests/support/step.h"

namespace saddle {
namespace {

using testing::Step;
using testing::step;

TEST(Pendulum, AStepFromTheHorizontalIsTheOneWorkedOutByHand) {
  Pendulum pendulum;
  pendulum.place(std::numbers::pi / 2, 1);
  const Step s = step(pendulum, 2);
  // ω = 1 + (15 · 1 + 3 · 2) / 20 = 2.05, θ = π/2 + 2.05 / 20.
  EXPECT_NEAR(pendulum.speed(), 2.05, 1e-12);
  EXPECT_NEAR(pendulum.angle(), std::numbers::pi / 2 + 0.1025, 1e-12);
  EXPECT_NEAR(s.observation[0], -std::sin(0.1025), 1e-7);
  EXPECT_NEAR(s.observation[1], std::cos(0.1025), 1e-7);
  EXPECT_NEAR(s.observation[2], 2.05, 1e-6);
  // −(π²/4 + 0.1 + 0.004)
  EXPECT_NEAR(s.reward, -2.571401, 1e-6);
  EXPECT_EQ(s.cost[0], 0);
}

TEST(Pendulum, TheAngleOfTheRewardIsTheShortWayRound) {
  Pendulum pendulum;
  pendulum.place(2 * std::numbers::pi - 0.5, 0);
  EXPECT_NEAR(step(pendulum, 0).reward, -0.25, 1e-6);
  pendulum.place(-5 * std::numbers::pi, 0);
  EXPECT_NEAR(step(pendulum, 0).reward, -std::numbers::pi * std::numbers::pi, 1e-5);
}

TEST(Pendulum, SpeedIsCappedAndAStepThatEndsFastCosts) {
  Pendulum pendulum;
  pendulum.place(std::numbers::pi / 2, 7.9);
  EXPECT_EQ(step(pendulum, 2).cost[0], 1);
  EXPECT_EQ(pendulum.speed(), 8);
  // With sin θ = 0 a torque changes the speed by 0.15 u: 3.75 + 0.25 is the limit itself, which is
  // allowed.
  pendulum.place(0, 3.75);
  EXPECT_EQ(step(pendulum, 5.0f / 3).cost[0], 0);
  pendulum.place(0, -3.9);
  EXPECT_EQ(step(pendulum, -1).cost[0], 1);
}

// Of a rod, H = ω²/6 + 5 cos θ. Semi-implicit Euler keeps H − (h/2) H_ω H_θ to second order
// (Hairer, Lubich, Wanner 2006, Geometric numerical integration, IX.3), and so never gains or loses
// energy for good.
TEST(Pendulum, LeftAloneItKeepsItsEnergy) {
  Pendulum pendulum;
  pendulum.place(2.5, 0);
  const auto energy = [&](double correction) {
    const double speed = pendulum.speed(), angle = pendulum.angle();
    return speed * speed / 6 + 5 * std::cos(angle) +
           correction * 0.025 * speed * 5 * std::sin(angle);
  };
  const double plain = energy(0), corrected = energy(1);
  double plain_drift = 0, corrected_drift = 0;
  for (int i = 0; i < 20000; ++i) {
    (void)step(pendulum, 0);
    plain_drift = std::max(plain_drift, std::abs(energy(0) - plain));
    corrected_drift = std::max(corrected_drift, std::abs(energy(1) - corrected));
  }
  EXPECT_LT(plain_drift, 0.2);
  EXPECT_LT(corrected_drift, 0.005);
}

}  // namespace
}  // namespace saddle
