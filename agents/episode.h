// SPDX-License-Identifier: Apache-2.0
// Episodes: sums of reward and cost from start to end, finished or still going on.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <saddle/base/archive.h>

namespace saddle {

/// Sums over the steps of one episode.
struct Episode {
  std::vector<double> reward;  ///< [A], undiscounted
  std::vector<double> cost;    ///< [A,C], undiscounted
  std::int64_t length = 0;
  std::vector<double> discounted_cost = {};  ///< [A,C], Σ γ^t c_t
  std::size_t opponents = 0;                 ///< of the agents, the last so many

  static Episode empty(int agents, int constraints, int opponents = 0);

  /// The mean over agents, but for opponents, of the return, and of the cost of constraint k.
  [[nodiscard]] double team_return() const;
  [[nodiscard]] double team_cost(int constraint) const;
  [[nodiscard]] double team_discounted_cost(int constraint) const;

  /// The episode as one of its agents had it, alone.
  [[nodiscard]] Episode of_agent(std::size_t agent) const;

  /// Adds one step: reward [A], cost [A,C]; γ is `discount`.
  void add(std::span<const float> step_reward, std::span<const float> step_cost,
           double discount = 1);
};

/// What the episodes of one iteration come to.
struct EpisodeSummary {
  double mean_return = 0;
  double mean_length = 0;
  std::int64_t finished = 0;
  std::vector<Episode> episodes;  ///< those that finished, or what the others stand for
};

/// Follows the episodes of B worlds from step to step.
class EpisodeTracker {
 public:
  /// `discount` is that of Episode::discounted_cost.
  EpisodeTracker(int worlds, int agents, int constraints, int horizon, double discount = 1,
                 int opponents = 0);

  /// One step of all worlds: reward [B,A], cost [B,A,C], ended [B].
  void add(std::span<const float> reward, std::span<const float> cost,
           std::span<const std::uint8_t> terminated, std::span<const std::uint8_t> truncated);

  /// The episodes that ended since the last call, which it forgets.
  ///
  /// If none ended, those that are going on stand in for them, each with its sums stretched from
  /// the mean length so far to the horizon. No episodes and zeros before the first step. Never NaN.
  [[nodiscard]] EpisodeSummary summarize();

  /// The episode that is going on in a world.
  [[nodiscard]] const Episode& current(int world) const {
    return current_[static_cast<std::size_t>(world)];
  }

  void state(Archive& archive);

 private:
  [[nodiscard]] std::vector<Episode> stretched() const;

  int agents_, constraints_, horizon_;
  double discount_;
  int opponents_;
  std::vector<Episode> current_;   // [B]
  std::vector<Episode> finished_;  // in order of (step, world)
};

}  // namespace saddle
