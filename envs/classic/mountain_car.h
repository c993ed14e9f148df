// SPDX-License-Identifier: Apache-2.0
// A weak car that must swing up a hill without driving too fast.
#pragma once

#include <saddle/envs/classic/lever.h>

namespace saddle {

/// Gymnasium's MountainCar-v0 and MountainCarContinuous-v0 with constraints; time is in steps.
///
/// State   position p and speed v, |v| ≤ 0.07 a step; the valley is at −π/6.
/// Action  discrete: 0, 1, 2 push with u = −1, 0, 1. Continuous: u in [−1, 1].
/// Step    v ← clip(v + k u − 0.0025 cos 3p), p ← clip(p + v) to [−1.2, 0.6]; the wall at −1.2
///         stops the car. k is 0.001 if discrete, 0.0015 if continuous.
/// Reward  discrete: −1 a step. Continuous: −0.1 u², and 100 for reaching the flag; u is what the
///         car did, where Gymnasium charges for what was asked before it is clipped.
/// Start   p uniform in [−0.6, −0.4], v = 0.
/// Ending  p ≥ 0.5 (discrete) or 0.45 (continuous) with v ≥ 0; 200 or 999 steps.
/// Costs   `speed`: 1 for every step that ends with |v| above 0.04. `energy`, continuous only: u².
/// Physics  `gravity`, the 0.0025, and `power` k.
/// Task     `flag`, where the flag stands, and `speed_limit`, the 0.04.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0 | p | [−1.2, 0.6] |
/// | 1 | v | [−0.07, 0.07] |
class MountainCar final : public Environment {
 public:
  static constexpr double kSpeedLimit = 0.04;

  struct State {
    double position = 0, speed = 0;
  };

  explicit MountainCar(Control control);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  [[nodiscard]] std::vector<WorldParameter> parameters() override;
  void draw(Canvas& canvas) const override;

  /// Puts the car anywhere, for tests and pictures.
  void place(const State& state) { state_ = state; }
  [[nodiscard]] const State& state() const { return state_; }

 private:
  void observe(std::span<float> observation) const;

  bool continuous_;
  Lever lever_;
  double gravity_ = 0.0025, power_, flag_, speed_limit_ = kSpeedLimit;
  EnvironmentSpec spec_;
  State state_;
};

}  // namespace saddle
