// SPDX-License-Identifier: Apache-2.0
// Notices limits that training does not come down to.
#pragma once

#include <cstddef>
#include <vector>

#include <saddle/apps/report.h>

namespace saddle {

/// Looks at the second half of a run so far, at least 100 updates in. A limit seems out of reach if
/// the cost was above it nearly all that time and, from the last quarter but one to the last, came
/// down by so little that the rest would take 20 runs like this, while its multiplier grew, or
/// stood at the most that its rule allows. Of an agent without multipliers, which has to be one
/// that does keep costs within limits, the cost must be above the limit by more than a tenth.
class LimitWatch {
 public:
  /// Takes in an update. Returns the constraints, by index, that seem out of reach and did not
  /// before.
  [[nodiscard]] std::vector<std::size_t> update(const UpdateReport& report);

 private:
  struct Past {
    std::vector<double> cost, multiplier;  ///< of each update
    bool reported = false;
  };

  [[nodiscard]] static bool seems_out_of_reach(const Past& past, double limit);

  std::vector<Past> past_;
};

}  // namespace saddle
