// SPDX-License-Identifier: Apache-2.0
// Poses in the plane, in metres and radians.
#pragma once

#include <cmath>

#include <saddle/envs/point.h>

namespace saddle {

/// A body's frame: where it is and where its x axis points.
struct Pose {
  Point2 position;
  double heading = 0;
  double cosine = 1, sine = 0;  ///< of the heading

  static Pose at(Point2 position, double heading) {
    return {position, heading, std::cos(heading), std::sin(heading)};
  }

  /// A vector of the world, seen from the body.
  [[nodiscard]] Point2 to_body(Point2 v) const {
    return {cosine * v.x + sine * v.y, -sine * v.x + cosine * v.y};
  }
};

}  // namespace saddle
