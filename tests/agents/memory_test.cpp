// SPDX-License-Identifier: Apache-2.0
// Memory along rollouts, and the order in which networks with a memory learn.
#include <saddle/agents/memory.h>

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/agents/critic.h>
#include <saddle/agents/minibatch.h>
#include <saddle/agents/recurrent.h>

#include "tests/support/walk.h"

namespace saddle {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

/// 5 steps of 2 worlds of 2 agents; world 1 ends after step 2, world 0 with the last one.
Rollout make_rollout() {
  const testing::Walk world;
  Rollout rollout(world.spec(), 1, 5, 2);
  rollout.truncated[2 * 2 + 1] = 1;
  rollout.terminated[4 * 2] = 1;
  return rollout;
}

TEST(Sequences, FollowEachLaneAndStartWithEpisodes) {
  const Rollout rollout = make_rollout();
  AlignedFloats rows(20);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<float>(i);  // t, world, agent
  const Sequences both(rollout, {2, 1, 0}, 2);
  EXPECT_THAT(both.in_order(rows),
              ElementsAre(0, 4, 8, 12, 16, 1, 5, 9, 13, 17, 2, 6, 10, 14, 18, 3, 7, 11, 15, 19));
  EXPECT_THAT(both.starts(), ElementsAre(0, 2, 4, 5, 7, 9, 10, 12, 13, 14, 15, 17, 18, 19));
  const Sequences second(rollout, {2, 2, 1}, 100);
  EXPECT_THAT(second.in_order(rows), ElementsAre(1, 5, 9, 13, 17, 3, 7, 11, 15, 19));
  EXPECT_THAT(second.starts(), ElementsAre(0, 5, 8));
  // A team that is seen as one has rows twice as wide.
  const Sequences team(rollout, {1, 1, 0}, 100);
  EXPECT_THAT(team.in_order(rows),
              ElementsAre(0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 2, 3, 6, 7, 10, 11, 14, 15, 18, 19));
  EXPECT_THAT(team.starts(), ElementsAre(0, 5, 8));
}

TEST(Sequences, CarryTheMemoryWhereTheyStart) {
  const Rollout rollout = make_rollout();
  AlignedFloats inputs(10), memory(20);
  for (std::size_t i = 0; i < 10; ++i) inputs[i] = static_cast<float>(i);
  for (std::size_t i = 0; i < 20; ++i) memory[i] = static_cast<float>(100 + i);
  EXPECT_THAT(Sequences(rollout, {1, 1, 0}, 4).rows(inputs, memory),
              ElementsAre(0, 1, 100, 101, 2, 0, 0, 0, 4, 0, 0, 0, 6, 0, 0, 0, 8, 1, 116, 117,  //
                          1, 1, 102, 103, 3, 0, 0, 0, 5, 0, 0, 0, 7, 1, 114, 115, 9, 1, 118, 119));
}

TEST(MemoryTrack, ForgetsWithEpisodesAndGoesOnAfterTheRollout) {
  const Rollout rollout = make_rollout();
  MemoryTrack track(5, 2, 3);
  for (int t = 0; t <= 5; ++t) std::ranges::fill(track.at(t, {0, 2}), static_cast<float>(t + 1));
  track.forget(3, {1, 1}, rollout);
  EXPECT_THAT(track.at(3, {0, 2}), ElementsAre(4, 4, 4, 0, 0, 0));
  track.forget(2, {0, 2}, rollout);
  EXPECT_THAT(track.at(2, {0, 2}), Each(3));
  EXPECT_EQ(track.before().size(), 5u * 2 * 3);
  track.restart(rollout);
  EXPECT_THAT(track.at(0, {0, 2}), ElementsAre(0, 0, 0, 6, 6, 6));

  Archive archive;
  track.state(archive, "memory");
  EXPECT_EQ(archive.entries().size(), 1u);
  MemoryTrack none(5, 2, 0);
  none.forget(1, {0, 2}, rollout);
  none.restart(rollout);
  Archive empty;
  none.state(empty, "memory");
  EXPECT_TRUE(empty.entries().empty());
}

TEST(Minibatches, KeepSequencesTogether) {
  SCOPED_TRACE("seed 3");
  Rng rng(3);
  const std::vector<std::uint32_t> starts = {0, 4, 5, 9, 16};
  Minibatches minibatches(20, 6, starts);
  for (int epoch = 0; epoch < 20; ++epoch) {
    minibatches.shuffle(rng);
    std::set<std::uint32_t> seen;
    for (std::size_t i = 0; i < minibatches.count(); ++i) {
      const auto rows = minibatches.piece(i);
      EXPECT_LE(rows.size(), minibatches.largest());
      if (i + 1 < minibatches.count()) {
        EXPECT_GE(rows.size(), 6u);
      }
      seen.insert(rows.begin(), rows.end());
      for (std::size_t k = 0; k < rows.size(); ++k) {
        if (std::ranges::count(starts, rows[k]) > 0) continue;
        ASSERT_GT(k, 0u);
        EXPECT_EQ(rows[k], rows[k - 1] + 1);
      }
    }
    EXPECT_EQ(seen.size(), 20u);
  }
  EXPECT_EQ(minibatches.largest(), 12u);
}

TEST(Minibatches, WithoutSequencesAreOfTheirSize) {
  Minibatches minibatches(7, 3);
  EXPECT_EQ(minibatches.count(), 3u);
  EXPECT_THAT(minibatches.piece(0), ElementsAre(0, 1, 2));
  EXPECT_THAT(minibatches.piece(2), ElementsAre(6));
  EXPECT_EQ(minibatches.largest(), 3u);
}

/// The loss of a critic that is to tell, along sequences of four, the ±1 seen at their starts.
double forgetting(const char* kind) {
  NetworkOptions network;
  network.recurrent = kind;
  network.memory = 8;
  network.hidden = {8};
  CriticOptions options;
  options.epochs = 40;
  options.minibatch = 64;
  options.learning_rate = 0.02;
  Critic critic(1, 1, network, make_fused_mlp, options, Rng(2));
  const std::size_t width = row_width(1, critic.memory_size());
  Rng rng(9);
  std::vector<float> rows(512 * width, 0.0f), target(512);
  std::vector<std::uint32_t> starts;
  for (std::size_t i = 0; i < target.size(); ++i) {
    if (i % 4 == 0) {
      rows[i * width] = rng.uniform() < 0.5 ? -1 : 1;
      if (width > 1) rows[i * width + 1] = 1;
      starts.push_back(static_cast<std::uint32_t>(i));
    }
    target[i] = i % 4 == 0 ? rows[i * width] : target[i - 1];
  }
  return critic.fit(rows, target, 0, starts);
}

TEST(Critic, RemembersWhatASequenceStartedWith) {
  SCOPED_TRACE("seeds 2 and 9");
  // Without a memory it knows the first of four: ½ · ¾ of a variance of 1 are left.
  EXPECT_NEAR(forgetting("none"), 0.375, 0.02);
  EXPECT_LT(forgetting("gru"), 0.01);
  EXPECT_LT(forgetting("lstm"), 0.01);
}

}  // namespace
}  // namespace saddle
