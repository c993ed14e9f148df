// SPDX-License-Identifier: Apache-2.0
// The Point robot.
#include <saddle/envs/navigation/point_robot.h>

#include <algorithm>

namespace saddle {

void PointRobot::reset() {
  full_thrust_ = thrust_;
  full_turn_ = turn_rate_;
  motion_.reset();
  yaw_rate_ = 0;
}

void PointRobot::act(std::span<const float> action, Scene& scene) {
  const double throttle = std::clamp(throttle_gain_ * action[0], -1.0, 1.0);
  yaw_rate_ = full_turn_ * action[1];
  scene.push({full_thrust_ * throttle, 0});
  scene.turn_at(yaw_rate_);
  motion_.advance(scene, kTimeStep);
}

std::vector<WorldParameter> PointRobot::parameters() {
  return {{"mass", &mass_, "kg, of the robot"},
          {"thrust", &thrust_, "N, at full throttle"},
          {"drag", &drag_, "N·s/m, of the floor on the robot"},
          {"turn_rate", &turn_rate_, "rad/s, at full turn"}};
}

}  // namespace saddle
