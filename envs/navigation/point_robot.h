// SPDX-License-Identifier: Apache-2.0
// The Point robot: it drives forward or back and turns.
#pragma once

#include <saddle/envs/environment.h>
#include <saddle/envs/navigation/motion_sensors.h>

namespace saddle {

/// Safety-Gymnasium's Point, reduced to the motion measured of its MuJoCo model: with full throttle
/// it approaches 1.5 m/s with time constant 0.52 s, and full turn means 3 rad/s at once. A disc of
/// radius 0.1 m; steps take 0.02 s.
///
/// Action  [2] in [−1, 1]: throttle, turn (left is positive).
/// Sensors  12, of its motion.
/// Physics  `mass`, `thrust` at full throttle, `drag`, and `turn_rate` at full turn.
class PointRobot {
 public:
  static constexpr int kActions = 2, kSensors = MotionSensors::kCount;
  static constexpr double kTimeStep = 0.02;
  static constexpr double kDamping = 1.9272;       ///< 1/s
  static constexpr double kAcceleration = 2.8908;  ///< m/s² at full throttle
  static constexpr double kYawRate = 3;            ///< rad/s at full turn
  static constexpr double kTopSpeed = 1.5;         ///< m/s

  /// Throttle beyond 1/gain has no further effect. The MuJoCo model behaves as with a gain of 20,
  /// nearly on or off; 1 lets a policy choose its speed.
  explicit PointRobot(double throttle_gain = 1) : throttle_gain_(throttle_gain) {}

  [[nodiscard]] BodyShape shape() const { return {.mass = mass_, .damping = drag_ / mass_}; }
  static void append_bounds(std::vector<float>& low, std::vector<float>& high) {
    MotionSensors::append_bounds(low, high);
  }

  void reset();

  /// Moves the robot, and with it the scene, by one step.
  void act(std::span<const float> action, Scene& scene);

  /// Writes kSensors numbers.
  void sense(const Scene& scene, std::span<float> sensors) const {
    motion_.read(scene, yaw_rate_, sensors);
  }

  [[nodiscard]] std::vector<WorldParameter> parameters();

 private:
  double throttle_gain_;
  double mass_ = 1, thrust_ = kAcceleration, drag_ = kDamping, turn_rate_ = kYawRate;
  double full_thrust_ = thrust_, full_turn_ = turn_rate_;  // of this episode
  MotionSensors motion_;
  double yaw_rate_ = 0;
};

}  // namespace saddle
