// SPDX-License-Identifier: Apache-2.0
// Episodes: sums of reward and cost from start to end, finished or still going on.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <saddle/base/archive.h>

namespace saddle {

/// Sums over the steps of one episode, undiscounted.
struct Episode {
  std::vector<double> reward;  ///< [A]
  std::vector<double> cost;    ///< [A,C]
  std::int64_t length = 0;

  /// The mean over agents of the return, and of the cost of constraint k.
  [[nodiscard]] double team_return() const;
  [[nodiscard]] double team_cost(int constraint) const;

  /// Adds one step: reward [A], cost [A,C].
  void add(std::span<const float> step_reward, std::span<const float> step_cost);
};

/// What the episodes of one iteration come to.
struct EpisodeSummary {
  double mean_return = 0;
  double mean_length = 0;
  std::vector<double> mean_cost;  ///< [C]
  std::vector<double>
      standard_error;  ///< [C], of mean_cost; 0 if it comes from fewer than two episodes
  std::int64_t finished = 0;
};

/// Follows the episodes of B worlds from step to step.
class EpisodeTracker {
 public:
  EpisodeTracker(int worlds, int agents, int constraints, int horizon);

  /// One step of all worlds: reward [B,A], cost [B,A,C], ended [B].
  void add(std::span<const float> reward, std::span<const float> cost,
           std::span<const std::uint8_t> terminated, std::span<const std::uint8_t> truncated);

  /// The means over the episodes that ended since the last call, which it forgets.
  ///
  /// If none ended, the estimate comes from those that are going on: their mean rate per step times
  /// the horizon. Zero before the first step. Never NaN.
  [[nodiscard]] EpisodeSummary summarize();

  void state(Archive& archive);

 private:
  [[nodiscard]] Episode empty() const;

  int agents_, constraints_, horizon_;
  std::vector<Episode> current_;   // [B]
  std::vector<Episode> finished_;  // in order of (step, world)
};

}  // namespace saddle
