// SPDX-License-Identifier: Apache-2.0
// What an on-policy agent makes of a rollout before it learns from it.
#pragma once

#include <saddle/agents/on_policy.h>

namespace saddle {

/// The rollout, flattened to N rows, with what the critics and GAE make of it.
struct OnPolicyAgent::Batch {
  AlignedFloats observation;                  // [N + B·A, I], as networks see it
  AlignedFloats state;                        // [T·B + B, S], likewise, if critics see it
  AlignedFloats value, next_value;            // [N] of the reward
  AlignedFloats cost_value, next_cost_value;  // [N,C]
  AlignedFloats advantage, target;            // [N]
  AlignedFloats cost_advantage, cost_target;  // [N,C]; the advantage in units of the scale
  AlignedFloats value_target;                 // [N,1 + C], of value heads

  /// What values are of: [T·B + B, TeamShape::joint_inputs()].
  [[nodiscard]] std::span<const float> seen() const { return state.empty() ? observation : state; }
};

/// What one policy learns from: the batch, or the rows of its agent, which it holds then.
/// Of one with a memory they are in the order of its sequences.
struct OnPolicyAgent::Lesson {
  AlignedFloats observation, action, head, log_probability, advantage, cost_advantage;
  AlignedFloats value_target;  // [N,K], of value heads
  std::vector<std::uint32_t> starts;
  std::vector<float> log_std;
  PolicyBatch batch;
};

}  // namespace saddle
