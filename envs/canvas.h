// SPDX-License-Identifier: Apache-2.0
// What a world looks like: a list of shapes, for whoever makes pictures of them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <saddle/envs/geometry.h>

namespace saddle {

/// Each in [0, 1].
struct Colour {
  double red = 0, green = 0, blue = 0, opacity = 1;

  [[nodiscard]] Colour faint(double share) const { return {red, green, blue, opacity * share}; }
};

/// One colour for one meaning, in all worlds. They can be told apart by those who see red and green
/// alike (Okabe and Ito 2008, Color universal design).
namespace colours {
inline constexpr Colour kInk{0.15, 0.15, 0.18};      ///< lines, the ground
inline constexpr Colour kAgent{0.0, 0.45, 0.7};      ///< what is controlled
inline constexpr Colour kSecond{0.34, 0.71, 0.91};   ///< its other parts, other players
inline constexpr Colour kGoal{0.0, 0.62, 0.45};      ///< where reward is
inline constexpr Colour kDanger{0.84, 0.37, 0.0};    ///< where cost is
inline constexpr Colour kObstacle{0.9, 0.62, 0.0};   ///< what should not be touched
inline constexpr Colour kScenery{0.75, 0.75, 0.75};  ///< what does not matter
}  // namespace colours

struct Shape {
  enum class Kind { kDisc, kPolygon, kLine };

  Kind kind = Kind::kDisc;
  Colour colour;
  std::vector<Point2> points;  ///< a disc's centre, the corners of a polygon, the ends of a line
  double size = 0;             ///< the radius of a disc, the width of a line
};

/// Shapes in the coordinates of a world, y upwards; later ones cover earlier ones. Every number
/// must be finite.
class Canvas {
 public:
  /// The part of the plane to show, in which low is less than high. A picture that needs another
  /// shape shows more.
  void view(Point2 low, Point2 high);

  void disc(Point2 centre, double radius, Colour colour);
  void polygon(std::vector<Point2> corners, Colour colour);
  void box(Point2 low, Point2 high, Colour colour);
  /// A box about `centre`, turned by `angle` (rad) against the clock.
  void box(Point2 centre, double half_width, double half_height, double angle, Colour colour);
  void line(Point2 from, Point2 to, double width, Colour colour);
  /// The outline of a circle.
  void ring(Point2 centre, double radius, double width, Colour colour);

  [[nodiscard]] Point2 low() const { return low_; }
  [[nodiscard]] Point2 high() const { return high_; }
  [[nodiscard]] std::span<const Shape> shapes() const { return shapes_; }
  void add(Shape shape) { shapes_.push_back(std::move(shape)); }

 private:
  Point2 low_{-1, -1}, high_{1, 1};
  std::vector<Shape> shapes_;
};

}  // namespace saddle
