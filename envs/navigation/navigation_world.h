// SPDX-License-Identifier: Apache-2.0
// A robot, a task and obstacles in the plane.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <saddle/envs/environment.h>
#include <saddle/envs/navigation/car_robot.h>
#include <saddle/envs/navigation/layout.h>
#include <saddle/envs/navigation/point_robot.h>
#include <saddle/envs/navigation/tasks.h>

namespace saddle {

using Robot = std::variant<PointRobot, CarRobot>;

/// What a step may do that costs.
enum class Breach { kHazards, kPillars, kGremlins, kVases, kButtons, kWalls, kSpeed };

/// What distinguishes one navigation world from another.
struct NavigationParameters {
  std::string id;
  std::string doc;
  Robot robot{};
  Task task{};
  double half_width = 1.5;  ///< m, of the square that robot and things are placed in
  double robot_keepout = 0.4, goal_keepout = 0.305;   ///< m
  double hazard_radius = 0.2, hazard_keepout = 0.18;  ///< m
  int hazards = 0, pillars = 0, gremlins = 0, vases = 0;
  double wall_x = 0, wall_y = 0;   ///< m, from the middle to walls one can drive through; 0: none
  std::vector<Breach> breaches{};  ///< what is constrained
  bool apart = true;               ///< each by itself; otherwise a constraint on any of them
};

/// A robot, a task and things in its way, seen from above.
///
/// Start   robot and things at random places of a square that keep clear of each other.
/// Physics  those of the robot, and `friction` of what slides on the floor.
/// Task     `goal_radius`, in Goal and Push; `hazard_radius`, where hazards cost, which moves
///          nothing away from them; `speed_limit`, where speed is constrained.
///
/// | constraint | costs 1 for a step, and 0 otherwise |
/// | --- | --- |
/// | `hazards` | that ends with the robot's centre in a hazard |
/// | `pillars` | in which it touches a pillar |
/// | `gremlins` | in which it touches a gremlin |
/// | `vases` | in which it touches a vase, or that ends with a vase moving |
/// | `buttons` | in which it touches a button that is not the goal |
/// | `walls` | that ends with its centre beyond a wall, which does not hold it |
/// | `speed` | that ends faster than half its top speed: 0.75 m/s for Point, 0.39 m/s for Car |
/// | `obstacles` | that costs by any of those that the task constrains, but `speed` |
///
/// Hazards are discs of radius 0.2 m, 0.3 m in Push, that one can drive through; pillars are discs
/// of radius 0.2 m that stand fast. Vases are light squares of half width 0.1 m that slide to a
/// stop, with friction coefficient 1. Gremlins are squares of half width 0.1 m that circle in step
/// and let nothing stop them: t seconds from the start they are 0.35 (sin t, cos t) m from their
/// places.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | the first 12 or 24 | the robot's sensors | see there |
/// | 16 for each kind of thing | its lidar; kinds as listed for the task | [0, 1] |
///
/// Bin i of a lidar looks into directions [i, i + 1) 2π/16, left turning from the heading. A thing
/// whose centre is d away shows there as s = max(0, 1 − d/D) with the reach D, 3 m where nothing
/// else is said, and with f its place inside the bin as f s in the next and (1 − f) s in the one
/// before. The nearest wins, and nothing hides anything.
class NavigationWorld final : public Environment {
 public:
  /// Errors: saddle::Error from the first reset if things do not fit into the square.
  explicit NavigationWorld(const NavigationParameters& parameters);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  [[nodiscard]] std::vector<WorldParameter> parameters() override;
  void draw(Canvas& canvas) const override;

  /// Requires a reset.
  [[nodiscard]] const Scene& scene() const { return *scene_; }

 private:
  [[nodiscard]] std::size_t count(Thing thing) const;
  /// As many find their place in the layout.
  [[nodiscard]] std::size_t placed(Thing thing) const;
  void describe();
  [[nodiscard]] bool move_goal(Rng& rng);
  [[nodiscard]] bool happened(Breach breach) const;
  void write_costs(std::span<float> cost) const;
  void observe(std::span<float> observation) const;
  /// What the lidar shows of a kind of thing now.
  void scan(Thing thing, std::span<float> bins) const;
  void draw_thing(Thing thing, Canvas& canvas) const;
  [[nodiscard]] double goal_radius() const;
  void draw_walls(Canvas& canvas) const;
  void draw_robot(Canvas& canvas) const;

  NavigationParameters parameters_;
  EnvironmentSpec spec_;
  Robot robot_;
  Task task_;
  double friction_ = 1;
  PerThing<double> keepout_;
  std::size_t sensors_ = 0;
  double lidar_reach_ = 0, speed_limit_ = 0;
  std::vector<double> keepouts_;  // of what is placed, the robot first
  std::vector<Occupied> layout_;  // room to draw it in
  std::optional<Scene> scene_;    // none before the first reset
};

}  // namespace saddle
