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

TEST(Terrain, SightEndsAtABlock) {
  const std::array<double, 3> heights{0, 0, 0};
  const std::array blocks{GroundBlock{{2, 0}, {3, 2}}, GroundBlock{{5, 3}, {6, 4}}};
  const Terrain terrain(4, heights, blocks);
  // At 45 degrees down from (0, 3) into the side at (2, 1), from (1, 4) onto the top at (3, 2).
  EXPECT_NEAR(terrain.free_part({0, 3}, {4, -4}), 0.5, 1e-12);
  EXPECT_NEAR(terrain.free_part({0.5, 4}, {4, -4}), 0.5, 1e-12);
  EXPECT_NEAR(terrain.free_part({2.5, 4}, {0, -4}), 0.5, 1e-12);
  EXPECT_NEAR(terrain.free_part({1, 1}, {2, 0}), 0.5, 1e-12);
  EXPECT_EQ(terrain.free_part({0, 3}, {1.9, -1.9}), 1) << "too short";
  EXPECT_NEAR(terrain.free_part({3.5, 3}, {4, -4}), 0.75, 1e-12) << "past it, to the ground";
  EXPECT_EQ(terrain.free_part({2.5, 1}, {4, 0}), 1) << "from inside it sees nothing of it";
  EXPECT_NEAR(terrain.free_part({4, 3.5}, {4, 0}), 0.25, 1e-12) << "the next one";
}

TEST(Terrain, SightIsTheFirstCrossingWithAnySideOfABlock) {
  constexpr std::uint64_t kSeed = 6;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  Rng rng(kSeed);
  int met = 0;
  for (int trial = 0; trial < 500; ++trial) {
    std::vector<double> heights(100);
    std::vector<GroundBlock> blocks;
    draw_course(rng, {.level = 3, .spacing = 0.5, .obstacles = true}, heights, blocks);
    const Terrain terrain(0.5, heights, blocks);
    std::vector<GroundEdge> sides;
    terrain.append_edges(1, sides);
    for (const auto& [low, high, friction] : blocks) {
      const Point2 right{high.x, low.y}, left{low.x, high.y};
      for (const auto& [a, b] : {std::pair{low, right}, {right, high}, {high, left}, {left, low}}) {
        sides.push_back({a, b, 1});
      }
    }
    const Point2 from{rng.uniform(8, 45), rng.uniform(5, 6.5)};
    const double angle = rng.uniform(0, 1.5);
    const Point2 line{5 * std::sin(angle), -5 * std::cos(angle)};
    const auto inside = [&from](const GroundBlock& b) {
      return from.x >= b.low.x && from.x <= b.high.x && from.y >= b.low.y && from.y <= b.high.y;
    };
    if (std::ranges::any_of(blocks, inside)) continue;
    const double seen = terrain.free_part(from, line);
    ASSERT_NEAR(seen, free_part_by_pieces(sides, from, line), 1e-9) << "trial " << trial;
    met += seen < 1 ? 1 : 0;
  }
  EXPECT_GT(met, 250);
}

TEST(Terrain, AfterEverySpanOfGrassComesAnObstacle) {
  constexpr std::uint64_t kSeed = 12;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  constexpr double kUnit = 0.5;
  Rng rng(kSeed);
  std::vector<double> heights(30'000);
  std::vector<GroundBlock> blocks;
  draw_course(rng, {.level = 2, .spacing = kUnit, .obstacles = true}, heights, blocks);
  std::array<int, 3> stumps{}, pits{};
  int up = 0, down = 0;
  std::size_t end = 20;  // of the last obstacle, an index of heights
  const auto height = [&](std::size_t i) { return heights.at(i); };
  for (std::size_t b = 0; b < blocks.size();) {
    const GroundBlock& block = blocks[b];
    const auto at = static_cast<std::size_t>(std::lround(block.low.x / kUnit));
    if (at + 20 > heights.size()) break;
    // The first is where the pad ends, the others 5 to 9 later.
    const std::size_t grass = at - end;
    ASSERT_TRUE(b == 0 ? grass == 0 : grass >= 5 && grass <= 9) << grass;
    const double wide = (block.high.x - block.low.x) / kUnit,
                 high = (block.high.y - block.low.y) / kUnit;
    if (std::abs(high - 4) < 1e-6) {
      ASSERT_NEAR(wide, 1, 1e-6);
      const double gap = (blocks.at(b + 1).low.x - block.low.x) / kUnit;
      ASSERT_TRUE(std::abs(gap - 3) < 1e-6 || std::abs(gap - 4) < 1e-6) << gap;
      ++pits.at(gap > 3.5 ? 1 : 0);
      const auto width = static_cast<std::size_t>(std::lround(gap));
      EXPECT_NEAR(block.high.y, height(at), 1e-9);
      for (std::size_t i = at + 1; i <= at + width; ++i) {
        EXPECT_NEAR(height(i), height(at) - 4 * kUnit, 1e-9);
      }
      EXPECT_NEAR(height(at + width + 1), height(at), 1e-9);
      end = at + width + 2;
      b += 2;
    } else if (std::abs(wide - high) < 1e-6) {
      ASSERT_NEAR(block.low.y, height(at), 1e-9);
      ++stumps.at(wide > 1.5 ? 1 : 0);
      end = at + static_cast<std::size_t>(std::lround(wide));
      b += 1;
    } else {
      ASSERT_NEAR(wide, 4, 1e-6);
      ASSERT_NEAR(high, 1, 1e-6);
      const double rise = blocks.at(b + 1).low.y - block.low.y;
      EXPECT_NEAR(std::abs(rise), kUnit, 1e-9);
      ++(rise > 0 ? up : down);
      std::size_t steps = 1;
      while (steps < 4 && b + steps < blocks.size() &&
             std::abs(blocks[b + steps].low.x - block.low.x -
                      4 * kUnit * static_cast<double>(steps)) < 1e-6 &&
             std::abs(blocks[b + steps].low.y - block.low.y - rise * static_cast<double>(steps)) <
                 1e-6) {
        ++steps;
      }
      ASSERT_GE(steps, 3u);
      EXPECT_NEAR(block.high.y, height(at), 1e-9);
      end = at + 4 * steps;
      b += steps;
    }
  }
  for (const int count : {stumps[0], stumps[1], pits[0], pits[1], up, down}) {
    EXPECT_GT(count, 150);
  }
}

TEST(Terrain, HeightsStartLevelAndThenFollowTheirLaw) {
  constexpr std::uint64_t kSeed = 11;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  Rng rng(kSeed);
  std::vector<double> heights(100'000);
  std::vector<GroundBlock> blocks;
  draw_course(rng, {.level = 2}, heights, blocks);
  EXPECT_TRUE(blocks.empty());
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
