// SPDX-License-Identifier: Apache-2.0
// Two legs to walk on, upright and not too fast.
#pragma once

#include <array>
#include <optional>

#include <saddle/envs/environment.h>
#include <saddle/envs/locomotion/figure.h>
#include <saddle/envs/locomotion/terrain.h>

namespace saddle {

/// What distinguishes one walker world from another.
struct WalkerParameters {
  std::string id;
  std::string doc;
  SolverIterations iterations = {180, 60};
  bool obstacles = false;
};

/// Gymnasium's BipedalWalker-v3 with constraints: its bodies, motors, ground, sight, observation
/// and reward, on Box2D 2.4 where that has 2.3. BipedalWalkerHardcore-v0 has its obstacles besides.
///
/// State   position (x, y) of the hull in metres, its velocity v, angle θ (0 is level) and angular
///         speed ω, and angles φ of its hips and ψ of its knees. The hull weighs 5.4 kg, a leg 0.3
///         and 0.24 kg; the ground is 92.9 m of pieces 0.467 m long, level for the first 20.
///         Hardcore: after every 5 to 9 pieces a stump, 1 or 2 pieces wide and as high; stairs of 3
///         or 4 steps, up or down, each 4 pieces wide and 1 high; or a pit, 3 or 4 wide and 4 deep.
/// Action  u in [−1, 1]⁴ for hip and knee of one leg and of the other: a motor strives for a speed
///         of 4 rad/s (hip) or 6 rad/s (knee) to the side of u, with a torque of up to 80 |u| N·m.
/// Step    0.02 s of Box2D with 180 iterations for velocities and 60 for positions, as there;
///         BipedalWalkerFast-v0 has 6 and 2, too few to be the same world.
/// Reward  ΔΦ − 0.028 Σ |uᵢ| with Φ = 13 x/3 − 5 |θ|. Instead −100 for a fall or walking off the
///         start.
/// Start   at x = 4.67, level, a little above the ground, pushed with up to 5 N to a side for one
///         step.
/// Ending  the hull touches the ground, x < 0, or the goal: x > 88.7; 1600 steps, Hardcore 2000.
/// Costs   `velocity`: 1 for every step that ends with vₓ above 2 m/s. `hull-angle`: 1 for every
///         step that ends with |θ| above 0.3 rad.
/// Physics  `gravity`, `density` of the hull, `torque`, the 80 N·m, and `friction` of the ground.
/// Task     `speed_limit`, the 2 m/s, and `angle_limit`, the 0.3 rad.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0 | θ, rad | unbounded |
/// | 1 | 0.04 ω | unbounded |
/// | 2, 3 | 0.12 vₓ, 0.08 v_y | unbounded |
/// | 4–8 | of a leg: φ, φ̇/4, ψ + 1, ψ̇/6, and whether it touches the ground | unbounded; 0 or 1 |
/// | 9–13 | the same of the other | unbounded; 0 or 1 |
/// | 14–23 | how far it sees, of 5.33 m, at 0, 0.15, …, 1.35 rad ahead of straight down | [0, 1] |
///
/// A leg that slides from one piece of ground to the next is seen to leave it, as in Gymnasium.
class BipedalWalker final : public Environment {
 public:
  static constexpr double kSpeedLimit = 2, kAngleLimit = 0.3;
  static constexpr std::size_t kHeights = 200, kRays = 10;

  /// What chance decides of an episode; after that there is none.
  struct Start {
    std::array<double, kHeights> heights{};  ///< m, of the ground
    std::vector<GroundBlock> blocks = {};    ///< on it; of any friction
    double push = 0;                         ///< N
  };

  explicit BipedalWalker(const WalkerParameters& parameters);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  [[nodiscard]] std::vector<WorldParameter> parameters() override;
  void draw(Canvas& canvas) const override;

  /// reset() with chance decided, for tests and pictures. As in Gymnasium a step without motors
  /// comes before the first observation.
  void begin(const Start& start, std::span<float> observation);

  [[nodiscard]] const Figure& walker() const { return walker_; }
  [[nodiscard]] const Terrain& terrain() const { return *terrain_; }

 private:
  [[nodiscard]] FigureSpec design() const;
  void advance(std::span<const float> action);
  void observe(std::span<float> observation) const;

  WalkerParameters parameters_;
  EnvironmentSpec spec_;
  std::array<Point2, kRays> sight_;  // m, from the hull
  double gravity_ = 10, density_ = 5, torque_ = 80, friction_ = 2.5;
  double speed_limit_ = kSpeedLimit, angle_limit_ = kAngleLimit;
  std::optional<Terrain> terrain_;  // none before the first reset
  Figure walker_;
  Figure::PartState hull_;
  double shaping_ = 0;  // Φ
  bool walking_ = false;
};

}  // namespace saddle
