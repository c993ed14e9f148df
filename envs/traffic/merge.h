// SPDX-License-Identifier: Apache-2.0
// Cars on a road and on a ramp that joins it, each with a driver of its own.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <saddle/envs/environment.h>

namespace saddle {

struct MergeParameters {
  std::string id, doc;
  int cars = 4;  ///< n ≥ 2
};

/// n cars of 5 m, every other one on a ramp, where the road and the ramp become one: who keeps a
/// distance has to make room before.
///
/// State   position x of each car's middle (m, 0 where the ramp joins the road) and its speed v.
/// Action  acceleration a in [−5, 3] m/s².
/// Step    0.2 s with a held, v between 0 and 35 m/s.
/// Reward  each car's own: min(v, 30)/30 − 0.01 a², with the a that it had. −10 instead for each
///         of those that crash.
/// Costs   each car's own. `headway`: 1 for every step that it ends less than 1.5 s behind the car
///         ahead: its gap, from bumper to bumper, is under 1.5 s times its v. The car ahead is the
///         next on the same way or, for cars past −60 m, on either. `braking`: 1 for every step
///         that it slows down by more than 3 m/s².
/// Start   cars 0, 2, … on the road and 1, 3, … on the ramp; the k-th of each at −200 − 50 k ± 10
/// m,
///         at 25 ± 3 m/s on the road and 20 ± 3 m/s on the ramp, all uniform.
/// Ending  a crash, for all: two cars on the same way less than 5 m apart. 100 steps.
/// Task     `desired_speed`, the 30 m/s of the reward; `headway`, the 1.5 s, and `harsh`, the
///          3 m/s².
/// Central state  of each car x in units of 100 m, v in units of 10 m/s, and 1 if on the ramp: 3 n
///                numbers.
///
/// A car sees the nearest others, up to 4 of them, nearest first: K of them.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0 | 1 on the ramp, 0 on the road | [0, 1] |
/// | 1 | x, m | unbounded |
/// | 2 | v, m/s | [0, 35] |
/// | then 3 K | of others: x less its own, v less its own, and 1 if on the ramp | unbounded |
///
/// Ref  Leurent 2018, An environment for autonomous driving decision-making, has such a task for
///      one driver.
class Merge final : public Environment {
 public:
  static constexpr double kLength = 5, kHeadway = 1.5, kZone = -60, kTopSpeed = 35;

  struct Car {
    double position = 0, speed = 0;
    bool from_ramp = false;

    [[nodiscard]] bool on_ramp() const { return from_ramp && position < 0; }
  };

  explicit Merge(const MergeParameters& parameters);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  void central_state(std::span<float> state) const override;
  [[nodiscard]] std::vector<WorldParameter> parameters() override;
  void draw(Canvas& canvas) const override;

  /// Puts the cars anywhere, for tests and pictures.
  void place(std::span<const Car> cars);
  [[nodiscard]] std::span<const Car> cars() const { return cars_; }

 private:
  [[nodiscard]] bool is_too_near(std::size_t car) const;
  [[nodiscard]] bool crashes(std::size_t car) const;
  void observe(std::span<float> observation);

  EnvironmentSpec spec_;
  double desired_speed_ = 30, headway_ = kHeadway, harsh_ = 3;
  std::size_t seen_;                 // K
  std::vector<Car> cars_;            // [n]
  std::vector<const Car*> sighted_;  // [n], scratch
};

}  // namespace saddle
