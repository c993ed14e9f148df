// SPDX-License-Identifier: Apache-2.0
// Checks between modules, and metrics.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/base/check.h>
#include <saddle/base/metrics.h>

namespace saddle {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Pair;
using ::testing::ThrowsMessage;

TEST(Check, AFailedOneNamesTheConditionAndTheValues) {
  const int rows = 3;
  EXPECT_THAT(
      [&] { SADDLE_CHECK(rows == 4, rows, "expected", 4); },
      ThrowsMessage<std::logic_error>(EndsWith("check failed: rows == 4 with 3, expected, 4")));
  EXPECT_NO_THROW(SADDLE_CHECK(rows == 3));
}

TEST(Metrics, KeepTheOrderInWhichTheyWereFirstSetAndTheLastValue) {
  Metrics metrics;
  metrics.set("return", 1);
  metrics.set("cost/hazards", 2);
  metrics.set("return", 3);
  EXPECT_THAT(metrics.values(), ElementsAre(Pair("return", 3), Pair("cost/hazards", 2)));
}

}  // namespace
}  // namespace saddle
