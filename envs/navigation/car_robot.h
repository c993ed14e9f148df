// SPDX-License-Identifier: Apache-2.0
// The Car robot: two wheels that are driven each by itself, and a ball that rolls along.
#pragma once

#include <array>

#include <saddle/envs/environment.h>
#include <saddle/envs/navigation/motion_sensors.h>

namespace saddle {

/// Safety-Gymnasium's Car, reduced to a differential drive with the speeds measured of its MuJoCo
/// model: both wheels at full take it to 0.78 m/s, and one ahead and one back turn it at 1.44
/// rad/s. One wheel alone does half of both, where there friction leaves less. A square of half
/// width 0.1 m; steps take 0.04 s.
///
/// Action  [2] in [−1, 1]: the left wheel l, the right wheel r.
/// Motion  its wheels push with T (v_w (l + r)/2 − v) at speed v, turn it towards
///         ω_w (r − l)/2 with the same time constant m/T, 0.15 s, and do not slip sideways.
/// Sensors  24: 12 of its motion, then of a ball, 0.1 m behind the middle and of radius 0.05 m, in
///         the frame of the car: 12–14 angular velocity, rad/s, in [−40, 40], and 15–23 its
///         rotation since the start as a matrix, row by row, in [−1, 1]. It rolls without slipping.
/// Physics  `mass` m, `traction` T, `wheel_speed` v_w; ω_w is 1.85/m times that.
class CarRobot {
 public:
  static constexpr int kActions = 2, kSensors = MotionSensors::kCount + 12;
  static constexpr double kTimeStep = 0.04;
  static constexpr double kTopSpeed = 0.78;      ///< m/s
  static constexpr double kTurnRate = 1.44;      ///< rad/s, wheels in opposite directions
  static constexpr double kTimeConstant = 0.15;  ///< s
  static constexpr double kBallArm = 0.1;        ///< m, of the ball behind the middle
  static constexpr double kBallRadius = 0.05;    ///< m

  CarRobot() { reset(); }

  [[nodiscard]] BodyShape shape() const {
    return {.square = true, .mass = mass_, .vase_mass = 0.00026, .box_half_width = 0.125};
  }
  static void append_bounds(std::vector<float>& low, std::vector<float>& high);

  void reset();

  /// Moves the robot, and with it the scene, by one step.
  void act(std::span<const float> action, Scene& scene);

  /// Writes kSensors numbers.
  void sense(const Scene& scene, std::span<float> sensors) const;

  [[nodiscard]] std::vector<WorldParameter> parameters();

 private:
  /// Angular velocity of the ball about the axes ahead and to the left.
  [[nodiscard]] static Point2 rolling(const Scene& scene);
  void roll(Point2 angular_velocity);

  double mass_ = 1, traction_ = 1 / kTimeConstant, wheel_speed_ = kTopSpeed;
  // Of this episode: speeds at full, and how much force and torque a lack of speed calls forth.
  double full_speed_ = 0, full_turn_ = 0, drive_ = 0, hold_ = 0, twist_ = 0;
  MotionSensors motion_;
  std::array<double, 9> ball_{};  // row by row
};

}  // namespace saddle
