// SPDX-License-Identifier: Apache-2.0
// The smallest constrained problem there is, with its answer.
#pragma once

#include <saddle/envs/environment.h>

namespace saddle::testing {

/// One state, two actions: action 0 pays ½ and costs nothing, action 1 pays 1 and costs 1. With the
/// cost of an episode of T steps limited to 0.3 T the best policy plays action 1 with probability
/// 0.3; one more unit of allowed cost is worth ½, the multiplier. Rewards are `size` times as
/// large, and so is the multiplier. With `toll` action 0 has a price too, 1 of a second constraint.
class Bandit final : public Environment {
 public:
  static constexpr int kHorizon = 20;

  explicit Bandit(double size = 1, bool toll = false) : size_(static_cast<float>(size)) {
    spec_.id = "Bandit-v0";
    spec_.observation = Space::box(1, 1, 1);
    spec_.action = Space::discrete(2);
    spec_.constraints = {{"price", "units", 0.3 * kHorizon, "action 1"}};
    if (toll) spec_.constraints.push_back({"toll", "units", kHorizon, "action 0"});
    spec_.horizon = kHorizon;
  }

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }

  void reset(Rng&, std::span<float> observation) override { observation[0] = 1; }

  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    out.observation[0] = 1;
    out.reward[0] = size_ * (action[0] == 1 ? 1.0f : 0.5f);
    out.cost[0] = action[0];
    if (out.cost.size() > 1) out.cost[1] = 1 - action[0];
    return false;
  }

 private:
  float size_;
  EnvironmentSpec spec_;
};

}  // namespace saddle::testing
