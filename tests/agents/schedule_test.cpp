// SPDX-License-Identifier: Apache-2.0
// Schedules, at the points where their values are known.
#include <saddle/agents/schedule.h>

#include <cmath>

#include <gtest/gtest.h>

namespace saddle {
namespace {

TEST(Schedule, GoesFromAllToNothing) {
  for (const std::string& shape : kScheduleShapes) {
    EXPECT_EQ(remaining(shape, 0), 1) << shape;
    EXPECT_NEAR(remaining(shape, 1), shape == "constant" ? 1 : 0, 1e-15) << shape;
    EXPECT_EQ(remaining(shape, 3), remaining(shape, 1)) << shape;
  }
}

TEST(Schedule, HasTheShapeOfItsName) {
  EXPECT_EQ(remaining("constant", 0.25), 1);
  EXPECT_EQ(remaining("linear", 0.25), 0.75);
  EXPECT_NEAR(remaining("cosine", 0.25), (1 + std::sqrt(0.5)) / 2, 1e-15);
  EXPECT_NEAR(remaining("cosine", 0.5), 0.5, 1e-15);
}

}  // namespace
}  // namespace saddle
