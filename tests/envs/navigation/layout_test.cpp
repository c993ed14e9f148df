// SPDX-License-Identifier: Apache-2.0
// Places that keep clear of each other.
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/envs/navigation/layout.h>

namespace saddle {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(Layout, ObjectsKeepClearOfEachOtherAndOfTheEdge) {
  const std::vector<double> keepouts{0.4, 0.305, 0.18, 0.18, 0.18, 0.18, 0.15, 0.15};
  std::vector<Occupied> layout(keepouts.size());
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Rng rng(seed);
    draw_layout(rng, 1.5, keepouts, layout);
    for (std::size_t i = 0; i < layout.size(); ++i) {
      EXPECT_LE(std::abs(layout[i].position.x), 1.5 - keepouts[i]);
      EXPECT_LE(std::abs(layout[i].position.y), 1.5 - keepouts[i]);
      for (std::size_t j = 0; j < i; ++j) {
        EXPECT_GE(distance(layout[i].position, layout[j].position), keepouts[i] + keepouts[j]);
      }
    }
  }
}

TEST(Layout, APlaceIsUniformInTheSquare) {
  constexpr int kCount = 100000;
  Rng rng(17);
  SCOPED_TRACE("seed 17");
  double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (int i = 0; i < kCount; ++i) {
    const Point2 p = find_place(rng, 1.5, 0.5, {}, 1).value();
    x += p.x, y += p.y, xx += p.x * p.x, yy += p.y * p.y, xy += p.x * p.y;
  }
  const double mean_bound = 5 * std::sqrt(1.0 / 3 / kCount);
  EXPECT_NEAR(x / kCount, 0, mean_bound);
  EXPECT_NEAR(y / kCount, 0, mean_bound);
  EXPECT_NEAR(xx / kCount, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / kCount));
  EXPECT_NEAR(yy / kCount, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / kCount));
  EXPECT_NEAR(xy / kCount, 0, 5.0 / 3 / std::sqrt(kCount));
}

TEST(Layout, NoPlaceIsFoundWhereThereIsNone) {
  Rng rng(1);
  const Occupied all{{0, 0}, 10};
  EXPECT_FALSE(find_place(rng, 1, 0.1, std::span(&all, 1), 100));
}

TEST(Layout, TooManyObjectsAreRefused) {
  Rng rng(1);
  const std::vector<double> keepouts(3, 0.9);
  std::vector<Occupied> layout(3);
  EXPECT_THAT([&] { draw_layout(rng, 1, keepouts, layout); },
              ThrowsMessage<Error>(HasSubstr("3 objects do not fit")));
}

}  // namespace
}  // namespace saddle
