// SPDX-License-Identifier: Apache-2.0
// What an on-policy agent makes of a rollout before it learns from it.
#pragma once

#include <saddle/agents/on_policy.h>

namespace saddle {

/// The rollout, flattened to N rows, with what the critics and GAE make of it.
struct OnPolicyAgent::Batch {
  AlignedFloats observation;                  // [N + B·A, O], normalised
  AlignedFloats action;                       // [N,D], in the policy's units
  AlignedFloats value, next_value;            // [N] of the reward
  AlignedFloats cost_value, next_cost_value;  // [N,C]
  AlignedFloats advantage, target;            // [N]
  AlignedFloats cost_advantage, cost_target;  // [N,C]; the advantage in units of the scale
};

}  // namespace saddle
