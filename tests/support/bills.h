// SPDX-License-Identifier: Apache-2.0
// A world of two constraints in which all that is earned and paid is known beforehand.
#pragma once

#include <saddle/envs/environment.h>

namespace saddle::testing {

/// Step t pays 1 and costs 1 and 10 (t + 1), which are held against 1 and 10. An episode ends after
/// 4 of at most 8 steps: it costs 4 and 100, and the e-th of a world 1 + e · `growth` times that.
/// Observes t.
class Bills final : public Environment {
 public:
  static constexpr int kSteps = 4;

  explicit Bills(float growth = 0) : growth_(growth) {
    spec_.id = "Bills-v0";
    spec_.observation = Space::box(1, 0, 8);
    spec_.action = Space::box(1, -2, 2);
    spec_.constraints = {{"one", "units", 1, "the same every time"},
                         {"ten", "units", 10, "more every time"}};
    spec_.horizon = 2 * kSteps;
  }

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }

  void reset(Rng&, std::span<float> observation) override {
    factor_ += factor_ == 0 ? 1 : growth_;
    observation[0] = t_ = 0;
  }

  [[nodiscard]] bool step(std::span<const float>, Rng&, const Outcome& out) override {
    out.reward[0] = 1;
    out.cost[0] = factor_;
    out.cost[1] = factor_ * 10 * (t_ + 1);
    out.observation[0] = ++t_;
    return t_ == kSteps;
  }

 private:
  EnvironmentSpec spec_;
  float growth_, factor_ = 0, t_ = 0;
};

}  // namespace saddle::testing
