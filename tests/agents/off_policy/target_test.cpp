// SPDX-License-Identifier: Apache-2.0
// Targets, target networks and the temperature, by hand.
#include <saddle/agents/off_policy/target.h>

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/agents/off_policy/temperature.h>

#include "tests/support/linear_network.h"

namespace saddle {
namespace {

using Floats = std::vector<float>;

TEST(TdTarget, OnlyTerminationEndsTheSum) {
  // Two signals. The second row ended; what a network says of its successor must not matter.
  const Floats signal{1, 2, 3, 4, 5, 6}, terminated{0, 1, 0};
  const Floats next{10, 20, std::nanf(""), INFINITY, -2, 0};
  Floats target(6);
  td_target(signal, terminated, next, 0.5, target);
  EXPECT_EQ(target, (Floats{6, 12, 3, 4, 4, 6}));
}

TEST(TargetNetwork, FollowsByAShareOfTheWay) {
  ParameterArena leader;
  leader.add("0.weight", {1, 1});
  leader.add("0.bias", {1});
  leader.values()[0] = 2;
  leader.values()[1] = -1;
  TargetNetwork target({1, {}, 1, "tanh"}, leader, testing::make_linear_network);
  Floats y(1);
  target.network().forward(Floats{3}, y);
  EXPECT_EQ(y[0], 5);  // it starts where the leader is
  leader.values()[0] = 6;
  leader.values()[1] = 1;
  target.follow(leader, 0.25);
  EXPECT_EQ(target.arena().values()[0], 3);
  EXPECT_EQ(target.arena().values()[1], -0.5f);
  target.network().forward(Floats{3}, y);
  EXPECT_EQ(y[0], 8.5f);
  target.follow(leader, 1);
  EXPECT_EQ(target.arena().values()[0], 6);
}

ActorSettings soft(bool learn) {
  SacOptions options;
  options.temperature = 0.5;
  options.learn_temperature = learn;
  options.entropy = -1;
  return options.settings();
}

TEST(Temperature, RisesWhileTheEntropyIsBelowItsTarget) {
  // Two numbers an action: the target is −2.
  Temperature t(soft(true), 2);
  EXPECT_NEAR(t.value(), 0.5, 1e-7);
  t.step(3);  // entropy −3
  const double raised = t.value();
  // Adam's first step is the learning rate, whatever the gradient.
  EXPECT_NEAR(raised, 0.5 * std::exp(1e-3), 1e-6);

  Temperature falling(soft(true), 2);
  falling.step(1);  // entropy −1
  EXPECT_NEAR(falling.value(), 0.5 * std::exp(-1e-3), 1e-6);

  Temperature still(soft(true), 2);
  still.step(2);
  EXPECT_NEAR(still.value(), 0.5, 1e-7);
}

TEST(Temperature, StaysWhereItIsUnlessItIsLearned) {
  Temperature t(soft(false), 2);
  t.step(100);
  EXPECT_NEAR(t.value(), 0.5, 1e-7);
}

}  // namespace
}  // namespace saddle
