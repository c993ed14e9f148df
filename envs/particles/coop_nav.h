// SPDX-License-Identifier: Apache-2.0
// A team that must reach its goals and keep its distance.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <saddle/envs/environment.h>
#include <saddle/envs/particles/sightings.h>

namespace saddle {

/// What a team is to reach: each agent a goal of its own, or all goals together, whoever stands
/// where.
enum class Goals { kOwn, kAny };

struct CoopNavParameters {
  std::string id, doc;
  int agents = 3;      ///< n ≥ 2
  int neighbours = 2;  ///< K in [1, n − 1]
  Goals goals = Goals::kOwn;
};

/// Cooperative navigation: n agents among n goals, in a square that grows with n. In CoopNav
/// worlds each has a goal of its own, and rewards and costs are each agent's own; in Spread worlds
/// any may go to any goal, and reward and cost are shared.
///
/// State   positions and velocities of the agents, discs of 1 kg and radius 0.1 m; their goals.
/// Action  u in [−1, 1]²: a force of 5 u N.
/// Step    0.1 s: p ← p + 0.1 v, then v ← 0.75 v + 0.1 (5 u + f). Agents that overlap push each
///         other apart with f, 100 N a metre.
/// Reward  CoopNav: minus the agent's distance from its goal. Spread: the same for all, minus the
///         sum over goals of the distance to the nearest agent.
/// Costs   `separation`. CoopNav: 1 for every step that an agent ends less than 0.3 m from another,
///         centre to centre. Spread: the mean of that over agents, the same for all.
/// Start   agents at rest, and goals, uniform in a square of half-width √(n/3) m, agents at least
///         0.4 m from each other and goals too. Never terminates; 50 steps.
/// Physics  `acceleration`, the 5, and `damping`, the share of v that a step takes, 0.25.
/// Task     `separation`, the 0.3 m.
/// Central state  position and velocity of each agent, then the goals: 6 n numbers, in m and m/s.
///
/// An agent observes its K nearest others, nearest first, so that who is called what makes no
/// difference: in a team of up to 5 all others, in a larger one 3. G is 1 with goals of its own,
/// else n, nearest first.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0, 1 | its velocity, m/s | unbounded |
/// | 2, 3 | its position, m | unbounded |
/// | then 2 G | goals, seen from it, m | unbounded |
/// | then 4 K | others: position and velocity, seen from it | unbounded |
///
/// Ref  Lu, Zhang, Chen, Başar and Horesh 2021, Decentralized policy gradient descent ascent for
///      safe multi-agent reinforcement learning, AAAI 35(10), has the task, and Lowe et al. 2017,
///      arXiv:1706.02275, the motion. Differs: distances and limits are ours.
class CoopNav final : public Environment {
 public:
  static constexpr double kRadius = 0.1, kSeparation = 0.3, kFreeAtStart = 0.4;

  explicit CoopNav(const CoopNavParameters& parameters);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  void central_state(std::span<float> state) const override { write_all(agents_, goals_, state); }
  [[nodiscard]] std::vector<WorldParameter> parameters() override;
  void draw(Canvas& canvas) const override;

  [[nodiscard]] double half_width() const { return half_width_; }

  /// Puts agents and goals anywhere, for tests and pictures. Goals do not move.
  void place(std::span<const Particle> agents, std::span<const Particle> goals);
  [[nodiscard]] std::span<const Particle> agents() const { return agents_; }
  [[nodiscard]] std::span<const Particle> goals() const { return goals_; }

 private:
  void push(std::span<const float> action);
  void reward(std::span<float> out) const;
  void charge(std::span<float> cost) const;
  void observe(std::span<float> observation);

  Goals kind_;
  std::size_t neighbours_;
  double half_width_, acceleration_ = 5, damping_ = 0.25, separation_ = kSeparation;
  EnvironmentSpec spec_;
  std::vector<Particle> agents_, goals_;  // [n]

  std::vector<Force> forces_;  // [n], scratch
  Sightings sightings_;
};

}  // namespace saddle
