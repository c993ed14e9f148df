// SPDX-License-Identifier: Apache-2.0
// Points in the plane, in metres.
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

}  // namespace saddle
