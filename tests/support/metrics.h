// SPDX-License-Identifier: Apache-2.0
// What an update reports.
#pragma once

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

}  // namespace saddle::testing
