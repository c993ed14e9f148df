// SPDX-License-Identifier: Apache-2.0
// What moves and collides in a navigation world: a robot's body and vases, seen from above.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <saddle/envs/geometry.h>

namespace saddle {

/// The robot's body: a disc.
struct BodyShape {
  double radius = 0.1;  ///< m
  double mass = 1;      ///< kg
  double damping = 0;   ///< 1/s, of the velocity
};

/// A Box2D world without gravity, made anew for every episode: one that is emptied and filled again
/// does not replay. Vases are light boxes of half width 0.1 m that slide to a stop on the floor,
/// with the friction coefficient 1 and 0.15% of the robot's mass, as Safety-Gymnasium's do.
class Scene {
 public:
  Scene(const BodyShape& robot, const Pose& start, std::span<const Point2> vases,
        std::span<const double> vase_angles);
  ~Scene();
  Scene(Scene&&) noexcept;
  Scene& operator=(Scene&&) noexcept;

  /// Advances by `seconds` with a force along the robot's heading (N) and its yaw rate held
  /// (rad/s).
  void step(double seconds, double force, double yaw_rate);

  [[nodiscard]] Pose robot() const;
  [[nodiscard]] Point2 velocity() const;  ///< of the robot, m/s, in the world
  [[nodiscard]] std::span<const Point2> vases() const;
  [[nodiscard]] double fastest_vase() const;  ///< m/s
  [[nodiscard]] bool robot_touches_vase() const;

 private:
  struct Physics;
  std::unique_ptr<Physics> physics_;
};

}  // namespace saddle
