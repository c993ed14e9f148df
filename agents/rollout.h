// SPDX-License-Identifier: Apache-2.0
// The memory of T steps of B worlds: allocated once, written by worlds, read by the update.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <saddle/agents/measure.h>
#include <saddle/agents/parameters.h>
#include <saddle/base/fields.h>
#include <saddle/envs/vector_environment.h>

namespace saddle {

struct RolloutOptions {
  std::int64_t steps = 250;

  void fields(Fields& f) {
    f("steps", steps, between(1, 1e6), "steps every world takes between two updates");
  }
};

/// All arrays are time-major and contiguous. Axes: T time, B worlds, A agents, O observation, D
/// action, H policy head, C constraints, S central state; N = T·B·A rows if the first three are
/// flattened.
class Rollout {
 public:
  /// `values` is K, how many a policy says of a row while it acts; `state_size` is S, or 0 if
  /// nobody looks at central states.
  Rollout(const EnvironmentSpec& spec, int head_size, int steps, int worlds, std::size_t values = 0,
          std::size_t state_size = 0);

  [[nodiscard]] int steps() const { return steps_; }
  [[nodiscard]] int worlds() const { return worlds_; }
  [[nodiscard]] std::size_t agents() const { return agents_; }
  [[nodiscard]] std::size_t rows() const { return reward.size(); }  ///< N
  [[nodiscard]] std::size_t row_width() const { return observation_size_; }

  /// Rows of the arrays below that belong to these worlds at step t: their first row, and how many.
  struct Rows {
    std::size_t first = 0, count = 0;
  };
  [[nodiscard]] Rows rows(int t, WorldRange worlds) const;

  /// Where the observations that the first step acts on are written: [n,A,O].
  [[nodiscard]] std::span<float> first_observation(WorldRange worlds);
  /// And their central states: [n,S].
  [[nodiscard]] std::span<float> first_state(WorldRange worlds);

  /// What worlds read and write at step t. Its start_observation is observation of step t + 1, and
  /// its start_state is state of that.
  [[nodiscard]] StepView slot(int t, WorldRange worlds);

  /// Adds all steps to the episodes. If the measure reshapes costs, returns the cost so far at
  /// every step, before it and without what the step costs: the team's, [T,B,C], or each agent's,
  /// [T,B,A,C], as the measure says.
  [[nodiscard]] std::vector<double> add_to(EpisodeTracker& episodes,
                                           const CostMeasure& measure) const;

  /// The mean over agents of what step t · B + world costs, of constraint k.
  [[nodiscard]] double team_cost(std::size_t step, std::size_t constraint) const;

  /// Moves what is seen after the last step to the front, where the next rollout starts.
  void restart();

  AlignedFloats observation;                        ///< [T+1,B,A,O], what was acted on
  AlignedFloats next_observation;                   ///< [T,B,A,O], true successors
  AlignedFloats state;                              ///< [T+1,B,S], of observation
  AlignedFloats next_state;                         ///< [T,B,S], of next_observation
  AlignedFloats drawn;                              ///< [T,B,A,D], actions in a policy's units
  AlignedFloats action;                             ///< [T,B,A,D], in those of the world
  AlignedFloats head;                               ///< [T,B,A,H], of the policy that acted
  AlignedFloats value;                              ///< [T,B,A,K], in units of the signals
  AlignedFloats log_probability;                    ///< [T,B,A], of action under that policy
  AlignedFloats reward;                             ///< [T,B,A]
  AlignedFloats cost;                               ///< [T,B,A,C]
  std::vector<std::uint8_t> terminated, truncated;  ///< [T,B]

 private:
  int steps_, worlds_;
  std::size_t agents_, observation_size_, action_size_, constraints_, state_size_;
};

}  // namespace saddle
