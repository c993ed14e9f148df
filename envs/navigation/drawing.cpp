// SPDX-License-Identifier: Apache-2.0
// Navigation worlds, seen from above.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <saddle/envs/canvas.h>
#include <saddle/envs/navigation/lidar.h>
#include <saddle/envs/navigation/navigation_world.h>

namespace saddle {
namespace {

Colour colour_of(Thing thing) {
  switch (thing) {
    case Thing::kGoal:
      return colours::kGoal;
    case Thing::kHazard:
      return colours::kDanger.faint(0.6);
    case Thing::kPillar:
    case Thing::kVase:
    case Thing::kButton:
      return colours::kObstacle;
    case Thing::kGremlin:
      return colours::kDanger;
    case Thing::kBox:
      return colours::kSecond;
  }
  return {};
}

}  // namespace

void NavigationWorld::draw(Canvas& canvas) const {
  // The square stays where it is until the robot is about to leave the picture.
  constexpr double kMargin = 0.5, kEdge = 0.3, kLeast = 1.8;
  const double half = std::max({parameters_.half_width + kMargin, parameters_.wall_x + kMargin,
                                parameters_.wall_y + kMargin, kLeast});
  const auto shift = [&](double at) { return at - std::clamp(at, kEdge - half, half - kEdge); };
  const Point2 robot = scene_->robot().position, centre{shift(robot.x), shift(robot.y)};
  canvas.view({centre.x - half, centre.y - half}, {centre.x + half, centre.y + half});
  if (std::holds_alternative<CircleTask>(task_)) {
    canvas.ring({0, 0}, CircleTask::kRadius, 0.02, colours::kGoal);
  } else {
    for (const Thing thing : kAllThings) draw_thing(thing, canvas);
  }
  draw_walls(canvas);
  draw_robot(canvas);
}

double NavigationWorld::goal_radius() const {
  return std::visit(
      [](const auto& task) {
        if constexpr (requires { task.goal_radius; }) return task.goal_radius;
        return kGoalRadius;
      },
      task_);
}

void NavigationWorld::draw_thing(Thing thing, Canvas& canvas) const {
  const Colour colour = colour_of(thing);
  const std::span<const Point2> places = scene_->places(thing);
  const BodyShape body = std::visit([](const auto& robot) { return robot.shape(); }, robot_);
  const auto square = [&](std::size_t i, double half_width) {
    canvas.box(places[i], half_width, half_width, scene_->heading(thing, i), colour);
  };
  for (std::size_t i = 0; i < places.size(); ++i) {
    switch (thing) {
      case Thing::kGoal:
        canvas.disc(places[i], goal_radius(), colour.faint(0.4));
        canvas.ring(places[i], goal_radius(), 0.02, colour);
        break;
      case Thing::kHazard:
        canvas.disc(places[i], parameters_.hazard_radius, colour);
        break;
      case Thing::kPillar:
        canvas.disc(places[i], Scene::kPillarRadius, colour);
        break;
      case Thing::kButton:
        canvas.disc(places[i], Scene::kButtonRadius, colour);
        break;
      case Thing::kGremlin:
        square(i, Scene::kGremlinHalfWidth);
        break;
      case Thing::kVase:
        square(i, Scene::kVaseHalfWidth);
        break;
      case Thing::kBox:
        square(i, body.box_half_width);
        break;
    }
  }
}

void NavigationWorld::draw_walls(Canvas& canvas) const {
  const auto wall = [&](Point2 from, Point2 to) { canvas.line(from, to, 0.04, colours::kDanger); };
  const Point2 low = canvas.low(), high = canvas.high();
  for (const double side : {-1.0, 1.0}) {
    const double x = side * parameters_.wall_x, y = side * parameters_.wall_y;
    if (parameters_.wall_x > 0) wall({x, low.y}, {x, high.y});
    if (parameters_.wall_y > 0) wall({low.x, y}, {high.x, y});
  }
}

/// The body with its front marked, in rings of dots, one for each lidar.
void NavigationWorld::draw_robot(Canvas& canvas) const {
  const Pose& pose = scene_->robot();
  const BodyShape body = std::visit([](const auto& robot) { return robot.shape(); }, robot_);
  double ring = body.half_width + 0.08;
  for (const Thing thing : kAllThings) {
    if (scene_->places(thing).empty()) continue;
    std::array<float, kLidarBins> bins{};
    scan(thing, bins);
    for (std::size_t i = 0; i < bins.size(); ++i) {
      const double angle = 2 * std::numbers::pi * (static_cast<double>(i) + 0.5) / kLidarBins;
      canvas.disc(pose.to_world({ring * std::cos(angle), ring * std::sin(angle)}), 0.025,
                  colour_of(thing).faint(static_cast<double>(bins[i])));
    }
    ring += 0.06;
  }
  if (body.square) {
    canvas.box(pose.position, body.half_width, body.half_width, pose.heading, colours::kAgent);
  } else {
    canvas.disc(pose.position, body.half_width, colours::kAgent);
  }
  canvas.line(pose.position, pose.to_world({1.3 * body.half_width, 0}), 0.04, colours::kInk);
}

}  // namespace saddle
