// SPDX-License-Identifier: Apache-2.0
// A craft to land on legs, on little fuel, upright and softly.
#pragma once

#include <array>

#include <saddle/envs/environment.h>
#include <saddle/envs/locomotion/figure.h>

namespace saddle {

/// What distinguishes one lander world from another.
struct LanderParameters {
  std::string id;
  std::string doc;
  bool continuous = false;  ///< engines with throttles
  bool wind = false;        ///< it blows until a leg touches the ground
  SolverIterations iterations = {180, 60};
};

/// Gymnasium's LunarLander-v3 with constraints: its bodies, ground, engines, wind, observation and
/// reward, on Box2D 2.4 where that has 2.3. The pad is 4 m wide and lies in the middle, at
/// (10, 3.3) of a sky of 20 m by 13.3 m.
///
/// State   position (x, y) of the hull in metres, its velocity v, angle θ (0 is upright, above 0
///         leans to −x) and angular speed ω; the hull weighs 4.8 kg and stands on two legs with
///         springs.
/// Action  discrete: 0 nothing, 1 the side engine that pushes to −x, 2 the main engine, 3 the side
///         engine that pushes to +x. Continuous: u in [−1, 1]²; the main engine runs with power
///         ½ + ½ u₀ where u₀ > 0, a side engine with power |u₁| where |u₁| > ½, towards the sign.
/// Step    0.02 s of Box2D with 180 iterations for velocities and 60 for positions, as there;
///         worlds called Fast have 6 and 2, too few for so light legs: they give way on landing.
///         With p = 1 the main engine gives an impulse of 1.73 N·s along the craft, a side engine
///         one of 0.24 N·s across; where they grip and how they point scatters at random.
/// Wind    in worlds called Wind, until a leg touches: a force of w tanh(sin(k/50) + sin(πk/100)) N
///         to the side and a torque by the same law from a k of its own; k is uniform in
///         {−9999, …, 9998} at the start and counts steps.
/// Reward  ΔΦ − 0.3 p_main − 0.03 p_side, with
///         Φ = −100 |(o₀, o₁)| − 100 |(o₂, o₃)| − 100 |o₄| + 10 o₆ + 10 o₇ of the observation o.
///         Instead: −100 for a crash or leaving the sky at a side, 100 for coming to rest.
/// Start   in the middle of the sky's upper edge, upright, pushed with up to 1000 N along either
///         axis for one step; hills of random heights beside the pad.
/// Ending  the hull touches the ground, |o₀| ≥ 1, or all is at rest for half a second; 1000 steps.
/// Costs   `fuel`: the main engine's power and a tenth of a side engine's. `tilt`: 1 for every step
///         that ends with |θ| above 0.4 rad. `impact`: the speed of fall in m/s before a step in
///         which a leg comes to touch the ground or the hull hits it.
/// Physics  `gravity`, `density` of the hull, `main_engine` and `side_engine`; `wind`, the w above,
///         and `turbulence`, the same of the torque, where wind blows.
/// Task     `tilt_limit`, the 0.4 rad.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0 | (x − 10)/10 | unbounded |
/// | 1 | (y − 3.933)/6.667, 0 where it stands on the pad | unbounded |
/// | 2, 3 | vₓ/5, v_y/7.5 | unbounded |
/// | 4 | θ, rad | unbounded |
/// | 5 | 0.4 ω | unbounded |
/// | 6, 7 | whether the leg at +x, and at −x, touches the ground | 0 or 1 |
///
/// A leg that slides from one straight piece of ground to the next is seen to leave it, as in
/// Gymnasium.
class LunarLander final : public Environment {
 public:
  static constexpr double kTiltLimit = 0.4, kSideFuel = 0.1;
  static constexpr std::size_t kHeights = 12;

  /// What chance decides of an episode before it begins.
  struct Start {
    std::array<double, kHeights> heights{};  ///< m; the middle five become the pad's
    Point2 push;                             ///< N
    int wind_time = 0, torque_time = 0;      ///< the two k
  };
  /// What chance decides of a step: by how much the engines are off, along the craft and across,
  /// each in ±1.
  struct Scatter {
    double along = 0, across = 0;
  };

  explicit LunarLander(const LanderParameters& parameters);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  [[nodiscard]] std::vector<WorldParameter> parameters() override;
  void draw(Canvas& canvas) const override;

  /// reset() and step() with chance decided, for tests and pictures. As in Gymnasium a step without
  /// engines comes before the first observation.
  void begin(const Start& start, Scatter scatter, std::span<float> observation);
  [[nodiscard]] bool fly(std::span<const float> action, Scatter scatter, const Outcome& out);

  [[nodiscard]] const Figure& craft() const { return craft_; }

 private:
  struct Power {
    double main = 0, side = 0;  // in [0, 1], and in [−1, 1] with the sign of the push
  };

  [[nodiscard]] Power power_of(std::span<const float> action) const;
  [[nodiscard]] FigureSpec design(const Start& start) const;
  void advance(const Power& power, Scatter scatter);
  void blow();
  void observe(std::span<float> observation) const;

  LanderParameters parameters_;
  EnvironmentSpec spec_;
  double gravity_ = 10, density_ = 5, main_engine_ = 13, side_engine_ = 0.6;
  double wind_ = 15, turbulence_ = 1.5, tilt_limit_ = kTiltLimit;
  Figure craft_;
  std::array<double, 8> state_{};  // the observation, not rounded
  double shaping_ = 0;             // Φ of it
  int wind_time_ = 0, torque_time_ = 0;
  bool flying_ = false;
};

}  // namespace saddle
