// SPDX-License-Identifier: Apache-2.0
// Planar animals that run, within a speed limit.
#pragma once

#include <limits>
#include <vector>

#include <saddle/envs/environment.h>
#include <saddle/envs/locomotion/figure.h>

namespace saddle {

/// A motor of a runner.
struct RunnerMotor {
  double speed = 0;   ///< rad/s, at full action
  double torque = 0;  ///< N·m, the most it takes to be at the speed asked for
};

/// What distinguishes one runner world from another. The first part is the torso.
struct RunnerParameters {
  std::string id;
  std::string doc;
  std::vector<PartSpec> parts;
  std::vector<HingeSpec> hinges;
  std::vector<RunnerMotor> motors;  ///< a motor a hinge
  double alive = 0;                 ///< reward of a step
  double effort = 0;                ///< reward lost for a motor at full action
  double speed_limit = 1;           ///< m/s
  /// Where it has fallen: the torso's height below the first (m), its angle beyond the second
  /// (rad).
  double least_height = std::numeric_limits<double>::lowest();
  double most_lean = std::numeric_limits<double>::max();
};

/// On one leg: torso, thigh, shin and foot, upright at the start. Sizes, masses, ranges of joints
/// and what is a fall are those of MuJoCo's Hopper.
[[nodiscard]] RunnerParameters hopper();

/// A torso 1 m long on two legs of thigh, shin and foot. Masses, places and ranges of joints are
/// those of MuJoCo's HalfCheetah, which has a head and springs in its joints besides.
[[nodiscard]] RunnerParameters cheetah();

/// A hopper and a cheetah that run on level ground within a speed limit, the task of
/// Safety-Gymnasium's velocity worlds. They are as large and heavy as MuJoCo's Hopper and
/// HalfCheetah, but Box2D moves them, and by motors that hold a speed where those exert a torque:
/// returns do not compare.
///
/// State   position (x, z) of the torso's middle in metres, its velocity v, angle θ (0 as it
///         starts, above 0 leans back) and angular speed ω; angles φᵢ of n joints.
/// Action  u in [−1, 1]ⁿ: a motor takes its joint to the speed Sᵢ uᵢ with a torque of at most Tᵢ,
///         and holds it where uᵢ = 0. Hopper: hip, knee, ankle, with S = 6 rad/s, T = 150 N·m.
///         Cheetah: hip, knee and ankle of the leg behind and of the one in front, S = 12 rad/s,
///         T = 120, 90, 60, 120, 60, 30 N·m.
/// Step    0.02 s, as two of Box2D with 8 iterations for velocities and 3 for positions.
/// Reward  Δx/0.02 s + b − w Σ uᵢ². Hopper: b = 1, w = 0.001. Cheetah: b = 0, w = 0.1.
/// Start   standing, every part kicked by up to 0.2 N·s along either axis.
/// Ending  the hopper falls: z < 0.7 m or |θ| > 0.2 rad. The cheetah never; 1000 steps.
/// Cost    `velocity`: 1 for every step in which Δx/0.02 s is above the limit, 0.7402 m/s for the
///         hopper and 3.2096 m/s for the cheetah, as in Safety-Gymnasium.
/// Physics  `gravity`, `strength`, by which all T are multiplied, and `friction` of the ground.
/// Task     `speed_limit`, that of the cost.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0, 1 | z, θ | unbounded |
/// | 2 … n + 1 | φᵢ | unbounded |
/// | n + 2, n + 3, n + 4 | vₓ, v_z, ω | unbounded |
/// | n + 5 … 2n + 4 | φ̇ᵢ | unbounded |
class Runner final : public Environment {
 public:
  explicit Runner(const RunnerParameters& parameters);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  [[nodiscard]] std::vector<WorldParameter> parameters() override;
  void draw(Canvas& canvas) const override;

  [[nodiscard]] const Figure& figure() const { return figure_; }

 private:
  [[nodiscard]] bool has_fallen() const;
  void observe(std::span<float> observation) const;

  RunnerParameters parameters_;
  EnvironmentSpec spec_;
  FigureSpec design_;
  double strength_ = 1;
  Figure figure_;
  Figure::PartState torso_;
  bool running_ = false;
};

}  // namespace saddle
