// SPDX-License-Identifier: Apache-2.0
// Policies of off-policy agents: actions stay in the box, noise is clipped, gradients are right.
#include <saddle/agents/off_policy/actor.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/linear_network.h"

namespace saddle {
namespace {

using Floats = std::vector<float>;

EnvironmentSpec world(const Space& action) {
  EnvironmentSpec spec;
  spec.id = "Some-v0";
  spec.observation = Space::box(1, -1, 1);
  spec.action = action;
  return spec;
}

Actor make_actor(const ActorSettings& settings, const Space& action = Space::box(2, -2, 6)) {
  NetworkOptions network;
  network.hidden.clear();
  Rng rng(1);
  return {world(action), settings, network, testing::make_linear_network, rng};
}

/// What is said to a world that does not suit.
std::string refusal(const Space& action) {
  try {
    make_actor(SacOptions().settings(), action);
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing";
}

TEST(Actor, TakesBoundedBoxesOnly) {
  for (const auto& [action, why] :
       {std::pair{Space::discrete(3), "discrete"},
        {Space::box(1, 0, std::numeric_limits<float>::infinity()), "unbounded"}}) {
    const std::string said = refusal(action);
    EXPECT_NE(said.find("'Some-v0'"), std::string::npos) << said;
    EXPECT_NE(said.find(why), std::string::npos) << said;
    EXPECT_NE(said.find("--agent ppo"), std::string::npos) << said;
  }
  EXPECT_EQ(refusal(Space::box(1, -1, 1)), "nothing");
}

TEST(Actor, ExploresInsideTheBox) {
  Td3Options options;
  options.noise = 0.8;
  const Actor deterministic = make_actor(options.settings());
  const Actor stochastic = make_actor(SacOptions().settings());
  Rng rng(3);
  double sum = 0, squares = 0;
  constexpr int kDraws = 4000;
  for (int i = 0; i < kDraws; ++i) {
    Floats action(2);
    deterministic.act(Floats{0.1f, 3}, &rng, action);
    EXPECT_LE(std::abs(action[0]), 1);
    EXPECT_LE(std::abs(action[1]), 1);
    stochastic.act(Floats{0.1f, 3, -3, -3}, &rng, action);
    const double noise = (std::atanh(action[0]) - 0.1) / std::exp(-3.0);
    sum += noise;
    squares += noise * noise;
  }
  EXPECT_NEAR(sum / kDraws, 0, 4 / std::sqrt(kDraws));
  EXPECT_NEAR(squares / kDraws, 1, 4 * std::sqrt(2.0 / kDraws));
  Floats action(2);
  deterministic.act(Floats{0.1f, 3}, nullptr, action);
  EXPECT_FLOAT_EQ(action[0], std::tanh(0.1f));
  stochastic.act(Floats{0.1f, 3, -3, -3}, nullptr, action);
  EXPECT_FLOAT_EQ(action[1], std::tanh(3.0f));
}

TEST(Actor, NoiseOfTargetsIsClippedTwice) {
  Td3Options options;
  options.target_noise = 0.5;
  options.target_noise_clip = 0.3;
  const Actor actor = make_actor(options.settings());
  Floats action(6);
  std::vector<double> log_density(3, 7);
  // Rows: small noise, noise beyond its clip, an action that the noise would push out of the box.
  actor.act_for_target(Floats{0, 0, 0, 0, 2, -2}, Floats{0.2f, -0.2f, 4, -4, 1, -1}, action,
                       log_density);
  EXPECT_FLOAT_EQ(action[0], 0.1f);
  EXPECT_FLOAT_EQ(action[1], -0.1f);
  EXPECT_FLOAT_EQ(action[2], 0.3f);
  EXPECT_FLOAT_EQ(action[3], -0.3f);
  EXPECT_EQ(action[4], 1);
  EXPECT_EQ(action[5], -1);
  EXPECT_EQ(log_density, std::vector<double>(3, 0));
  // The policy is improved without noise.
  actor.act(Floats{0, 0, 0, 0, 2, -2}, Floats{0.2f, -0.2f, 4, -4, 1, -1}, action, log_density);
  EXPECT_EQ(action[2], 0);
  EXPECT_FLOAT_EQ(action[4], std::tanh(2.0f));
}

TEST(Actor, TheDeterministicGradientIsThatOfTheTangent) {
  const Actor actor = make_actor(DdpgOptions().settings());
  const Floats head{0.3f, -1.1f}, d_action{2, -0.5f};
  Floats action(2), d_head(2);
  std::vector<double> log_density(1);
  actor.act(head, {}, action, log_density);
  actor.gradient(head, {}, action, d_action, 0.1, d_head);
  for (std::size_t i = 0; i < 2; ++i) {
    const double step = 1e-4;
    const double slope = (std::tanh(head[i] + step) - std::tanh(head[i] - step)) / (2 * step);
    EXPECT_NEAR(d_head[i], d_action[i] * slope, 1e-5);
  }
}

TEST(Actor, StartsInTheMiddleOfTheBoxWithItsInitialDeviation) {
  const Actor actor = make_actor(SacOptions().settings());
  Floats head(4);
  actor.network().forward(Floats{1}, head);
  EXPECT_LT(std::abs(head[0]), 0.05);
  EXPECT_NEAR(head[2], NetworkOptions().initial_log_std, 0.05);
  Floats action{0, 1};
  actor.scale().to_world(action, action);
  EXPECT_EQ(action, (Floats{2, 6}));
}

}  // namespace
}  // namespace saddle
