// SPDX-License-Identifier: Apache-2.0
// What an update reports.
#pragma once

#include <cmath>
#include <string_view>

#include <gtest/gtest.h>

#include <saddle/base/metrics.h>

namespace saddle::testing {

/// The metric of that name; a failure, and 0, if there is none.
[[nodiscard]] inline double value(const Metrics& metrics, std::string_view name) {
  for (const auto& [key, number] : metrics.values()) {
    if (key == name) return number;
  }
  ADD_FAILURE() << "no metric " << name;
  return 0;
}

/// The same metrics, to within a thousandth: what two back ends have to report alike.
inline void expect_alike(const Metrics::Values& a, const Metrics::Values& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].first, b[i].first);
    EXPECT_NEAR(a[i].second, b[i].second, 1e-3 * (1 + std::abs(a[i].second))) << a[i].first;
  }
}

}  // namespace saddle::testing
