// SPDX-License-Identifier: Apache-2.0
// Notices limits that training does not come down to.
#include <saddle/apps/limit_watch.h>

#include <cmath>
#include <functional>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace saddle {
namespace {

using Series = std::function<double(int)>;

/// The update at which a limit of 25 first seems out of reach; 0 if it never does in 1,000.
int noticed(const Series& cost, const Series& multiplier) {
  LimitWatch watch;
  int first = 0;
  for (int i = 1; i <= 1000; ++i) {
    const auto found =
        watch.update({1, 0, {{"easy", 1e9, 0, 0}, {"hard", 25, cost(i), multiplier(i)}}});
    if (found.empty()) continue;
    EXPECT_THAT(found, testing::ElementsAre(1u));
    EXPECT_EQ(first, 0) << "said twice";
    first = i;
  }
  return first;
}

double growing(int i) { return 0.01 * i; }

TEST(LimitWatch, NoticesACostThatStaysWhileItsMultiplierGrows) {
  EXPECT_EQ(noticed([](int) { return 40; }, [](int) { return 200; }), 100);  // its most
  const int soon = noticed([](int i) { return 40 + 3 * std::sin(i); }, growing);
  EXPECT_GE(soon, 100);
  EXPECT_LT(soon, 150);
  // It came down at first, and then no more.
  const int later = noticed([](int i) { return 40 + 60 * std::exp(-i / 50.0); }, growing);
  EXPECT_GT(later, 100);
  EXPECT_LT(later, 500);
}

TEST(LimitWatch, WithoutMultipliersTheCostAloneTells) {
  const auto none = [](int) { return std::numeric_limits<double>::quiet_NaN(); };
  EXPECT_EQ(noticed([](int) { return 40; }, none), 100);
  EXPECT_EQ(noticed([](int i) { return 90 - 0.06 * i; }, none), 0);
  EXPECT_EQ(noticed([](int) { return 27; }, none), 0);  // switches at the limit, or zigzags
}

TEST(LimitWatch, KeepsQuietWhereThereIsProgressOrNoPressure) {
  EXPECT_EQ(noticed([](int i) { return 90 - 0.06 * i; }, growing), 0);               // coming down
  EXPECT_EQ(noticed([](int i) { return 25 + 5 * std::sin(0.1 * i); }, growing), 0);  // about it
  EXPECT_EQ(noticed([](int) { return 40; }, [](int) { return 0; }), 0);  // nobody asked for less
  EXPECT_EQ(noticed([](int) { return 40; }, [](int i) { return 1 - 0.0009 * i; }), 0);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(noticed([](int) { return kNan; }, growing), 0);
}

}  // namespace
}  // namespace saddle
