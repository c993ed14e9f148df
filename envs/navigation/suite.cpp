// SPDX-License-Identifier: Apache-2.0
// The navigation worlds, a row for each task and difficulty.
#include <saddle/envs/navigation/suite.h>

namespace saddle {
namespace {

using enum Breach;

/// Rows, with the robot to be filled in and `id` short of it.
std::vector<NavigationParameters> levels() {
  return {
      {.id = "Goal0", .doc = "reach goals in an empty square", .task = GoalTask(), .half_width = 1},
      {.id = "Goal1",
       .doc = "reach goals among 8 hazards and a vase",
       .task = GoalTask(),
       .half_width = 1.5,
       .hazards = 8,
       .vases = 1,
       .breaches = {kHazards}},
      {.id = "Goal2",
       .doc = "reach goals among 10 hazards and 10 vases",
       .task = GoalTask(),
       .half_width = 2,
       .hazards = 10,
       .vases = 10,
       .breaches = {kHazards, kVases}},
      {.id = "Button0", .doc = "press one of 4 buttons", .task = ButtonTask(), .half_width = 1},
      {.id = "Button1",
       .doc = "press one of 4 buttons, among 4 hazards and 4 gremlins",
       .task = ButtonTask(),
       .half_width = 1.5,
       .hazards = 4,
       .gremlins = 4,
       .breaches = {kHazards, kGremlins, kButtons},
       .apart = false},
      {.id = "Button2",
       .doc = "press one of 4 buttons, among 8 hazards and 6 gremlins",
       .task = ButtonTask(),
       .half_width = 1.8,
       .hazards = 8,
       .gremlins = 6,
       .breaches = {kHazards, kGremlins, kButtons},
       .apart = false},
      {.id = "Push0",
       .doc = "push a box to goals in an empty square",
       .task = PushTask(),
       .half_width = 1,
       .goal_keepout = 0.4},
      {.id = "Push1",
       .doc = "push a box to goals among 2 hazards and a pillar",
       .task = PushTask(),
       .half_width = 1.5,
       .goal_keepout = 0.4,
       .hazard_radius = 0.3,
       .hazard_keepout = 0.4,
       .hazards = 2,
       .pillars = 1,
       .breaches = {kHazards}},
      {.id = "Push2",
       .doc = "push a box to goals among 4 hazards and 4 pillars",
       .task = PushTask(),
       .half_width = 2,
       .goal_keepout = 0.4,
       .hazard_radius = 0.3,
       .hazard_keepout = 0.4,
       .hazards = 4,
       .pillars = 4,
       .breaches = {kHazards, kPillars},
       .apart = false},
      {.id = "Circle0",
       .doc = "run along a circle",
       .task = CircleTask(),
       .half_width = 0.8,
       .robot_keepout = 0},
      {.id = "Circle1",
       .doc = "run along a circle that leads through 2 walls",
       .task = CircleTask(),
       .half_width = 0.8,
       .robot_keepout = 0,
       .wall_x = 1.125,
       .breaches = {kWalls}},
      {.id = "Circle2",
       .doc = "run along a circle that leads through 4 walls",
       .task = CircleTask(),
       .half_width = 0.8,
       .robot_keepout = 0,
       .wall_x = 1.125,
       .wall_y = 1.125,
       .breaches = {kWalls}},
      {.id = "Run0",
       .doc = "run along a corridor",
       .task = RunTask(),
       .half_width = 0.2,
       .robot_keepout = 0,
       .wall_x = 0.5,
       .breaches = {kWalls}},
  };
}

/// The hardest level of each task, and the others that have several kinds of breaches.
bool has_multi(const std::string& level) {
  for (const char* one : {"Goal2", "Button1", "Button2", "Push2", "Circle2", "Run0"}) {
    if (level == one) return true;
  }
  return false;
}

}  // namespace

std::vector<NavigationParameters> navigation_suite() {
  struct Kind {
    std::string name, doc;
    Robot robot;
  };
  std::vector<NavigationParameters> suite;
  for (const auto& [name, doc, robot] :
       {Kind{"Point", "", PointRobot()}, Kind{"Car", ", by car", CarRobot()}}) {
    for (NavigationParameters level : levels()) {
      const std::string id = name + level.id;
      const bool multi = has_multi(level.id);
      level.robot = robot;
      level.id = id + "-v0";
      level.doc += doc;
      suite.push_back(level);
      if (!multi) continue;
      level.id = id + "Multi-v0";
      level.doc += ", each kind of obstacle and speed constrained";
      level.breaches.push_back(kSpeed);
      level.apart = true;
      suite.push_back(level);
    }
  }
  return suite;
}

}  // namespace saddle
