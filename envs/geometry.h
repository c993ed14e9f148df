// SPDX-License-Identifier: Apache-2.0
// Points and poses in the plane, in metres and radians.
#pragma once

#include <cmath>

namespace saddle {

struct Point2 {
  double x = 0, y = 0;
};

[[nodiscard]] inline Point2 operator+(Point2 a, Point2 b) { return {a.x + b.x, a.y + b.y}; }
[[nodiscard]] inline Point2 operator-(Point2 a, Point2 b) { return {a.x - b.x, a.y - b.y}; }
[[nodiscard]] inline Point2 operator*(double s, Point2 p) { return {s * p.x, s * p.y}; }
[[nodiscard]] inline double norm(Point2 p) { return std::sqrt(p.x * p.x + p.y * p.y); }
[[nodiscard]] inline double distance(Point2 a, Point2 b) { return norm(a - b); }

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

  /// Where a point of the body is in the world.
  [[nodiscard]] Point2 to_world(Point2 p) const {
    return {position.x + cosine * p.x - sine * p.y, position.y + sine * p.x + cosine * p.y};
  }
};

}  // namespace saddle
