// SPDX-License-Identifier: Apache-2.0
// Two links to swing up by the joint between them, without turning fast.
#pragma once

#include <array>

#include <saddle/envs/classic/angle.h>
#include <saddle/envs/classic/lever.h>

namespace saddle {

/// Gymnasium's Acrobot-v1 with a constraint: links of 1 kg, 1 m and moment of inertia 1 kg·m², with
/// their centres of mass in the middle, gravity 9.8 m/s². The motor sits at the second joint.
///
/// State   angle θ₁ of the first link (0 hangs down), θ₂ of the second against the first, and
///         their speeds, |θ̇₁| ≤ 4π rad/s, |θ̇₂| ≤ 9π rad/s; angles in [−π, π].
/// Action  torque u at the second joint. Discrete: 0, 1, 2 for −1, 0, 1 N·m. Continuous: [−1, 1].
/// Step    0.2 s by one step of Runge and Kutta's method of order 4 of
///         M(θ₂) θ̈ = (0, u) − h(θ, θ̇), with
///         M₁₁ = 3.5 + cos θ₂, M₁₂ = 1.25 + ½ cos θ₂, M₂₂ = 1.25,
///         h₂ = ½ θ̇₁² sin θ₂ + 4.9 sin(θ₁ + θ₂),
///         h₁ = −½ θ̇₂ (θ̇₂ + 2 θ̇₁) sin θ₂ + 14.7 sin θ₁ + 4.9 sin(θ₁ + θ₂).
/// Reward  −1 a step, 0 for the one that ends the episode.
/// Start   all four uniform in ±0.1.
/// Ending  the tip is more than 1 m above the first joint: −cos θ₁ − cos(θ₁ + θ₂) > 1; 500 steps.
/// Cost    `speed`: 1 for every step that ends with |θ̇₁| above 3 rad/s.
/// Physics  `gravity`.
/// Task     `height`, the 1 m, and `speed_limit`, the 3 rad/s.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0, 1 | cos θ₁, sin θ₁ | [−1, 1] |
/// | 2, 3 | cos θ₂, sin θ₂ | [−1, 1] |
/// | 4 | θ̇₁, rad/s | [−4π, 4π] |
/// | 5 | θ̇₂, rad/s | [−9π, 9π] |
///
/// Ref  Sutton and Barto 1998, Reinforcement learning, section 11.3.
class DoublePendulum final : public Environment {
 public:
  static constexpr double kSpeedLimit = 3;

  using State = std::array<double, 4>;  ///< θ₁, θ₂, θ̇₁, θ̇₂

  explicit DoublePendulum(Control control);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  [[nodiscard]] std::vector<WorldParameter> parameters() override;
  void draw(Canvas& canvas) const override;

  /// Puts the links anywhere, for tests and pictures.
  void place(const State& state);
  [[nodiscard]] State state() const { return {angles_[0], angles_[1], speeds_[0], speeds_[1]}; }

 private:
  [[nodiscard]] double tip() const;  // its height above the first joint, m
  void observe(std::span<float> observation) const;

  Lever lever_;
  EnvironmentSpec spec_;
  double gravity_ = 9.8, height_ = 1, speed_limit_ = kSpeedLimit;
  DoublePair angles_{}, speeds_{};
  SineCosine<DoublePair> of_angles_{};  // the observation needs them, the next step again
};

}  // namespace saddle
