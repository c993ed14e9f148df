// SPDX-License-Identifier: Apache-2.0
// A pendulum to swing up and hold, with a limit on how fast it may turn.
#pragma once

#include <saddle/envs/classic/angle.h>
#include <saddle/envs/environment.h>

namespace saddle {

/// Gymnasium's Pendulum-v1 with a constraint: mass 1 kg, length 1 m, gravity 10 m/s², time step
/// 0.05 s.
///
/// State   angle θ (0 is upright) and angular speed ω, |ω| ≤ 8 rad/s.
/// Action  torque, in [−2, 2] N·m.
/// Step    ω ← clip(ω + (3 g sin θ/(2 l) + 3 u/(m l²)) 0.05), θ ← θ + 0.05 ω.
/// Reward  −(θ² + 0.1 ω² + 0.001 u²), θ in [−π, π], from the state before the step.
/// Start   θ uniform in ±π, ω uniform in ±1. Never terminates; 200 steps.
/// Cost    `angular-speed`: 1 for every step that ends with |ω| above 4 rad/s.
/// Physics  `gravity` g, `length` l and `mass` m.
/// Task     `target`, 0 rad, the angle that is rewarded: θ in the reward is measured from it.
///          `speed_limit`, the 4 rad/s.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0 | cos θ | [−1, 1] |
/// | 1 | sin θ | [−1, 1] |
/// | 2 | ω, rad/s | [−8, 8] |
class Pendulum final : public Environment {
 public:
  static constexpr double kSpeedLimit = 4;

  Pendulum();

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  [[nodiscard]] std::vector<WorldParameter> parameters() override;
  void draw(Canvas& canvas) const override;

  [[nodiscard]] double angle() const { return angle_; }
  [[nodiscard]] double speed() const { return speed_; }

  /// Puts the pendulum anywhere, for tests and pictures.
  void place(double angle, double speed);

 private:
  void observe(std::span<float> observation) const;

  EnvironmentSpec spec_;
  double gravity_ = 10, length_ = 1, mass_ = 1, target_ = 0, speed_limit_ = kSpeedLimit;
  double fall_ = 15, push_ = 3;  // angular acceleration by gravity when lying, and by 1 N·m
  double angle_ = 0, speed_ = 0;
  SineCosine<double> of_angle_{0, 1};  // the observation needs it, the next step again
};

}  // namespace saddle
