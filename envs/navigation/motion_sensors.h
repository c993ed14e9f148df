// SPDX-License-Identifier: Apache-2.0
// Accelerometer, velocimeter, gyroscope and magnetometer.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include <saddle/envs/navigation/scene.h>

namespace saddle {

/// What a sensor shows of a value beyond its range.
[[nodiscard]] inline float bounded(double value, float limit) {
  return std::clamp(static_cast<float>(value), -limit, limit);
}

/// What every robot senses of its own motion, as Safety-Gymnasium's do, in its own frame.
///
/// | sensor | meaning | range |
/// | --- | --- | --- |
/// | 0–2 | acceleration ahead, to the left, and gravity, m/s² | [−10, 10] |
/// | 3–5 | velocity ahead, to the left, and 0, m/s | [−2, 2] |
/// | 6–8 | 0, 0 and yaw rate, rad/s | [−3, 3] |
/// | 9–11 | a field of ½ that points south, ahead, to the left, and 0 | [−½, ½] |
class MotionSensors {
 public:
  static constexpr int kCount = 12;

  static void append_bounds(std::vector<float>& low, std::vector<float>& high);

  void reset() { acceleration_ = {}; }

  /// Advances the scene, and keeps the acceleration of the robot meanwhile.
  void advance(Scene& scene, double seconds);

  /// Writes kCount numbers.
  void read(const Scene& scene, double yaw_rate, std::span<float> sensors) const;

 private:
  Point2 acceleration_;  // of the last step, in the world
};

}  // namespace saddle
