// SPDX-License-Identifier: Apache-2.0
// Ground to walk on: sight lines against hand-computed and brute-force crossings, heights by their
// law.
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/envs/locomotion/terrain.h>

namespace saddle {
namespace {

/// The first crossing with any piece, each looked at alone.
double free_part_by_pieces(const std::vector<GroundEdge>& ground, Point2 from, Point2 line) {
  double first = 1;
  for (const GroundEdge& edge : ground) {
    const Point2 along = edge.to - edge.from, off = edge.from - from;
    const double cross = line.x * along.y - line.y * along.x;
    if (cross == 0) continue;
    const double at = (off.x * along.y - off.y * along.x) / cross;
    const double within = (off.x * line.y - off.y * line.x) / cross;
    if (at >= 0 && at <= 1 && within >= 0 && within <= 1) first = std::min(first, at);
  }
  return first;
}

TEST(Terrain, SightEndsWhereItMeetsTheGround) {
  const std::array<double, 4> heights{1, 1, 3, 0};
  const Terrain terrain(2, heights);
  EXPECT_EQ(terrain.length(), 6);
  // Straight down from 3 m above level ground, and half way up the slope to 3.
  EXPECT_NEAR(terrain.free_part({1, 4}, {0, -6}), 0.5, 1e-12);
  EXPECT_NEAR(terrain.free_part({3, 4}, {0, -4}), 0.5, 1e-12);
  EXPECT_EQ(terrain.free_part({1, 4}, {0, -2.9}), 1) << "too short to reach it";
  // At 45 degrees down from (0, 4): it meets the slope y = x − 1 at (2.5, 1.5).
  EXPECT_NEAR(terrain.free_part({0, 4}, {5, -5}), 0.5, 1e-12);
  EXPECT_EQ(terrain.free_part({0, 4}, {2.4, -2.4}), 1);
  // Level at height 2, into the slope at x = 3.
  EXPECT_NEAR(terrain.free_part({1, 2}, {4, 0}), 0.5, 1e-12);
  // Beyond both ends there is nothing, but from before the beginning it sees what comes.
  EXPECT_EQ(terrain.free_part({-1, 5}, {0, -9}), 1);
  EXPECT_EQ(terrain.free_part({5, 9}, {10, -1}), 1);
  EXPECT_NEAR(terrain.free_part({-2, 2}, {4, -1.5}), 2.0 / 3, 1e-12);
}

TEST(Terrain, SightIsTheFirstCrossingWithAnyPiece) {
  constexpr std::uint64_t kSeed = 5;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  Rng rng(kSeed);
  std::vector<double> heights(60);
  int met = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    if (trial % 50 == 0) {
      for (double& height : heights) height = rng.uniform(0, 1.5);
    }
    const Terrain terrain(0.5, heights);
    std::vector<GroundEdge> ground;
    terrain.append_edges(1, ground);
    const Point2 from{rng.uniform(-1, 31), rng.uniform(0.2, 4)};
    const double angle = rng.uniform(0, 1.5);
    const Point2 line{5 * std::sin(angle), -5 * std::cos(angle)};
    const double seen = terrain.free_part(from, line);
    ASSERT_NEAR(seen, free_part_by_pieces(ground, from, line), 1e-9) << "trial " << trial;
    met += seen < 1 ? 1 : 0;
  }
  EXPECT_GT(met, 1000);
}

TEST(Terrain, HeightsStartLevelAndThenFollowTheirLaw) {
  constexpr std::uint64_t kSeed = 11;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  Rng rng(kSeed);
  std::vector<double> heights(100'000);
  draw_heights(rng, 2, heights);
  for (std::size_t i = 0; i <= 20; ++i) EXPECT_EQ(heights[i], 2) << "height " << i;
  double slope = 0, most = 0;
  std::size_t last_level = 20, pieces = 0;
  std::array<int, 10> runs{};
  double sum = 0, squares = 0;
  for (std::size_t i = 21; i < heights.size(); ++i) {
    const double rise = heights[i] - heights[i - 1];
    if (rise == 0) {
      const std::size_t run = i - last_level;
      ASSERT_TRUE(run >= 5 && run <= 9) << "a level piece after " << run;
      ++runs[run];
      last_level = i;
      continue;
    }
    const double pull = heights[i - 1] < 2 ? 0.01 : heights[i - 1] > 2 ? -0.01 : 0;
    const double chance = 30 * (rise - 0.8 * slope - pull);
    ASSERT_LE(std::abs(chance), 1 + 1e-9) << "height " << i;
    most = std::max(most, std::abs(chance));
    sum += chance;
    squares += chance * chance;
    slope = rise;
    ++pieces;
  }
  const auto n = static_cast<double>(pieces);
  EXPECT_GT(most, 0.999);
  EXPECT_NEAR(sum / n, 0, 4 / std::sqrt(3 * n));
  EXPECT_NEAR(squares / n, 1.0 / 3, 4 * std::sqrt(4.0 / 45 / n));
  for (std::size_t run = 5; run <= 9; ++run) EXPECT_GT(runs[run], 2000) << "runs of " << run;
}

}  // namespace
}  // namespace saddle
