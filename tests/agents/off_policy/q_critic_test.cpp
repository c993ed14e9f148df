// SPDX-License-Identifier: Apache-2.0
// Values of actions: the loss by hand, slopes of several heads, the target network.
#include <saddle/agents/off_policy/q_critic.h>

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/linear_network.h"

namespace saddle {
namespace {

using Floats = std::vector<float>;

QCritic make_critic(int signals, std::size_t rows, const NetworkFactory& network,
                    std::vector<std::int64_t> hidden = {}) {
  NetworkOptions options;
  options.hidden = std::move(hidden);
  options.activation = "tanh";
  QCriticOptions critic;
  critic.learning_rate = 0.01;
  critic.tau = 0.5;
  return {2, signals, rows, options, network, critic, Rng(3)};
}

TEST(QCritic, TheLossIsHalfTheMeanSquareAndFalls) {
  QCritic critic = make_critic(2, 3, make_fused_mlp, {16});
  const Floats x{0.1f, 0.2f, -0.4f, 1, 0.5f, -0.7f}, target{1, -1, 0.5f, 2, -1, 0};
  critic.look(x, std::vector<double>{1, 1});
  double expected = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    expected += 0.5 * std::pow(critic.values()[i] - target[i], 2) / 3;
  }
  critic.fit(x, target);
  EXPECT_NEAR(critic.loss(), expected, 1e-6);
  for (int i = 0; i < 500; ++i) critic.fit(x, target);
  EXPECT_LT(critic.loss(), 1e-3 * expected);
}

TEST(QCritic, TheSlopeIsThatOfTheWeightedSumOfHeads) {
  QCritic critic = make_critic(2, 1, testing::make_linear_network);
  critic.look(Floats{1, 1}, std::vector<double>{2, -3});
  const auto w = critic.arena().values();  // [2,2], then the biases
  EXPECT_FLOAT_EQ(critic.slope()[0], 2 * w[0] - 3 * w[2]);
  EXPECT_FLOAT_EQ(critic.slope()[1], 2 * w[1] - 3 * w[3]);
}

TEST(QCritic, LooksAheadWithTheTargetNetwork) {
  QCritic critic = make_critic(1, 1, testing::make_linear_network);
  const Floats x{0.3f, -0.8f};
  critic.look_ahead(x);
  const float before = critic.next_values()[0];
  critic.fit(x, Floats{100});
  critic.look_ahead(x);
  EXPECT_EQ(critic.next_values()[0], before);
  critic.follow();
  critic.look_ahead(x);
  const float after = critic.next_values()[0];
  critic.look(x, std::vector<double>{1});
  EXPECT_NEAR(after, (before + critic.values()[0]) / 2, 1e-6);
  EXPECT_GT(after, before);
}

}  // namespace
}  // namespace saddle
