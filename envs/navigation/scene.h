// SPDX-License-Identifier: Apache-2.0
// Where the things of a navigation world are, and how they move and collide, seen from above.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <saddle/envs/geometry.h>
#include <saddle/envs/navigation/things.h>

namespace saddle {

/// The robot's body, and what it can move, which is not alike for all robots.
struct BodyShape {
  bool square = false;          ///< a disc otherwise
  double half_width = 0.1;      ///< m; the radius of a disc
  double mass = 1;              ///< kg
  double damping = 0;           ///< 1/s, of the velocity
  double vase_mass = 0.0015;    ///< kg
  double box_mass = 0.05;       ///< kg
  double box_half_width = 0.2;  ///< m
};

/// A Box2D world without gravity, made anew for every episode: one that is emptied and filled again
/// does not replay.
///
/// Vases, squares of half width 0.1 m, and the box slide to a stop on the floor. Pillars, discs of
/// radius 0.2 m, and buttons, of radius 0.1 m, stand fast. Gremlins, squares of half width 0.1 m,
/// let nothing stop them: at time t one that was placed at h is at h + 0.35 (sin t, cos t). Goals
/// and hazards are places only.
class Scene {
 public:
  static constexpr double kPillarRadius = 0.2, kButtonRadius = 0.1, kGremlinHalfWidth = 0.1,
                          kVaseHalfWidth = 0.1, kGremlinTravel = 0.35;
  static constexpr std::size_t kMost = 64;  ///< things of a kind

  /// `friction` is the coefficient of vases and the box on the floor.
  Scene(const BodyShape& robot, const Pose& start, const PerThing<std::vector<Pose>>& things,
        double friction = 1);
  ~Scene();
  Scene(Scene&&) noexcept;
  Scene& operator=(Scene&&) noexcept;

  /// What acts on the robot during the next advance: a force (N; ahead, to the left), and either a
  /// yaw rate that it is set to (rad/s) or a torque (N·m).
  void push(Point2 force);
  void turn_at(double yaw_rate);
  void twist(double torque);
  void advance(double seconds);

  [[nodiscard]] const Pose& robot() const { return robot_; }
  [[nodiscard]] Point2 velocity() const { return velocity_; }  ///< of the robot, m/s, in the world
  [[nodiscard]] double yaw_rate() const { return yaw_rate_; }  ///< of the robot, rad/s

  [[nodiscard]] std::span<const Point2> places(Thing thing) const { return places_[thing]; }
  /// How far a square thing is turned, rad; 0 for the others.
  [[nodiscard]] double heading(Thing thing, std::size_t index) const;
  /// Requires a goal.
  [[nodiscard]] Point2 goal() const { return places_[Thing::kGoal][0]; }
  void put_goal(Point2 place) { places_[Thing::kGoal][0] = place; }

  /// The greatest speed of vases or of the box, m/s.
  [[nodiscard]] double fastest(Thing thing) const;
  /// Bit i is set if the robot touched thing i of the kind in the last advance.
  [[nodiscard]] std::uint64_t touched(Thing thing) const;

 private:
  void read_robot();
  void read_gremlins();

  struct Physics;
  std::unique_ptr<Physics> physics_;
  PerThing<std::vector<Point2>> places_;
  Pose robot_;
  Point2 velocity_;
  double yaw_rate_ = 0;
};

}  // namespace saddle
