// SPDX-License-Identifier: Apache-2.0
// Rewards.
#include <saddle/envs/navigation/tasks.h>

#include <cmath>
#include <utility>

namespace saddle {
namespace {

constexpr Point2 kFarSouth{0, -1000};

}  // namespace

double GoalTask::reward(const Scene& scene) {
  const double before = std::exchange(distance_, distance(scene.robot().position, scene.goal()));
  return before - distance_ + (distance_ <= goal_radius ? 1 : 0);
}

void ButtonTask::begin(Scene& scene, Point2 robot, Rng& rng) {
  const auto buttons = scene.places(Thing::kButton);
  goal_ = rng.below(static_cast<std::uint32_t>(buttons.size()));
  scene.put_goal(buttons[goal_]);
  timer_ = kDelay;
  measure(scene, robot);
}

double ButtonTask::reward(const Scene& scene) {
  const double before = std::exchange(distance_, distance(scene.robot().position, scene.goal()));
  pressed_ = (scene.touched(Thing::kButton) & goal_bit()) != 0;
  return before - distance_ + (pressed_ ? 1 : 0);
}

bool ButtonTask::finish(Scene& scene, Rng& rng) {
  if (timer_ > 0) --timer_;
  if (pressed_) begin(scene, scene.robot().position, rng);
  return false;
}

bool ButtonTask::pressed_wrong(const Scene& scene) const {
  return timer_ == 0 && (scene.touched(Thing::kButton) & ~goal_bit()) != 0;
}

void PushTask::measure(const Scene& scene, Point2 robot) {
  const Point2 box = scene.places(Thing::kBox)[0];
  to_box_ = distance(robot, box);
  to_goal_ = distance(box, scene.goal());
}

double PushTask::reward(const Scene& scene) {
  const double to_box = to_box_, to_goal = to_goal_;
  measure(scene, scene.robot().position);
  return to_box - to_box_ + to_goal - to_goal_ + (to_goal_ <= goal_radius ? 1 : 0);
}

double CircleTask::reward(const Scene& scene) {
  const Point2 p = scene.robot().position, v = scene.velocity();
  const double radius = norm(p);
  if (radius == 0) return 0;  // no way round
  return 0.1 * (p.x * v.y - p.y * v.x) / radius / (1 + std::abs(radius - kRadius));
}

void RunTask::measure(const Scene&, Point2 robot) { distance_ = distance(robot, kFarSouth); }

double RunTask::reward(const Scene& scene) {
  constexpr double kWeight = 60;
  const double before = distance_;
  measure(scene, scene.robot().position);
  return kWeight * (before - distance_);
}

}  // namespace saddle
