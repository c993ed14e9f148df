// SPDX-License-Identifier: Apache-2.0
// Constrained decision processes written out as tables, for worlds and for whoever solves them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <saddle/envs/environment.h>
#include <saddle/envs/geometry.h>

namespace saddle {

/// S states, A actions, C constraints. The pair of state s and action a has the index s·A + a.
///
/// After every step, whatever it was, the episode goes on with probability γ. So the expected sum
/// over an episode, which limits are about, is the discounted sum E Σ γ^t c(s_t, a_t): a policy
/// that looks at the state alone is optimal, and the optimum is a linear program over occupancy
/// measures (Altman 1999, Constrained Markov decision processes, chapter 3).
struct TabularModel {
  std::string id, doc;
  int states = 0;                           ///< S
  int actions = 0;                          ///< A
  double continuation = 0.95;               ///< γ in [0, 1)
  std::vector<double> start;                ///< [S], probabilities
  std::vector<double> transition;           ///< [S·A, S], rows are probabilities
  std::vector<double> reward;               ///< [S·A]
  std::vector<double> cost;                 ///< [S·A, C], each ≥ 0
  std::vector<ConstraintSpec> constraints;  ///< C of them
  std::vector<Point2> places;  ///< [S], of states on a map of unit cells; empty if there is none

  /// Errors: saddle::Error naming what does not fit.
  void validate() const;
};

/// What an episode is expected to add up to.
struct EpisodeSums {
  double reward = 0;
  std::vector<double> cost;  ///< [C]
};

/// Under a policy [S, A], rows of which are probabilities; off by less than 1e-10 of the greatest
/// possible.
[[nodiscard]] EpisodeSums expected_sums(const TabularModel& model, std::span<const double> policy);

/// The policy [S, A] that takes every action alike.
[[nodiscard]] std::vector<double> uniform_policy(const TabularModel& model);

}  // namespace saddle
