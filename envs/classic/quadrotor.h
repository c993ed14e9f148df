// SPDX-License-Identifier: Apache-2.0
// A quadrotor in a vertical plane that must stay in a tube around a moving point, in wind.
#pragma once

#include <saddle/envs/classic/angle.h>
#include <saddle/envs/environment.h>

namespace saddle {

/// The planar quadrotor of safe-control-gym, a Crazyflie of m = 27 g with arms of L = 39.7 mm and
/// moment of inertia I = 1.4e-5 kg·m², on a circle and in wind.
///
/// State   position x and height z (m), their speeds, pitch θ (rad, above 0 leans to +x) and its
///         speed ω; wind.
/// Action  thrusts of the pair of rotors in front, at +x, and of the one behind:
///         Tᵢ = ½ m g (1 + 0.1 uᵢ) with u in [−1, 1]² and g = 9.8 m/s².
/// Step    ẍ = (T₁ + T₂) sin θ/m + wₓ, z̈ = (T₁ + T₂) cos θ/m − g + w_z, ω̇ = L (T₂ − T₁)/(√2 I),
///         1/60 s with thrusts and wind held: θ is a parabola, and the rest is integrated by
///         Simpson's rule.
/// Wind    w = b + γ, accelerations in m/s²: b is horizontal, uniform in ±0.3 for an episode; gusts
///         γ ← ρ γ + 0.2 √(3 (1 − ρ²)) ξ with ξ uniform in ±1 and ρ = e^(−1/30), so that they have
///         a standard deviation of 0.2 and last half a second. Not observed.
/// Target  (½ cos φ, 1 + ½ sin φ), once round in 6 s.
/// Reward  exp(−10 |e|²) for the distance |e| from the target after the step.
/// Start   φ anywhere; ±0.05 m off the target and at rest against it to ±0.05 m/s; θ in ±0.05,
///         ω in ±0.1, no gust.
/// Ending  |x| > 2 m, z outside [0, 2] m, or |θ| > 85°; 720 steps.
/// Costs   `tube`: 1 for every step that ends with |e| above 0.1 m. `tilt`: 1 for every one that
///         ends with |θ| above 0.1 rad, which staying near the target in strong wind takes.
/// Physics  `mass` m, but not in Tᵢ, `inertia` I, `breeze`, the 0.3, and `gust`, the 0.2.
/// Task     `radius` of the circle, the ½ m; `tube`, the 0.1 m, and `tilt_limit`, the 0.1 rad.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0, 1 | e, position less target, m | unbounded |
/// | 2, 3 | its speed, m/s | unbounded |
/// | 4 | θ, rad | unbounded |
/// | 5 | ω, rad/s | unbounded |
/// | 6, 7 | cos φ, sin φ | [−1, 1] |
///
/// Ref  Yuan et al. 2022, Safe-control-gym, IEEE Robotics and Automation Letters 7(4), gives the
///      model.
class Quadrotor2d final : public Environment {
 public:
  static constexpr double kTube = 0.1, kTiltLimit = 0.1, kRadius = 0.5, kPeriod = 6;

  struct State {
    DoublePair position{}, velocity{};  ///< along x, along z
    double pitch = 0, pitch_speed = 0;
    SineCosine<double> phase{0, 1};  ///< of the target
    DoublePair breeze{}, gust{};     ///< parts of the wind
  };

  Quadrotor2d();

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  [[nodiscard]] std::vector<WorldParameter> parameters() override;
  void draw(Canvas& canvas) const override;

  /// Puts it anywhere, for tests and pictures.
  void place(const State& state);
  [[nodiscard]] const State& state() const { return state_; }

 private:
  [[nodiscard]] DoublePair target() const;
  [[nodiscard]] DoublePair target_velocity() const;
  void observe(std::span<float> observation) const;
  void fly(DoublePair thrust);
  void move_target();
  void move_gust(Rng& rng);

  EnvironmentSpec spec_;
  SineCosine<double> target_turn_;  // in a step
  double mass_, inertia_ = 1.4e-5, breeze_ = 0.3, gust_ = 0.2;
  double radius_ = kRadius, tube_ = kTube, tilt_limit_ = kTiltLimit;
  double gust_kept_, gust_reach_;
  State state_;
  SineCosine<double> of_pitch_{0, 1};  // the next step needs them again
};

}  // namespace saddle
