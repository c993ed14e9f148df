// SPDX-License-Identifier: Apache-2.0
// The memory a batch of worlds writes into.
#pragma once

#include <cstdint>
#include <vector>

#include <saddle/envs/vector_environment.h>

namespace saddle::testing {

/// Room for one step of every world, and random actions.
struct StepBuffers {
  explicit StepBuffers(const VectorEnvironment& worlds)
      : spec(worlds.spec()), n(static_cast<std::size_t>(worlds.count())) {
    const std::size_t rows = n * static_cast<std::size_t>(spec.agents);
    action.resize(rows * static_cast<std::size_t>(spec.action.size));
    next.resize(rows * static_cast<std::size_t>(spec.observation.size));
    start.resize(next.size());
    reward.resize(rows);
    cost.resize(rows * spec.constraints.size());
    terminated.resize(n);
    truncated.resize(n);
  }

  /// Actions of a box from a box `reach` times as wide, so that some lie at and beyond its bounds.
  void draw(Rng& rng, double reach) {
    const auto d = static_cast<std::size_t>(spec.action.size);
    for (std::size_t i = 0; i < action.size(); ++i) {
      if (spec.action.is_discrete()) {
        action[i] = static_cast<float>(rng.below(static_cast<std::uint32_t>(spec.action.count)));
      } else {
        const double low = spec.action.low[i % d], high = spec.action.high[i % d];
        const double middle = (low + high) / 2, half = reach * (high - low) / 2;
        action[i] = static_cast<float>(rng.uniform(middle - half, middle + half));
      }
    }
  }

  [[nodiscard]] StepView view() {
    return {action, next, start, reward, cost, terminated, truncated};
  }

  const EnvironmentSpec& spec;
  std::size_t n;
  std::vector<float> action, next, start, reward, cost;
  std::vector<std::uint8_t> terminated, truncated;
};

}  // namespace saddle::testing
