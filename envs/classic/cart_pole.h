// SPDX-License-Identifier: Apache-2.0
// A pole to balance on a cart that should stay near the middle of its track.
#pragma once

#include <saddle/envs/classic/lever.h>

namespace saddle {

/// Gymnasium's CartPole-v1 with a constraint; in CartPoleContinuous-v0 the force may be any between
/// the two that CartPole-v0 offers.
///
/// State   position x (m) and speed v of the cart, angle θ (rad, 0 is upright) and angular speed ω
///         of the pole.
/// Action  discrete: 0 pushes with −10 N, 1 with 10 N. Continuous: u in [−1, 1] pushes with 10 u N.
/// Step    with masses M = 1 kg, m = 0.1 kg, half the pole's length l = 0.5 m, g = 9.8 m/s² and
///         f = (F + m l ω² sin θ)/(M + m):
///         ω̇ = (g sin θ − f cos θ) / (l (4/3 − m cos² θ/(M + m))), v̇ = f − m l ω̇ cos θ/(M + m);
///         explicit Euler, 0.02 s.
/// Reward  1 a step, the last one too.
/// Start   all four uniform in ±0.05.
/// Ending  |x| > 2.4 m or |θ| > 12°; 500 steps.
/// Cost    `track`: 1 for every step that ends with |x| above 1 m. Gymnasium has no such thing; the
///         pole can be kept up all the same.
/// Physics  `cart_mass` M, `pole_mass` m, `half_length` l, `gravity` g and `force`, the 10 N.
/// Task     `track_limit`, the 1 m.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0 | x, m | [−4.8, 4.8] |
/// | 1 | v, m/s | unbounded |
/// | 2 | θ, rad | [−0.419, 0.419] |
/// | 3 | ω, rad/s | unbounded |
class CartPole final : public Environment {
 public:
  static constexpr double kTrackLimit = 1;

  struct State {
    double position = 0, speed = 0, angle = 0, angular_speed = 0;
  };

  explicit CartPole(Control control);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  [[nodiscard]] std::vector<WorldParameter> parameters() override;
  void draw(Canvas& canvas) const override;

  /// Puts cart and pole anywhere, for tests and pictures.
  void place(const State& state) { state_ = state; }
  [[nodiscard]] const State& state() const { return state_; }

 private:
  void observe(std::span<float> observation) const;

  Lever lever_;
  EnvironmentSpec spec_;
  double cart_mass_ = 1, pole_mass_ = 0.1, half_length_ = 0.5, gravity_ = 9.8, force_ = 10,
         track_limit_ = kTrackLimit;
  State state_;
};

}  // namespace saddle
