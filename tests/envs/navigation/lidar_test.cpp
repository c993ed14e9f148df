// SPDX-License-Identifier: Apache-2.0
// The pseudo-lidar against readings worked out by hand, and its symmetries.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/base/rng.h>
#include <saddle/envs/navigation/lidar.h>

namespace saddle {
namespace {

using ::testing::Each;
using Bins = std::array<float, kLidarBins>;

constexpr double kReach = 3, kBin = 2 * std::numbers::pi / kLidarBins;

Bins scan(const Pose& robot, const std::vector<Point2>& objects) {
  Bins bins;
  bins.fill(-1);
  pseudo_lidar(robot, objects, kReach, bins);
  return bins;
}

Point2 polar(double distance, double angle) {
  return {distance * std::cos(angle), distance * std::sin(angle)};
}

TEST(PseudoLidar, SeesNothingWhereNothingIsInReach) {
  EXPECT_THAT(scan(Pose::at({0, 0}, 0), {}), Each(0.0f));
  EXPECT_THAT(scan(Pose::at({0, 0}, 1), {{3, 0}, {-4, 1}}), Each(0.0f));
}

TEST(PseudoLidar, ShowsAnObjectInItsBinAndInBothNeighboursByPlace) {
  // A quarter into bin 5, at half the reach: ½ there, ⅛ in the next, ⅜ in the one before.
  const Bins bins =
      scan(Pose::at({1, 2}, 0), {{polar(1.5, 5.25 * kBin).x + 1, polar(1.5, 5.25 * kBin).y + 2}});
  for (int i = 0; i < kLidarBins; ++i) {
    const double expected = i == 5 ? 0.5 : i == 6 ? 0.125 : i == 4 ? 0.375 : 0;
    EXPECT_NEAR(bins.at(static_cast<std::size_t>(i)), expected, 1e-6) << "bin " << i;
  }
}

TEST(PseudoLidar, GoesRoundFromTheLastBinToTheFirst) {
  const Bins bins = scan(Pose::at({0, 0}, 0), {polar(1.5, 15.75 * kBin)});
  EXPECT_NEAR(bins[15], 0.5, 1e-6);
  EXPECT_NEAR(bins[0], 0.375, 1e-6);
  EXPECT_NEAR(bins[14], 0.125, 1e-6);
}

TEST(PseudoLidar, CountsLeftFromTheHeading) {
  // North of a robot that heads north, then left of one that heads east.
  EXPECT_NEAR(scan(Pose::at({0, 0}, std::numbers::pi / 2), {{0.01, 1}})[15], 2.0 / 3, 1e-3);
  EXPECT_NEAR(scan(Pose::at({0, 0}, 0), {{-0.01, 1}})[4], 2.0 / 3, 1e-3);
}

TEST(PseudoLidar, OfSeveralTheNearestWins) {
  Rng rng(31);
  SCOPED_TRACE("seed 31");
  for (int trial = 0; trial < 200; ++trial) {
    const Pose robot = Pose::at({rng.uniform(-2, 2), rng.uniform(-2, 2)}, rng.uniform(-9, 9));
    std::vector<Point2> objects;
    Bins expected{};
    double nearest = kReach;
    for (int i = 0; i < 10; ++i) {
      objects.push_back({rng.uniform(-3, 3), rng.uniform(-3, 3)});
      nearest = std::min(nearest, distance(robot.position, objects.back()));
      const Bins alone = scan(robot, {objects.back()});
      for (std::size_t b = 0; b < expected.size(); ++b)
        expected[b] = std::max(expected[b], alone[b]);
    }
    const Bins bins = scan(robot, objects);
    EXPECT_EQ(bins, expected);
    EXPECT_NEAR(std::ranges::max(bins), 1 - nearest / kReach, 1e-6);
    EXPECT_GE(std::ranges::min(bins), 0);
  }
}

TEST(PseudoLidar, PlacesDirectionsAsTheArcTangentDoes) {
  for (int i = 0; i < 5000; ++i) {
    const double angle = i * 2 * std::numbers::pi / 5000;
    SCOPED_TRACE(angle);
    const Point2 at = polar(1.5, angle);
    const double turn = std::atan2(at.y, at.x) / kBin, place = turn < 0 ? turn + kLidarBins : turn;
    const auto bin = static_cast<std::size_t>(place);
    const Bins bins = scan(Pose::at({0, 0}, 0), {at});
    const double inside = place - std::floor(place);
    EXPECT_NEAR(bins.at((bin + 1) % kLidarBins), inside / 2, 1e-7);
    EXPECT_NEAR(bins.at((bin + kLidarBins - 1) % kLidarBins), (1 - inside) / 2, 1e-7);
  }
}

TEST(PseudoLidar, OneAtTheRobotsOwnPlaceIsAheadAndAsNearAsCanBe) {
  const Bins bins = scan(Pose::at({1, 1}, 0.3), {{1, 1}});
  EXPECT_EQ(bins[0], 1);
  EXPECT_EQ(bins[1], 0);
  EXPECT_EQ(bins[15], 1);
}

TEST(PseudoLidar, TurningByABinShiftsTheReading) {
  const std::vector<Point2> objects{{1, 0.3}, {-0.5, 2}, {0.2, -1.1}};
  const Bins straight = scan(Pose::at({0, 0}, 0.1), objects);
  const Bins turned = scan(Pose::at({0, 0}, 0.1 + kBin), objects);
  for (std::size_t i = 0; i < straight.size(); ++i) {
    EXPECT_NEAR(turned[i], straight[(i + 1) % straight.size()], 1e-6) << "bin " << i;
  }
}

}  // namespace
}  // namespace saddle
