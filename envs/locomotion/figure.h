// SPDX-License-Identifier: Apache-2.0
// Jointed bodies above uneven ground: what Box2D simulates of a lander, a walker, a runner.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <saddle/envs/canvas.h>

namespace saddle {

/// A rigid body. It collides with the ground and passes through other bodies.
struct PartSpec {
  std::vector<Point2> outline;  ///< m, about its origin: a convex polygon of 3 to 8 corners
  double density = 1;           ///< kg/m²
  double friction = 0.2;
  Point2 position;   ///< m, of its origin at the start
  double angle = 0;  ///< rad, at the start
};

/// A joint about which one part turns against another, with a motor that is off at first.
struct HingeSpec {
  std::size_t inner = 0, outer = 0;   ///< indices of parts
  Point2 inner_anchor, outer_anchor;  ///< m, about their origins
  double low = 0, high = 0;           ///< rad, limits of the outer part's turn since the start
};

/// A piece of ground, seen by bodies from both sides.
struct GroundEdge {
  Point2 from, to;
  double friction = 0.2;
};

/// A solid piece of ground with sides along the axes.
struct GroundBlock {
  Point2 low, high;
  double friction = 0.2;
};

/// How often Box2D's solver goes over all constraints in a step, of velocities and of positions.
struct SolverIterations {
  int velocity = 6, position = 2;
};

struct FigureSpec {
  std::vector<PartSpec> parts;
  std::vector<HingeSpec> hinges;
  std::vector<GroundEdge> ground;
  std::vector<GroundBlock> blocks;
  double gravity = 10;  ///< m/s²
  bool sleeps = false;  ///< whether parts at rest for half a second fall asleep
  /// Whether a hinge feels a limit only in steps that begin at it or beyond it, as in Box2D 2.3,
  /// whose joints overshoot; else no step leads beyond it.
  bool late_limits = false;
  SolverIterations iterations = {};
};

/// A Box2D world with one figure in it, made anew for every episode: one that is emptied and filled
/// again does not replay. Parts and hinges are named by their indices in the specification.
class Figure {
 public:
  struct PartState {
    Point2 position;           ///< m, of its origin
    double angle = 0;          ///< rad, counterclockwise, not wrapped
    Point2 velocity;           ///< m/s, of its centre of mass
    double angular_speed = 0;  ///< rad/s
  };
  struct HingeState {
    double angle = 0;  ///< rad, since the start
    double speed = 0;  ///< rad/s
  };

  Figure();  ///< Of nothing, until it is built.
  explicit Figure(const FigureSpec& spec);
  ~Figure();
  Figure(Figure&&) noexcept;
  Figure& operator=(Figure&&) noexcept;

  /// Makes the world anew, in the memory of the one before.
  void build(const FigureSpec& spec);

  /// A force on the centre of mass (N), a torque (N·m): both act in the next step alone.
  void push(std::size_t part, Point2 force);
  void twist(std::size_t part, double torque);
  /// An impulse (N·s) at a point of the world (m), at once.
  void kick(std::size_t part, Point2 impulse, Point2 at);
  /// From now on the motor of a hinge strives for a speed (rad/s) with at most a torque (N·m).
  void drive(std::size_t hinge, double speed, double torque);

  void step(double seconds);

  [[nodiscard]] PartState part(std::size_t index) const;
  [[nodiscard]] HingeState hinge(std::size_t index) const;
  [[nodiscard]] double mass() const;  ///< kg, of all parts

  /// Whether the last thing that happened between a part and a piece of ground was that they began
  /// to touch. So a part that slides from one piece to the next may be said not to touch, as in
  /// Gymnasium.
  [[nodiscard]] bool touches(std::size_t part) const;
  /// Whether a part has ever begun to touch the ground.
  [[nodiscard]] bool has_touched(std::size_t part) const;
  [[nodiscard]] bool is_awake(std::size_t part) const;

  /// Draws the ground, as far as the view shows it, and the parts; the first has a colour of its
  /// own.
  void draw(Canvas& canvas, Colour first) const;

 private:
  struct Physics;
  std::unique_ptr<Physics> physics_;
};

/// A box about its origin, of half the width and half the height given.
[[nodiscard]] std::vector<Point2> box_outline(double half_width, double half_height);

}  // namespace saddle
