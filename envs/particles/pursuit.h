// SPDX-License-Identifier: Apache-2.0
// Pursuers and an evader among obstacles: a game of two sides, each with limits of its own.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <saddle/envs/environment.h>
#include <saddle/envs/particles/sightings.h>

namespace saddle {

struct PursuitParameters {
  std::string id, doc;
  int pursuers = 3;  ///< m ≥ 1
};

/// A game of zero sum between m pursuers, agents 0, …, m − 1, and an evader, the last agent, which
/// is faster than they are. What one side earns the other loses, and both have to stay in the arena
/// and off the obstacles.
///
/// State   positions and velocities of the agents, discs of 1 kg and radius 0.075 m (pursuers) or
///         0.05 m (evader); two obstacles of radius 0.2 m, which do not move.
/// Action  u in [−1, 1]²: a force of 3 u N on a pursuer, 4 u N on the evader.
/// Step    0.1 s: p ← p + 0.1 v, then v ← 0.75 v + 0.1 (F + f), cut to 1 m/s (pursuers) or 1.3 m/s.
///         f pushes what overlaps apart, 100 N a metre.
/// Reward  with c pursuers touching the evader: c/m for each pursuer, −c for the evader.
/// Costs   each agent's own. `arena`: 1 for every step that it ends outside the square of
///         half-width 1 m. `obstacles`: 1 for every one that it ends touching an obstacle.
/// Start   at rest, uniform in the square, where nothing touches; obstacles uniform in one of
///         half-width 0.8 m, 0.6 m from each other or more. Never terminates; 50 steps.
/// Physics  `pursuer_acceleration` and `evader_acceleration`, the 3 and 4.
/// Central state  position and velocity of each agent, then where the obstacles are: 4 m + 8
///                numbers, in m and m/s.
///
/// Others are seen from the agent, the nearest of a side first.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0 | 0 for a pursuer, 1 for the evader | [0, 1] |
/// | 1, 2 | its velocity, m/s | unbounded |
/// | 3, 4 | its position, m | unbounded |
/// | 5–8 | the obstacles, m | unbounded |
/// | then 4 m | the other side, then its own, each as position and velocity | unbounded |
///
/// Ref  Lowe et al. 2017, arXiv:1706.02275: predator and prey of the particle worlds, which has the
///      motion and the sizes. Differs: the penalty for leaving the arena is a constraint, rewards
///      sum up to 0, and obstacles cost.
class Pursuit final : public Environment {
 public:
  static constexpr double kPursuerRadius = 0.075, kEvaderRadius = 0.05, kObstacleRadius = 0.2;

  explicit Pursuit(const PursuitParameters& parameters);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  void central_state(std::span<float> state) const override {
    write_all(agents_, obstacles_, state);
  }
  [[nodiscard]] std::vector<WorldParameter> parameters() override;
  void draw(Canvas& canvas) const override;

  /// Puts agents, the evader last, and obstacles anywhere, for tests and pictures.
  void place(std::span<const Particle> agents, std::span<const Particle> obstacles);
  [[nodiscard]] std::span<const Particle> agents() const { return agents_; }
  [[nodiscard]] std::span<const Particle> obstacles() const { return obstacles_; }

 private:
  [[nodiscard]] std::span<const Particle> pursuers() const {
    return std::span(agents_).first(agents_.size() - 1);
  }
  [[nodiscard]] bool is_evader(std::size_t agent) const { return agent + 1 == agents_.size(); }
  [[nodiscard]] double radius(std::size_t agent) const {
    return is_evader(agent) ? kEvaderRadius : kPursuerRadius;
  }
  [[nodiscard]] bool is_free(std::size_t agent) const;
  void push(std::span<const float> action);
  void settle(const Outcome& out) const;
  void observe(std::span<float> observation);

  double pursuer_acceleration_ = 3, evader_acceleration_ = 4;
  EnvironmentSpec spec_;
  std::vector<Particle> agents_;     // [m + 1]
  std::vector<Particle> obstacles_;  // [2]
  std::vector<Force> forces_;        // [m + 1], scratch
  Sightings sightings_;
};

}  // namespace saddle
