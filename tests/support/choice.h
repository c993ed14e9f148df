// SPDX-License-Identifier: Apache-2.0
// The smallest constrained problem with a number for an action.
#pragma once

#include <algorithm>

#include <saddle/envs/environment.h>

namespace saddle::testing {

/// One state, one step: a earns 1 − (a − 0.8)² and costs (1 + a)/2, which is
/// limited as many times as there are `copies` of its constraint.
class Choice final : public Environment {
 public:
  explicit Choice(int copies = 1) {
    spec_.id = "Choice-v0";
    spec_.observation = Space::box(1, 1, 1);
    spec_.action = Space::box(1, -1, 1);
    for (int k = 0; k < copies; ++k) {
      spec_.constraints.push_back({k == 0 ? "price" : concat("price", k), "units", 0.6, ""});
    }
    spec_.horizon = 5;
  }
  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng&, std::span<float> observation) override { observation[0] = 1; }
  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    out.observation[0] = 1;
    out.reward[0] = 1 - (action[0] - 0.8f) * (action[0] - 0.8f);
    std::ranges::fill(out.cost, (1 + action[0]) / 2);
    return true;
  }

 private:
  EnvironmentSpec spec_;
};

}  // namespace saddle::testing
