// SPDX-License-Identifier: Apache-2.0
// Shapes that are made of simpler ones.
#include <saddle/envs/canvas.h>

#include <cmath>
#include <numbers>

#include <saddle/base/check.h>

namespace saddle {

void Canvas::view(Point2 low, Point2 high) {
  SADDLE_CHECK(low.x < high.x && low.y < high.y, low.x, low.y, high.x, high.y);
  low_ = low;
  high_ = high;
}

void Canvas::disc(Point2 centre, double radius, Colour colour) {
  add({Shape::Kind::kDisc, colour, {centre}, radius});
}

void Canvas::polygon(std::vector<Point2> corners, Colour colour) {
  add({Shape::Kind::kPolygon, colour, std::move(corners), 0});
}

void Canvas::box(Point2 low, Point2 high, Colour colour) {
  polygon({low, {high.x, low.y}, high, {low.x, high.y}}, colour);
}

void Canvas::box(Point2 centre, double half_width, double half_height, double angle,
                 Colour colour) {
  const Pose pose = Pose::at(centre, angle);
  polygon({pose.to_world({-half_width, -half_height}), pose.to_world({half_width, -half_height}),
           pose.to_world({half_width, half_height}), pose.to_world({-half_width, half_height})},
          colour);
}

void Canvas::line(Point2 from, Point2 to, double width, Colour colour) {
  add({Shape::Kind::kLine, colour, {from, to}, width});
}

void Canvas::ring(Point2 centre, double radius, double width, Colour colour) {
  constexpr int kCorners = 48;
  Shape shape{Shape::Kind::kLine, colour, {}, width};
  for (int i = 0; i <= kCorners; ++i) {
    const double angle = 2 * std::numbers::pi * i / kCorners;
    shape.points.push_back(
        {centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)});
  }
  add(std::move(shape));
}

}  // namespace saddle
