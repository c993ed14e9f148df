// SPDX-License-Identifier: Apache-2.0
// The Point robot: it drives forward or back and turns.
#pragma once

#include <span>

#include <saddle/envs/navigation/scene.h>

namespace saddle {

/// Safety-Gymnasium's Point, reduced to the motion measured of its MuJoCo model: with full throttle
/// it approaches 1.5 m/s with time constant 0.52 s, and full turn means 3 rad/s at once.
///
/// Action [2] in [−1, 1]: throttle, turn (left is positive).
///
/// | sensor | meaning | range |
/// | --- | --- | --- |
/// | 0–2 | acceleration ahead, to the left, and gravity, m/s² | [−10, 10] |
/// | 3–5 | velocity ahead, to the left, and 0, m/s | [−2, 2] |
/// | 6–8 | 0, 0 and yaw rate, rad/s | [−3, 3] |
/// | 9–11 | a field of ½ that points south, ahead, to the left, and 0 | [−½, ½] |
class PointRobot {
 public:
  static constexpr int kActions = 2, kSensors = 12;
  static constexpr double kTimeStep = 0.02;
  static constexpr double kDamping = 1.9272;       ///< 1/s
  static constexpr double kAcceleration = 2.8908;  ///< m/s² at full throttle
  static constexpr double kYawRate = 3;            ///< rad/s at full turn

  /// Throttle beyond 1/gain has no further effect. The MuJoCo model behaves as with a gain of 20,
  /// nearly on or off; 1 lets a policy choose its speed.
  explicit PointRobot(double throttle_gain = 1) : throttle_gain_(throttle_gain) {}

  [[nodiscard]] static BodyShape shape() { return {0.1, 1.0, kDamping}; }
  static void append_bounds(std::vector<float>& low, std::vector<float>& high);

  void reset() { acceleration_ = {}, yaw_rate_ = 0; }

  /// Moves the robot, and with it the scene, by one step.
  void act(std::span<const float> action, Scene& scene);

  /// Writes kSensors numbers.
  void sense(const Scene& scene, std::span<float> sensors) const;

 private:
  double throttle_gain_;
  Point2 acceleration_;  // of the last step, in the world
  double yaw_rate_ = 0;
};

}  // namespace saddle
