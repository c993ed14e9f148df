// SPDX-License-Identifier: Apache-2.0
// What a robot senses of its own motion.
#include <saddle/envs/navigation/motion_sensors.h>

#include <algorithm>

namespace saddle {
namespace {

constexpr float kGravity = 9.81f, kField = 0.5f;
constexpr float kMaxAcceleration = 10, kMaxSpeed = 2, kMaxYawRate = 3;

}  // namespace

void MotionSensors::append_bounds(std::vector<float>& low, std::vector<float>& high) {
  for (const float limit : {kMaxAcceleration, kMaxSpeed, kMaxYawRate, kField}) {
    low.insert(low.end(), 3, -limit);
    high.insert(high.end(), 3, limit);
  }
}

void MotionSensors::advance(Scene& scene, double seconds) {
  const Point2 before = scene.velocity();
  scene.advance(seconds);
  const Point2 change = scene.velocity() - before;
  acceleration_ = {change.x / seconds, change.y / seconds};
}

void MotionSensors::read(const Scene& scene, double yaw_rate, std::span<float> sensors) const {
  const Pose& pose = scene.robot();
  const Point2 acceleration = pose.to_body(acceleration_);
  const Point2 velocity = pose.to_body(scene.velocity());
  const Point2 field = pose.to_body({0, -kField});
  const float values[kCount] = {bounded(acceleration.x, kMaxAcceleration),
                                bounded(acceleration.y, kMaxAcceleration),
                                kGravity,
                                bounded(velocity.x, kMaxSpeed),
                                bounded(velocity.y, kMaxSpeed),
                                0,
                                0,
                                0,
                                bounded(yaw_rate, kMaxYawRate),
                                bounded(field.x, kField),
                                bounded(field.y, kField),
                                0};
  std::ranges::copy(values, sensors.begin());
}

}  // namespace saddle
