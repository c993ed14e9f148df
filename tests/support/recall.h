// SPDX-License-Identifier: Apache-2.0
// A world that only a memory can win.
#pragma once

#include <memory>

#include <saddle/envs/environment.h>

namespace saddle::testing {

/// A cue, −1 or +1, is seen at the start alone; four steps later it pays cue times action, which is
/// in [−1, 1]. Nothing else pays.
class Recall final : public Environment {
 public:
  Recall() {
    spec_.id = "Recall-v0";
    spec_.observation = Space::box(1, -1, 1);
    spec_.action = Space::box(1, -1, 1);
    spec_.horizon = kHorizon;
  }

  static constexpr int kHorizon = 5;

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }

  void reset(Rng& rng, std::span<float> observation) override {
    cue_ = rng.uniform() < 0.5 ? -1.0f : 1.0f;
    time_ = 0;
    observation[0] = cue_;
  }

  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    ++time_;
    out.reward[0] = time_ == kHorizon ? cue_ * action[0] : 0.0f;
    out.observation[0] = 0;
    return false;
  }

 private:
  EnvironmentSpec spec_;
  float cue_ = 1;
  int time_ = 0;
};

}  // namespace saddle::testing
