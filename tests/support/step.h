// SPDX-License-Identifier: Apache-2.0
// One step of one world, for tests that look at what it does.
#pragma once

#include <vector>

#include <saddle/envs/environment.h>

namespace saddle::testing {

struct Step {
  std::vector<float> observation, cost;
  float reward = 0;
  bool ended = false;
};

/// A step of a world with one agent and one number for an action.
inline Step step(Environment& world, double action, Rng& rng) {
  const EnvironmentSpec& spec = world.spec();
  Step s;
  s.observation.resize(static_cast<std::size_t>(spec.observation.size));
  s.cost.resize(spec.constraints.size());
  const auto number = static_cast<float>(action);
  s.ended = world.step({&number, 1}, rng, {s.observation, {&s.reward, 1}, s.cost});
  return s;
}

/// The same, of a world that draws nothing.
inline Step step(Environment& world, double action) {
  Rng unused;
  return step(world, action, unused);
}

/// Starts an episode.
inline std::vector<float> reset(Environment& world, Rng& rng) {
  std::vector<float> observation(static_cast<std::size_t>(world.spec().observation.size));
  world.reset(rng, observation);
  return observation;
}

}  // namespace saddle::testing
