// SPDX-License-Identifier: Apache-2.0
// Worlds stepped by random actions, with nobody learning.
#pragma once

#include <vector>

#include <saddle/envs/vector_environment.h>

namespace saddle {

/// `count` worlds, those from stream `first` on, and 256 batches of actions that come round again.
class RandomSteps {
 public:
  RandomSteps(const EnvironmentFactory& make, int count, int first = 0)
      : environment_(make, count, 0, first) {
    const EnvironmentSpec& spec = environment_.spec();
    const std::size_t worlds = static_cast<std::size_t>(count),
                      rows = worlds * static_cast<std::size_t>(spec.agents),
                      d = static_cast<std::size_t>(spec.action.size);
    observation_.resize(rows * static_cast<std::size_t>(spec.observation.size));
    next_.resize(observation_.size());
    reward_.resize(rows);
    cost_.resize(rows * spec.constraints.size());
    terminated_.resize(worlds);
    truncated_.resize(worlds);
    Rng rng(1);
    actions_.assign(256, std::vector<float>(rows * d));
    for (auto& batch : actions_) {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        batch[i] =
            spec.action.is_discrete()
                ? static_cast<float>(rng.below(static_cast<std::uint32_t>(spec.action.count)))
                : static_cast<float>(rng.uniform(spec.action.low[i % d], spec.action.high[i % d]));
      }
    }
    environment_.reset({0, count}, observation_);
  }

  /// Every world goes on by one step.
  void step() {
    environment_.step({0, environment_.count()},
                      {actions_[taken_++ % actions_.size()], next_, observation_, reward_, cost_,
                       terminated_, truncated_});
  }

 private:
  VectorEnvironment environment_;
  std::vector<std::vector<float>> actions_;
  std::vector<float> observation_, next_, reward_, cost_;
  std::vector<std::uint8_t> terminated_, truncated_;
  std::size_t taken_ = 0;
};

}  // namespace saddle
