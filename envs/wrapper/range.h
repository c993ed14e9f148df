// SPDX-License-Identifier: Apache-2.0
// The middle and the unit of each number of a box, in which perturbations are told.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include <saddle/envs/environment.h>

namespace saddle {

/// What one number of a box may be. `half`, half the width of [low, high], is 1 where a bound is
/// infinite; `middle` then is what is nearest to 0.
struct Range {
  float low = 0, high = 0;
  double middle = 0, half = 1;

  [[nodiscard]] float clip(double x) const { return std::clamp(static_cast<float>(x), low, high); }
};

/// Of each number of a box; none of a discrete space.
[[nodiscard]] inline std::vector<Range> ranges_of(const Space& space) {
  std::vector<Range> ranges;
  for (std::size_t i = 0; i < space.low.size(); ++i) {
    Range range{space.low[i], space.high[i]};
    const double low = range.low, high = range.high;
    if (std::isfinite(low) && std::isfinite(high)) {
      range.middle = (low + high) / 2;
      range.half = (high - low) / 2;
    } else {
      range.middle = std::clamp(0.0, low, high);
    }
    ranges.push_back(range);
  }
  return ranges;
}

}  // namespace saddle
