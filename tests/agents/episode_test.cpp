// SPDX-License-Identifier: Apache-2.0
// Episode sums, across rollouts and before any episode has ended.
#include <saddle/agents/episode.h>

#include <cmath>

#include <gtest/gtest.h>

#include <saddle/agents/measure.h>

namespace saddle {
namespace {

using Floats = std::vector<float>;
using Flags = std::vector<std::uint8_t>;

Measured cost(const EpisodeSummary& summary, int constraint) {
  return CostMeasure().measure(summary.episodes, constraint);
}

TEST(EpisodeTracker, AveragesTheEpisodesThatEnded) {
  EpisodeTracker tracker(2, 1, 2, 100);
  tracker.add(Floats{1, 10}, Floats{1, 0, 0, 3}, Flags{0, 0}, Flags{0, 0});
  tracker.add(Floats{2, 20}, Floats{1, 0, 0, 3}, Flags{1, 0}, Flags{0, 1});
  tracker.add(Floats{4, 40}, Floats{1, 0, 0, 3}, Flags{0, 0}, Flags{0, 0});
  const EpisodeSummary first = tracker.summarize();
  EXPECT_EQ(first.finished, 2);
  EXPECT_DOUBLE_EQ(first.mean_return, (3 + 30) / 2.0);
  EXPECT_DOUBLE_EQ(cost(first, 0).value, 1);
  EXPECT_DOUBLE_EQ(cost(first, 1).value, 3);
  EXPECT_DOUBLE_EQ(first.mean_length, 2);
  // Costs of the second constraint were 0 and 6: deviation √18, of the mean of two √18/√2 = 3.
  EXPECT_DOUBLE_EQ(cost(first, 1).standard_error, 3);

  // What was going on at the last summary counts in full when it ends.
  tracker.add(Floats{1, 1}, Floats{1, 0, 0, 3}, Flags{0, 1}, Flags{0, 0});
  const EpisodeSummary second = tracker.summarize();
  EXPECT_EQ(second.finished, 1);
  EXPECT_DOUBLE_EQ(second.mean_return, 41);
  EXPECT_DOUBLE_EQ(cost(second, 0).value, 0);
  EXPECT_DOUBLE_EQ(cost(second, 1).value, 6);
  EXPECT_EQ(cost(second, 1).standard_error, 0);
}

TEST(EpisodeTracker, WithoutAFinishedEpisodeEstimatesFromTheRate) {
  EpisodeTracker tracker(1, 1, 1, 100);
  const EpisodeSummary nothing = tracker.summarize();
  EXPECT_EQ(nothing.finished, 0);
  EXPECT_TRUE(nothing.episodes.empty());
  EXPECT_EQ(cost(nothing, 0).value, 0);
  for (int i = 0; i < 4; ++i)
    tracker.add(Floats{1}, Floats{i < 1 ? 1.0f : 0.0f}, Flags{0}, Flags{0});
  const EpisodeSummary partial = tracker.summarize();
  EXPECT_EQ(partial.finished, 0);
  EXPECT_DOUBLE_EQ(partial.mean_return, 100);
  EXPECT_DOUBLE_EQ(cost(partial, 0).value, 25);
}

TEST(EpisodeTracker, StretchesDiscountedCostsLessThanOthers) {
  EpisodeTracker tracker(1, 1, 1, 100, 0.5);
  for (int i = 0; i < 4; ++i) tracker.add(Floats{1}, Floats{1}, Flags{0}, Flags{0});
  // 1 + ½ + ¼ + … of 100 steps, of which 4 were seen.
  const Episode episode = tracker.summarize().episodes.at(0);
  EXPECT_DOUBLE_EQ(episode.team_discounted_cost(0), 2 * (1 - std::pow(0.5, 100)));
  EXPECT_DOUBLE_EQ(episode.team_cost(0), 100);
}

TEST(EpisodeTracker, AveragesOverAgents) {
  EpisodeTracker tracker(1, 2, 1, 10);
  tracker.add(Floats{1, 3}, Floats{0, 4}, Flags{1}, Flags{0});
  const EpisodeSummary summary = tracker.summarize();
  EXPECT_DOUBLE_EQ(summary.mean_return, 2);
  EXPECT_DOUBLE_EQ(cost(summary, 0).value, 2);
}

TEST(EpisodeTracker, AveragesOverTheTeamWithoutItsOpponents) {
  EpisodeTracker tracker(1, 3, 1, 10, 1, 1);
  tracker.add(Floats{1, 3, -9}, Floats{0, 4, 7}, Flags{1}, Flags{0});
  const EpisodeSummary summary = tracker.summarize();
  EXPECT_DOUBLE_EQ(summary.mean_return, 2);
  EXPECT_DOUBLE_EQ(cost(summary, 0).value, 2);
  EXPECT_EQ(summary.episodes.at(0).of_agent(2).team_return(), -9);
}

TEST(Episode, OfAnAgentHoldsItsSumsAlone) {
  Episode episode = Episode::empty(2, 3);
  episode.add(Floats{1, 3}, Floats{1, 2, 3, 4, 5, 6}, 0.5);
  episode.add(Floats{1, 3}, Floats{1, 2, 3, 4, 5, 6}, 0.5);
  const Episode own = episode.of_agent(1);
  EXPECT_EQ(own.reward, (std::vector<double>{6}));
  EXPECT_EQ(own.cost, (std::vector<double>{8, 10, 12}));
  EXPECT_EQ(own.discounted_cost, (std::vector<double>{6, 7.5, 9}));
  EXPECT_EQ(own.length, 2);
  EXPECT_EQ(own.team_cost(2), 12);
}

TEST(EpisodeTracker, SavesEpisodesThatAreGoingOn) {
  EpisodeTracker tracker(2, 1, 1, 10);
  tracker.add(Floats{1, 2}, Floats{3, 4}, Flags{0, 0}, Flags{0, 0});
  (void)tracker.summarize();
  Archive saved;
  tracker.state(saved);
  EpisodeTracker restored(2, 1, 1, 10);
  Archive loading(saved.entries());
  restored.state(loading);
  restored.add(Floats{1, 2}, Floats{3, 4}, Flags{1, 1}, Flags{0, 0});
  const EpisodeSummary summary = restored.summarize();
  EXPECT_DOUBLE_EQ(summary.mean_return, 3);
  EXPECT_DOUBLE_EQ(cost(summary, 0).value, 7);
  EXPECT_DOUBLE_EQ(summary.mean_length, 2);
}

}  // namespace
}  // namespace saddle
