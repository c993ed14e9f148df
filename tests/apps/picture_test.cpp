// SPDX-License-Identifier: Apache-2.0
// Pixels of a moment in an episode.
#include <saddle/apps/picture.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/apps/expect_error.h"
#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

using Pixel = std::array<int, 3>;  // red, green, blue

Pixel at(const Picture& picture, int x, int y) {
  const auto start = 4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width()) +
                          static_cast<std::size_t>(x));
  const auto part = [&](std::size_t i) {
    return std::to_integer<int>(picture.pixels()[start + i]);
  };
  return {part(2), part(1), part(0)};
}

Pixel pixel(const Colour& colour) {
  const auto part = [](double x) { return static_cast<int>(std::lround(255 * x)); };
  return {part(colour.red), part(colour.green), part(colour.blue)};
}

constexpr Pixel kWhite = {255, 255, 255};

/// Cairo rounds in its own way.
bool alike(const Pixel& a, const Pixel& b) {
  return std::ranges::equal(a, b, [](int x, int y) { return std::abs(x - y) <= 1; });
}

/// A disc of radius 0.5 at (1, 1) in a view from (−2, −2) to (2, 2), with 3 of a limit spent.
Moment moment() {
  Moment moment;
  moment.canvas.view({-2, -2}, {2, 2});
  moment.canvas.disc({1, 1}, 0.5, colours::kAgent);
  moment.cost = {3};
  return moment;
}

TEST(Picture, ShowsTheViewWithYUpwards) {
  const Caption caption{"a world", {"falls"}, {4}};
  Picture picture(200, moment(), caption);
  EXPECT_EQ(picture.width(), 200);
  EXPECT_GT(picture.height(), 200);  // the strip comes below
  EXPECT_EQ(picture.height() % 2, 0);
  picture.paint(moment(), caption, false);
  EXPECT_TRUE(alike(at(picture, 150, 50), pixel(colours::kAgent)));
  EXPECT_TRUE(alike(at(picture, 150 + 20, 50), pixel(colours::kAgent)));
  EXPECT_TRUE(alike(at(picture, 150 + 30, 50), kWhite));
  EXPECT_TRUE(alike(at(picture, 50, 150), kWhite));
}

TEST(Picture, BarsFillUpToTheLimitAndTurnRedBeyond) {
  const auto colour_at = [](double limit, double share) {
    const Caption caption{"a world", {"falls"}, {limit}};
    Picture picture(200, moment(), caption);
    picture.paint(moment(), caption, false);
    // The bar is between 0.35 and 0.7 of the width, in the third line below the view.
    return at(picture, static_cast<int>(70 + 70 * share), 200 + 60 - 5);
  };
  EXPECT_TRUE(alike(colour_at(4, 0.7), pixel(colours::kGoal)));
  EXPECT_FALSE(alike(colour_at(4, 0.8), pixel(colours::kGoal)));  // 3 of 4 is three quarters
  EXPECT_TRUE(alike(colour_at(2.9, 0.95), pixel(colours::kDanger)));
  EXPECT_TRUE(alike(colour_at(0, 0.5), pixel(colours::kDanger)));
}

TEST(Picture, AlarmsInARedFrame) {
  const Caption caption{"a world", {"falls"}, {4}};
  Picture picture(200, moment(), caption);
  picture.paint(moment(), caption, true);
  EXPECT_TRUE(alike(at(picture, 2, 100), pixel(colours::kDanger)));
  picture.paint(moment(), caption, false);
  EXPECT_TRUE(alike(at(picture, 2, 100), kWhite));
}

TEST(Picture, SaysWhereItCannotBeWritten) {
  const test::TemporaryDirectory directory;
  const Picture picture(64, moment(), {"a world", {"falls"}, {4}});
  test::expect_error([&] { picture.write_png(directory.path() / "none" / "x.png"); },
                     {"x.png", "--output"});
}

}  // namespace
}  // namespace saddle
