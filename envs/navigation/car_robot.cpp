// SPDX-License-Identifier: Apache-2.0
// The Car robot.
#include <saddle/envs/navigation/car_robot.h>

#include <algorithm>
#include <cmath>

namespace saddle {
namespace {

constexpr double kMaxRolling = 40;  // rad/s

}  // namespace

void CarRobot::append_bounds(std::vector<float>& low, std::vector<float>& high) {
  MotionSensors::append_bounds(low, high);
  low.insert(low.end(), 3, static_cast<float>(-kMaxRolling));
  high.insert(high.end(), 3, static_cast<float>(kMaxRolling));
  low.insert(low.end(), 9, -1.0f);
  high.insert(high.end(), 9, 1.0f);
}

void CarRobot::reset() {
  const BodyShape body = shape();
  // What a speed gains in one step of its way to the one asked for, exactly.
  const double share = 1 - std::exp(-kTimeStep * traction_ / mass_);
  const double width = 2 * body.half_width;
  const double inertia = mass_ * (width * width + width * width) / 12;
  full_speed_ = wheel_speed_;
  full_turn_ = wheel_speed_ * kTurnRate / kTopSpeed;
  drive_ = share * mass_ / kTimeStep;
  hold_ = mass_ / kTimeStep;
  twist_ = share * inertia / kTimeStep;
  motion_.reset();
  ball_ = {1, 0, 0, 0, 1, 0, 0, 0, 1};
}

void CarRobot::act(std::span<const float> action, Scene& scene) {
  const double left = action[0], right = action[1];
  const Point2 velocity = scene.robot().to_body(scene.velocity());
  const double speed = full_speed_ * (left + right) / 2, turn = full_turn_ * (right - left) / 2;
  scene.push({drive_ * (speed - velocity.x), -hold_ * velocity.y});
  scene.twist(twist_ * (turn - scene.yaw_rate()));
  motion_.advance(scene, kTimeStep);
  roll(rolling(scene));
}

Point2 CarRobot::rolling(const Scene& scene) {
  const Point2 velocity = scene.robot().to_body(scene.velocity());
  const Point2 over_floor{velocity.x, velocity.y - kBallArm * scene.yaw_rate()};
  // The ball's lowest point is at rest: what turns about the axis to the left moves ahead.
  return {-over_floor.y / kBallRadius, over_floor.x / kBallRadius};
}

void CarRobot::roll(Point2 angular_velocity) {
  const double speed = norm(angular_velocity);
  if (speed == 0) return;
  const double x = angular_velocity.x / speed, y = angular_velocity.y / speed;
  const double angle = speed * kTimeStep, c = std::cos(angle), s = std::sin(angle), d = 1 - c;
  // Rodrigues' formula for the axis (x, y, 0).
  const std::array<double, 9> turn{c + d * x * x, d * x * y, s * y, d * x * y, c + d * y * y,
                                   -s * x,        -s * y,    s * x, c};
  const std::array<double, 9> before = ball_;
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      double sum = 0;
      for (std::size_t k = 0; k < 3; ++k) sum += turn[3 * row + k] * before[3 * k + column];
      ball_[3 * row + column] = sum;
    }
  }
}

void CarRobot::sense(const Scene& scene, std::span<float> sensors) const {
  motion_.read(scene, scene.yaw_rate(), sensors);
  const auto ball = sensors.subspan(MotionSensors::kCount);
  const Point2 angular_velocity = rolling(scene);
  ball[0] = bounded(angular_velocity.x, kMaxRolling);
  ball[1] = bounded(angular_velocity.y, kMaxRolling);
  ball[2] = 0;
  for (std::size_t i = 0; i < ball_.size(); ++i) ball[3 + i] = bounded(ball_[i], 1);
}

std::vector<WorldParameter> CarRobot::parameters() {
  return {{"mass", &mass_, "kg, of the robot"},
          {"traction", &traction_, "N·s/m, of the wheels"},
          {"wheel_speed", &wheel_speed_, "m/s, of a wheel at full"}};
}

}  // namespace saddle
