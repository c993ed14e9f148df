// SPDX-License-Identifier: Apache-2.0
// The planar quadrotor: motions in closed form, its wind, its target, and that the limits can be
// kept.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include <saddle/envs/classic/quadrotor.h>
#include <saddle/envs/classic/runge_kutta.h>

#include "tests/support/step.h"

namespace saddle {
namespace {

using testing::reset;
using testing::Step;

constexpr double kGravity = 9.8, kStep = 1.0 / 60;

/// Turns the two ends of the action: per unit of u₂ − u₁, in rad/s².
constexpr double kTurn = 0.0397 * 0.1 * 0.027 * kGravity / 2 / (1.4e-5 * std::numbers::sqrt2);

Step step(Quadrotor2d& world, double front, double rear, Rng& rng) {
  Step s;
  s.observation.resize(8);
  s.cost.resize(2);
  const std::array<float, 2> action{static_cast<float>(front), static_cast<float>(rear)};
  s.ended = world.step(action, rng, {s.observation, {&s.reward, 1}, s.cost});
  return s;
}

/// The target at φ = 0, (½, 1), and its velocity.
const DoublePair kTarget{0.5, 1}, kTargetVelocity{0, std::numbers::pi / 6};

TEST(Quadrotor2d, LevelAtHalfThrottleItGoesStraightOn) {
  Quadrotor2d world;
  Rng rng(1);
  world.place({.position = DoublePair{0.2, 1}, .velocity = DoublePair{0.3, -0.1}});
  (void)step(world, 0, 0, rng);
  EXPECT_NEAR(world.state().position[0], 0.2 + 0.3 * kStep, 1e-12);
  EXPECT_NEAR(world.state().position[1], 1 - 0.1 * kStep, 1e-12);
  EXPECT_NEAR(world.state().velocity[0], 0.3, 1e-12);
  EXPECT_NEAR(world.state().velocity[1], -0.1, 1e-12);
}

TEST(Quadrotor2d, LeaningItAcceleratesByTheSineAndSinksByWhatTheCosineLacks) {
  Quadrotor2d world;
  Rng rng(1);
  world.place({.position = DoublePair{0, 1}, .pitch = 0.5});
  (void)step(world, 1, 1, rng);
  const double ahead = 1.1 * kGravity * std::sin(0.5), up = kGravity * (1.1 * std::cos(0.5) - 1);
  EXPECT_NEAR(world.state().velocity[0], ahead * kStep, 1e-9);
  EXPECT_NEAR(world.state().velocity[1], up * kStep, 1e-9);
  EXPECT_NEAR(world.state().position[0], ahead * kStep * kStep / 2, 1e-9);
  EXPECT_NEAR(world.state().position[1], 1 + up * kStep * kStep / 2, 1e-9);
  EXPECT_EQ(world.state().pitch, 0.5);
}

TEST(Quadrotor2d, MovesAsAnIntegratorWithAThousandStepsSays) {
  Quadrotor2d world;
  Rng rng(1);
  world.place({.position = DoublePair{0, 1},
               .velocity = DoublePair{0.4, 0.2},
               .pitch = 0.2,
               .pitch_speed = -1,
               .breeze = DoublePair{0.3, 0},
               .gust = DoublePair{0.1, -0.2}});
  (void)step(world, -0.5, 1, rng);
  using State = std::array<double, 6>;  // x, z, ẋ, ż, θ, ω
  const auto rate = [](const State& s) -> State {
    const double lift = kGravity * (1 + 0.1 * 0.25);
    return {s[2], s[3],       lift * std::sin(s[4]) + 0.4, lift * std::cos(s[4]) - kGravity - 0.2,
            s[5], 1.5 * kTurn};
  };
  State s{0, 1, 0.4, 0.2, 0.2, -1};
  for (int i = 0; i < 1000; ++i) s = runge_kutta_step(s, rate(s), kStep / 1000, rate);
  EXPECT_NEAR(world.state().position[0], s[0], 1e-8);
  EXPECT_NEAR(world.state().position[1], s[1], 1e-8);
  EXPECT_NEAR(world.state().velocity[0], s[2], 1e-7);
  EXPECT_NEAR(world.state().velocity[1], s[3], 1e-7);
  EXPECT_NEAR(world.state().pitch, s[4], 1e-12);
  EXPECT_NEAR(world.state().pitch_speed, s[5], 1e-12);
}

TEST(Quadrotor2d, TheTargetGoesRoundInSixSeconds) {
  Quadrotor2d world;
  Rng rng(1);
  world.place({.position = DoublePair{0, 1}});
  for (int t = 1; t <= 360; ++t) {
    (void)step(world, 0, 0, rng);
    const double phase = 2 * std::numbers::pi * t / 360;
    ASSERT_NEAR(world.state().phase.cosine, std::cos(phase), 1e-13);
    ASSERT_NEAR(world.state().phase.sine, std::sin(phase), 1e-13);
  }
}

TEST(Quadrotor2d, ObservesAndPaysByTheDistanceFromTheTarget) {
  Quadrotor2d world;
  Rng rng(1);
  world.place({.position = kTarget, .velocity = kTargetVelocity});
  const Step s = step(world, 0, 0, rng);
  // In a step the target has turned by π/180.
  const double angle = std::numbers::pi / 180;
  const double right = 0.5 - 0.5 * std::cos(angle),
               above = std::numbers::pi / 360 - 0.5 * std::sin(angle);
  EXPECT_NEAR(s.observation[0], right, 1e-7);
  EXPECT_NEAR(s.observation[1], above, 1e-7);
  EXPECT_NEAR(s.observation[2], std::numbers::pi / 6 * std::sin(angle), 1e-6);
  EXPECT_NEAR(s.observation[3], std::numbers::pi / 6 * (1 - std::cos(angle)), 1e-6);
  EXPECT_NEAR(s.reward, std::exp(-10 * (right * right + above * above)), 1e-6);
}

TEST(Quadrotor2d, OutsideTheTubeAndWhenLeaningItCosts) {
  Quadrotor2d world;
  Rng rng(1);
  const auto cost = [&](DoublePair off, double pitch) {
    world.place({.position = kTarget + off, .velocity = kTargetVelocity, .pitch = pitch});
    return step(world, 0, 0, rng).cost;
  };
  using Costs = std::vector<float>;
  EXPECT_EQ(cost(DoublePair{0, 0.09}, 0), (Costs{0, 0}));
  EXPECT_EQ(cost(DoublePair{0.11, 0}, 0), (Costs{1, 0}));
  EXPECT_EQ(cost(DoublePair{-0.08, -0.08}, 0), (Costs{1, 0}));
  EXPECT_EQ(cost(DoublePair{0, 0}, -0.101), (Costs{0, 1}));
  EXPECT_EQ(cost(DoublePair{0, 0}, 0.099), (Costs{0, 0}));
}

TEST(Quadrotor2d, EndsWhereItLeavesTheRoomOrTips) {
  Quadrotor2d world;
  Rng rng(1);
  const auto ends = [&](const Quadrotor2d::State& state) {
    world.place(state);
    return step(world, 0, 0, rng).ended;
  };
  EXPECT_FALSE(ends({.position = DoublePair{1.99, 1.99}}));
  EXPECT_TRUE(ends({.position = DoublePair{1.99, 1}, .velocity = DoublePair{1, 0}}));
  EXPECT_TRUE(ends({.position = DoublePair{0, 0.01}, .velocity = DoublePair{0, -1}}));
  EXPECT_TRUE(ends({.position = DoublePair{0, 1.99}, .velocity = DoublePair{0, 1}}));
  EXPECT_TRUE(ends({.position = DoublePair{0, 1}, .pitch = -1.49}));
  EXPECT_FALSE(ends({.position = DoublePair{0, 1}, .pitch = 1.48}));
}

TEST(Quadrotor2d, GustsHaveTheirSizeAndLastHalfASecond) {
  Quadrotor2d world;
  Rng rng(11);
  SCOPED_TRACE("seed 11");
  constexpr int kCount = 200000, kLag = 30;
  std::vector<double> gusts;
  world.place({});
  for (int t = 0; t < kCount + kLag; ++t) {
    (void)step(world, 0, 0, rng);
    const DoublePair gust = world.state().gust;
    world.place({.position = DoublePair{0, 1}, .gust = gust});
    gusts.push_back(gust[0]);
  }
  double variance = 0, lagged = 0;
  for (std::size_t t = 0; t < kCount; ++t) {
    variance += gusts[t] * gusts[t] / kCount;
    lagged += gusts[t] * gusts[t + kLag] / kCount;
  }
  // About 1/30 of the samples are independent.
  EXPECT_NEAR(variance, 0.04, 0.003);
  EXPECT_NEAR(lagged / variance, std::exp(-1), 0.05);
}

/// Mean costs of an episode under a law that knows the target's motion but not the wind, and leans
/// by at most `pitch`.
std::array<double, 2> costs_of_flying(double pitch) {
  constexpr int kEpisodes = 30;
  Quadrotor2d world;
  Rng rng(4);
  std::array<double, 2> mean{};
  for (int episode = 0; episode < kEpisodes; ++episode) {
    std::vector<float> o = reset(world, rng);
    double sum_x = 0, sum_z = 0;  // ∫ e dt against the steady part of the wind
    Step s;
    for (int t = 0; t < world.spec().horizon && !s.ended; ++t) {
      sum_x += kStep * o[0], sum_z += kStep * o[1];
      const double pull = std::pow(std::numbers::pi / 3, 2) / 2;
      const double ahead = -pull * o[6] - 10 * o[0] - 6.3 * o[2] - 3 * sum_x;
      const double up = -pull * o[7] - 10 * o[1] - 6.3 * o[3] - 3 * sum_z;
      const double lean = std::clamp(ahead / kGravity, -pitch, pitch);
      const double turn = (200 * (lean - o[4]) - 28 * o[5]) / (2 * kTurn);
      const double lift = std::clamp(up / (0.1 * kGravity), -1.0, 1.0);
      s = step(world, std::clamp(lift - turn, -1.0, 1.0), std::clamp(lift + turn, -1.0, 1.0), rng);
      o = s.observation;
      for (std::size_t k = 0; k < 2; ++k) mean.at(k) += s.cost[k] / kEpisodes;
    }
    EXPECT_FALSE(s.ended);
  }
  return mean;
}

TEST(Quadrotor2d, WhoLeansWithCareKeepsBothLimitsAndWhoLeansAtWillDoesNot) {
  const EnvironmentSpec spec = Quadrotor2d().spec();
  const std::array<double, 2> careful = costs_of_flying(0.095), at_will = costs_of_flying(0.3);
  EXPECT_LE(careful[0], spec.constraints[0].default_limit);
  EXPECT_LE(careful[1], spec.constraints[1].default_limit);
  EXPECT_LT(at_will[0], careful[0]);
  EXPECT_GT(at_will[1], spec.constraints[1].default_limit);
}

}  // namespace
}  // namespace saddle
