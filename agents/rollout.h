// SPDX-License-Identifier: Apache-2.0
// The memory of T steps of B worlds: allocated once, written by worlds, read by the update.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <saddle/agents/parameters.h>
#include <saddle/envs/vector_environment.h>

namespace saddle {

/// All arrays are time-major and contiguous. Axes: T time, B worlds, A agents, O observation, D
/// action, H policy head, C constraints; N = T·B·A rows if the first three are flattened.
class Rollout {
 public:
  Rollout(const EnvironmentSpec& spec, int head_size, int steps, int worlds);

  [[nodiscard]] int steps() const { return steps_; }
  [[nodiscard]] int worlds() const { return worlds_; }
  [[nodiscard]] std::size_t rows() const { return reward.size(); }  ///< N
  [[nodiscard]] std::size_t row_width() const { return observation_size_; }

  /// Rows of the arrays below that belong to these worlds at step t: their first row, and how many.
  struct Rows {
    std::size_t first = 0, count = 0;
  };
  [[nodiscard]] Rows rows(int t, WorldRange worlds) const;

  /// What worlds read and write at step t. Its start_observation is observation of step t + 1.
  [[nodiscard]] StepView slot(int t, WorldRange worlds);

  /// Moves the observations after the last step to the front, where the next rollout starts.
  void restart();

  AlignedFloats observation;                        ///< [T+1,B,A,O], what was acted on
  AlignedFloats next_observation;                   ///< [T,B,A,O], true successors
  AlignedFloats action;                             ///< [T,B,A,D]
  AlignedFloats head;                               ///< [T,B,A,H], of the policy that acted
  AlignedFloats log_probability;                    ///< [T,B,A], of action under that policy
  AlignedFloats reward;                             ///< [T,B,A]
  AlignedFloats cost;                               ///< [T,B,A,C]
  std::vector<std::uint8_t> terminated, truncated;  ///< [T,B]

 private:
  int steps_, worlds_;
  std::size_t agents_, observation_size_, action_size_, constraints_;
};

}  // namespace saddle
