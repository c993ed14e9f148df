// SPDX-License-Identifier: Apache-2.0
// The memory of transitions: what it keeps, what it draws, that it comes back to the bit.
#include <saddle/agents/off_policy/replay.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace saddle {
namespace {

const TransitionShape kShape{2, 1, 2, true};

/// Adds a transition all of whose parts tell its number.
void add(Replay& replay, int number) {
  const auto x = static_cast<float>(number);
  const std::vector<float> observation{x, x + 0.1f}, action{-x}, next{x + 1, x + 1.1f};
  const std::vector<float> cost{2 * x, 3 * x}, so_far{4 * x, 5 * x};
  replay.add({observation, action, next, 10 * x, cost, so_far, number % 2 == 1});
}

/// The number of a row, whose every part must tell it.
int number_of(const Transitions& batch, std::size_t row) {
  const float x = batch.observation[2 * row];
  EXPECT_EQ(batch.observation[2 * row + 1], x + 0.1f);
  EXPECT_EQ(batch.action[row], -x);
  EXPECT_EQ(batch.next_observation[2 * row], x + 1);
  EXPECT_EQ(batch.next_observation[2 * row + 1], x + 1.1f);
  EXPECT_EQ(batch.reward[row], 10 * x);
  EXPECT_EQ(batch.cost[2 * row], 2 * x);
  EXPECT_EQ(batch.cost[2 * row + 1], 3 * x);
  EXPECT_EQ(batch.cost_so_far[2 * row], 4 * x);
  EXPECT_EQ(batch.cost_so_far[2 * row + 1], 5 * x);
  EXPECT_EQ(batch.terminated[row], std::fmod(x, 2.0f));
  return static_cast<int>(x);
}

std::vector<int> draw(const Replay& replay, std::uint64_t seed, std::size_t rows) {
  Rng rng(seed);
  Transitions batch(kShape, rows);
  replay.sample(rng, batch);
  std::vector<int> numbers;
  for (std::size_t i = 0; i < rows; ++i) numbers.push_back(number_of(batch, i));
  return numbers;
}

TEST(Replay, TheOldestGiveWay) {
  Replay replay(kShape, 4);
  std::set<int> kept;
  for (int number = 0; number < 11; ++number) {
    add(replay, number);
    kept.insert(number);
    if (kept.size() > 4) kept.erase(kept.begin());
    EXPECT_EQ(replay.size(), kept.size());
    const std::vector<int> drawn = draw(replay, 1, 100);
    EXPECT_EQ(std::set<int>(drawn.begin(), drawn.end()), kept);
  }
}

TEST(Replay, DrawsUniformly) {
  constexpr std::uint64_t kSeed = 5;
  SCOPED_TRACE(kSeed);
  constexpr int kNumbers = 50, kDraws = 50'000;
  Replay replay(kShape, 64);
  for (int number = 0; number < kNumbers; ++number) add(replay, number);
  std::vector<double> count(kNumbers, 0);
  for (const int number : draw(replay, kSeed, kDraws)) ++count[static_cast<std::size_t>(number)];
  double chi_squared = 0;
  for (const double c : count) {
    const double expected = static_cast<double>(kDraws) / kNumbers;
    chi_squared += (c - expected) * (c - expected) / expected;
  }
  // 49 degrees of freedom: mean 49, deviation √98.
  EXPECT_NEAR(chi_squared, 49, 4 * std::sqrt(98.0));
}

TEST(Replay, ComesBackToTheBit) {
  for (const int count : {3, 4, 6}) {  // some room left, just full, gone round
    Replay replay(kShape, 4), other(kShape, 4);
    for (int number = 0; number < count; ++number) add(replay, number);
    Archive saving;
    saving("replay", replay);
    EXPECT_EQ(saving.entries().at("replay/rows").shape[0], std::min(count, 4));
    Archive loading(saving.entries());
    loading("replay", other);
    for (int number = count; number < count + 3; ++number) {
      EXPECT_EQ(draw(replay, 2, 20), draw(other, 2, 20));
      add(replay, number);
      add(other, number);
    }
    EXPECT_EQ(draw(replay, 2, 20), draw(other, 2, 20));
  }
}

TEST(Replay, WithoutRoomForItSaysWhatToDo) {
  // More than an array may have, so that nobody is asked for it: sanitizers would end the program.
  try {
    const Replay replay(kShape, std::size_t{1} << 58);
    FAIL() << "a replay of " << replay.size();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("replay.size"), std::string::npos) << error.what();
  }
}

TEST(Replay, AnotherSizeIsRefused) {
  Replay replay(kShape, 4), smaller(kShape, 3), wider({3, 1, 2, true}, 4);
  for (int number = 0; number < 4; ++number) add(replay, number);
  Archive saving;
  replay.state(saving);
  for (Replay* other : {&smaller, &wider}) {
    Archive loading(saving.entries());
    EXPECT_THROW(other->state(loading), Error);
  }
}

}  // namespace
}  // namespace saddle
