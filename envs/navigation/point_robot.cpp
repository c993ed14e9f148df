// SPDX-License-Identifier: Apache-2.0
// The Point robot.
#include <saddle/envs/navigation/point_robot.h>

#include <algorithm>

namespace saddle {
namespace {

constexpr float kGravity = 9.81f, kField = 0.5f;
constexpr float kMaxAcceleration = 10, kMaxSpeed = 2, kMaxYawRate = 3;

float bounded(double value, float limit) {
  return std::clamp(static_cast<float>(value), -limit, limit);
}

}  // namespace

void PointRobot::append_bounds(std::vector<float>& low, std::vector<float>& high) {
  for (const float limit : {kMaxAcceleration, kMaxSpeed, kMaxYawRate, kField}) {
    low.insert(low.end(), 3, -limit);
    high.insert(high.end(), 3, limit);
  }
}

void PointRobot::act(std::span<const float> action, Scene& scene) {
  const double throttle = std::clamp(throttle_gain_ * action[0], -1.0, 1.0);
  yaw_rate_ = kYawRate * action[1];
  const Point2 before = scene.velocity();
  scene.step(kTimeStep, shape().mass * kAcceleration * throttle, yaw_rate_);
  const Point2 change = scene.velocity() - before;
  acceleration_ = {change.x / kTimeStep, change.y / kTimeStep};
}

void PointRobot::sense(const Scene& scene, std::span<float> sensors) const {
  const Pose pose = scene.robot();
  const Point2 acceleration = pose.to_body(acceleration_);
  const Point2 velocity = pose.to_body(scene.velocity());
  const Point2 field = pose.to_body({0, -kField});
  const float values[kSensors] = {bounded(acceleration.x, kMaxAcceleration),
                                  bounded(acceleration.y, kMaxAcceleration),
                                  kGravity,
                                  bounded(velocity.x, kMaxSpeed),
                                  bounded(velocity.y, kMaxSpeed),
                                  0,
                                  0,
                                  0,
                                  bounded(yaw_rate_, kMaxYawRate),
                                  bounded(field.x, kField),
                                  bounded(field.y, kField),
                                  0};
  std::ranges::copy(values, sensors.begin());
}

}  // namespace saddle
