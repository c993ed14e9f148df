// SPDX-License-Identifier: Apache-2.0
// The one thing an agent can move in a world of classic control.
#pragma once

#include <saddle/envs/environment.h>

namespace saddle {

/// Whether an agent picks one of a few positions of a lever, or any.
enum class Control { kDiscrete, kContinuous };

/// A lever with positions in [−1, 1]. Of `choices` discrete ones, choice i stands for
/// 2i / (choices − 1) − 1, so that they lie evenly from −1 to 1.
class Lever {
 public:
  Lever(Control control, int choices)
      : space_(control == Control::kDiscrete ? Space::discrete(choices) : Space::box(1, -1, 1)),
        slope_(control == Control::kDiscrete ? 2.0 / (choices - 1) : 1),
        offset_(control == Control::kDiscrete ? -1 : 0) {}

  [[nodiscard]] const Space& space() const { return space_; }
  [[nodiscard]] double position(float action) const { return slope_ * action + offset_; }

 private:
  Space space_;
  double slope_, offset_;
};

}  // namespace saddle
