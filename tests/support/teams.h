// SPDX-License-Identifier: Apache-2.0
// Agents for several agents, as tests make them.
#pragma once

#include <memory>

#include <saddle/agents/on_policy.h>

namespace saddle::testing {

inline MultiAgentOptions multi(const char* critic, const char* parameters, const char* limits,
                               bool index = false) {
  MultiAgentOptions options;
  options.critic = critic;
  options.parameters = parameters;
  options.limits = limits;
  options.index = index;
  return options;
}

inline OnPolicyOptions small_team(const MultiAgentOptions& multi_agent) {
  OnPolicyOptions options;
  options.rollout.steps = 6;
  options.network.hidden = {8};
  options.critic.minibatch = 32;
  options.multi = multi_agent;
  return options;
}

template <class Update>
PolicyUpdateFactory update() {
  return [](Policy& policy, Rng rng) {
    return std::make_unique<Update>(policy, typename Update::Options{}, rng);
  };
}

}  // namespace saddle::testing
