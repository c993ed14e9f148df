// SPDX-License-Identifier: Apache-2.0
// Step sizes that change with the iteration.
#pragma once

#include <cmath>
#include <cstdint>

namespace saddle {

/// c r^p in iteration r = 1, 2, …; the default exponent keeps it constant.
struct PowerSchedule {
  double scale = 0;
  double exponent = 0;

  [[nodiscard]] double at(std::int64_t iteration) const {
    return exponent == 0 ? scale : scale * std::pow(static_cast<double>(iteration), exponent);
  }
};

}  // namespace saddle
