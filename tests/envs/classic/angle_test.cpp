// SPDX-License-Identifier: Apache-2.0
// Our sine and cosine against the library's in extended precision.
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include <saddle/base/rng.h>
#include <saddle/envs/classic/angle.h>

namespace saddle {
namespace {

void expect_right(double angle) {
  const auto [sine, cosine] = sine_cosine(angle);
  ASSERT_NEAR(sine, static_cast<double>(std::sin(static_cast<long double>(angle))), 3e-16) << angle;
  ASSERT_NEAR(cosine, static_cast<double>(std::cos(static_cast<long double>(angle))), 3e-16)
      << angle;
}

TEST(SineCosine, AreThoseOfTheLibrary) {
  Rng rng(5);
  SCOPED_TRACE("seed 5");
  for (const double reach : {1e-9, 0.8, 4.0, 100.0, 1e5}) {
    for (int i = 0; i < 5000; ++i) expect_right(rng.uniform(-reach, reach));
  }
}

TEST(SineCosine, AreThoseOfTheLibraryAroundEveryQuarter) {
  for (int quarter = -1000; quarter <= 1000; ++quarter) {
    const double at = quarter * std::numbers::pi / 2;
    for (const double angle : {at, std::nextafter(at, 1e9), at + 1e-8, at + std::numbers::pi / 4}) {
      expect_right(angle);
    }
  }
}

TEST(SineCosine, OfTwoAnglesAtOnceAreTheSame) {
  Rng rng(6);
  SCOPED_TRACE("seed 6");
  for (int i = 0; i < 1000; ++i) {
    const double a = rng.uniform(-50, 50), b = rng.uniform(-50, 50);
    const auto [sine, cosine] = sine_cosine(DoublePair{a, b});
    EXPECT_EQ(sine[0], sine_cosine(a).sine);
    EXPECT_EQ(sine[1], sine_cosine(b).sine);
    EXPECT_EQ(cosine[0], sine_cosine(a).cosine);
    EXPECT_EQ(cosine[1], sine_cosine(b).cosine);
  }
}

TEST(Wrap, LeavesTheDirectionAndTakesTheShortWayRound) {
  Rng rng(7);
  SCOPED_TRACE("seed 7");
  for (int i = 0; i < 5000; ++i) {
    const double angle = rng.uniform(-300, 300), wrapped = wrap(angle);
    EXPECT_LE(std::abs(wrapped), std::numbers::pi + 1e-13);
    EXPECT_NEAR(std::sin(wrapped), std::sin(angle), 1e-13);
    EXPECT_NEAR(std::cos(wrapped), std::cos(angle), 1e-13);
  }
  EXPECT_EQ(wrap(3.0), 3.0);
  EXPECT_NEAR(wrap(4.0), 4 - 2 * std::numbers::pi, 1e-15);
}

}  // namespace
}  // namespace saddle
