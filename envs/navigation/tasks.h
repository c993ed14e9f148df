// SPDX-License-Identifier: Apache-2.0
// What robots are to do: the tasks of Safety-Gymnasium.
//
// All have
//   begin    called when an episode starts, with things in their places and the robot at `robot`
//   measure  called besides when the goal was moved: progress counts from here
//   reward   of the step that ended; once a step
//   finish   after rewards and costs; whether the goal must move to a free place
//   hides    whether the lidar shows none of a kind of things
//   pressed_wrong  whether a wrong button is pressed
#pragma once

#include <variant>

#include <saddle/base/rng.h>
#include <saddle/envs/navigation/scene.h>

namespace saddle {

inline constexpr double kGoalRadius = 0.3;  ///< m, unless a task has another

/// Reach the goal, again and again.
///
/// Reward  metres gained towards the goal, plus 1 when the robot's centre is within 0.3 m of it;
///         the goal then moves to another free place and the episode goes on.
/// Levels  0: an empty square of half width 1 m. 1: 8 hazards and a vase that costs nothing, 1.5 m.
///         2: 10 hazards and 10 vases, 2 m.
/// Lidars  goal, hazards, vases.
/// Ending  only if no free place for the next goal is found; 1000 steps.
class GoalTask {
 public:
  static constexpr int kHorizon = 1000;
  static constexpr double kLidarReach = 3;
  static constexpr bool kPlacesGoal = true;

  void begin(Scene& scene, Point2 robot, Rng&) { measure(scene, robot); }
  void measure(const Scene& scene, Point2 robot) { distance_ = distance(robot, scene.goal()); }
  [[nodiscard]] double reward(const Scene& scene);
  [[nodiscard]] bool finish(Scene&, Rng&) const { return distance_ <= goal_radius; }
  [[nodiscard]] static bool hides(Thing) { return false; }
  [[nodiscard]] static bool pressed_wrong(const Scene&) { return false; }

  double goal_radius = kGoalRadius;  ///< m

 private:
  double distance_ = 0;  // to the goal
};

/// Press the button that is the goal, one of four; they are discs of radius 0.1 m that stand fast,
/// and touching one presses it.
///
/// Reward  metres gained towards it, plus 1 for pressing it; then one of the four, at random, is
///         the next.
/// Timer  for 10 steps from the start and from every press of the right button the lidar shows no
///         buttons, and pressing a wrong one costs nothing.
/// Levels  0: nothing else in a square of half width 1 m, and wrong buttons cost nothing.
///         1: 4 hazards and 4 gremlins, 1.5 m. 2: 8 hazards and 6 gremlins, 1.8 m.
/// Lidars  buttons, goal, hazards, gremlins.
/// Ending  1000 steps.
class ButtonTask {
 public:
  static constexpr int kHorizon = 1000, kDelay = 10;
  static constexpr double kLidarReach = 3;
  static constexpr bool kPlacesGoal = false;

  void begin(Scene& scene, Point2 robot, Rng& rng);
  void measure(const Scene& scene, Point2 robot) { distance_ = distance(robot, scene.goal()); }
  [[nodiscard]] double reward(const Scene& scene);
  [[nodiscard]] bool finish(Scene& scene, Rng& rng);
  [[nodiscard]] bool hides(Thing thing) const { return thing == Thing::kButton && timer_ > 0; }
  [[nodiscard]] bool pressed_wrong(const Scene& scene) const;

 private:
  [[nodiscard]] std::uint64_t goal_bit() const { return std::uint64_t{1} << goal_; }

  std::uint32_t goal_ = 0;  // which button
  int timer_ = 0;           // steps left
  bool pressed_ = false;    // the goal, in this step
  double distance_ = 0;
};

/// Push the box to the goal. Its half width is 0.2 m for Point and 0.125 m for Car; it weighs a
/// twentieth of the robot, more than in Safety-Gymnasium, and slides with friction coefficient 1.
///
/// Reward  metres that the robot gained towards the box, plus metres that the box gained towards
///         the goal, plus 1 when its centre is within 0.3 m of it; the goal then moves.
/// Levels  0: an empty square of half width 1 m. 1: 2 hazards and a pillar that costs nothing, 1.5
/// m.
///         2: 4 hazards and 4 pillars, 2 m.
/// Lidars  goal, hazards, pillars, box.
/// Ending  only if no free place for the next goal is found; 1000 steps.
class PushTask {
 public:
  static constexpr int kHorizon = 1000;
  static constexpr double kLidarReach = 3;
  static constexpr bool kPlacesGoal = true;

  void begin(Scene& scene, Point2 robot, Rng&) { measure(scene, robot); }
  void measure(const Scene& scene, Point2 robot);
  [[nodiscard]] double reward(const Scene& scene);
  [[nodiscard]] bool finish(Scene&, Rng&) const { return to_goal_ <= goal_radius; }
  [[nodiscard]] static bool hides(Thing) { return false; }
  [[nodiscard]] static bool pressed_wrong(const Scene&) { return false; }

  double goal_radius = kGoalRadius;  ///< m

 private:
  double to_box_ = 0;   // from the robot
  double to_goal_ = 0;  // from the box
};

/// Run along a circle of radius 1.5 m around the origin, across walls.
///
/// Reward  0.1 (x v_y − y v_x)/ρ / (1 + |ρ − 1.5|) at (x, y), ρ from the origin: speed round it,
///         left turning, as far as one is on the circle.
/// Lidars  the origin, with a reach of 6 m.
/// Levels  0: no walls. 1: walls at x = ±1.125 m. 2: at y = ±1.125 m as well.
/// Start   x and y uniform in ±0.8.
/// Ending  500 steps.
class CircleTask {
 public:
  static constexpr int kHorizon = 500;
  static constexpr double kLidarReach = 6, kRadius = 1.5;
  static constexpr bool kPlacesGoal = false;

  static void begin(Scene& scene, Point2, Rng&) { scene.put_goal({0, 0}); }
  static void measure(const Scene&, Point2) {}
  [[nodiscard]] static double reward(const Scene& scene);
  [[nodiscard]] static bool finish(Scene&, Rng&) { return false; }
  [[nodiscard]] static bool hides(Thing) { return false; }
  [[nodiscard]] static bool pressed_wrong(const Scene&) { return false; }
};

/// Run south along a corridor.
///
/// Reward  60 times the metres gained towards (0, −1000).
/// Lidars  none.
/// Levels  0: walls at x = ±0.5 m.
/// Start   x and y uniform in ±0.2.
/// Ending  500 steps.
class RunTask {
 public:
  static constexpr int kHorizon = 500;
  static constexpr double kLidarReach = 1;  // of nothing
  static constexpr bool kPlacesGoal = false;

  void begin(Scene& scene, Point2 robot, Rng&) { measure(scene, robot); }
  void measure(const Scene&, Point2 robot);
  [[nodiscard]] double reward(const Scene& scene);
  [[nodiscard]] static bool finish(Scene&, Rng&) { return false; }
  [[nodiscard]] static bool hides(Thing) { return false; }
  [[nodiscard]] static bool pressed_wrong(const Scene&) { return false; }

 private:
  double distance_ = 0;
};

using Task = std::variant<GoalTask, ButtonTask, PushTask, CircleTask, RunTask>;

}  // namespace saddle
