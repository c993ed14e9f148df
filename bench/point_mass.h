// SPDX-License-Identifier: Apache-2.0
// A world that costs next to nothing, so that the speed of training in it is that of the agent.
#pragma once

#include <algorithm>
#include <vector>

#include <saddle/envs/environment.h>

namespace saddle {

/// A mass of 1 kg that is to come to the origin of the plane and stay slow, in steps of 0.05 s.
///
/// State   position p and velocity v, in m and m/s, |v_i| ≤ 2.
/// Action  force, in [−1, 1]² N.
/// Step    v ← clip(v + 0.05 u), p ← p + 0.05 v.
/// Reward  −|p|². Start: p uniform in ±1, at rest. Never terminates; 200 steps.
/// Cost    `speed`: 1 for every step that ends with |v| above 0.5 m/s.
///
/// The observation has any length from 4 on: p and v again and again, each time at a smaller scale.
class PointMass final : public Environment {
 public:
  explicit PointMass(int width) {
    spec_.id = "PointMass";
    spec_.doc = "come to the origin and stay slow";
    constexpr float kFar = 1e3f;
    spec_.observation = Space::box(width, -kFar, kFar);
    spec_.action = Space::box(2, -1, 1);
    spec_.constraints = {{"speed", "steps", 25, "a step ended faster than 0.5 m/s"}};
    spec_.horizon = 200;
    spec_.time_step = 0.05;
    for (int i = 0; i < width; ++i) scale_.push_back(1.0f / static_cast<float>(1 + i / 4));
  }

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }

  void reset(Rng& rng, std::span<float> observation) override {
    state_[0] = static_cast<float>(rng.uniform(-1, 1));
    state_[1] = static_cast<float>(rng.uniform(-1, 1));
    state_[2] = state_[3] = 0;
    observe(observation);
  }

  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    for (std::size_t i = 0; i < 2; ++i) {
      state_[2 + i] = std::clamp(state_[2 + i] + 0.05f * action[i], -2.0f, 2.0f);
      state_[i] += 0.05f * state_[2 + i];
    }
    out.reward[0] = -(state_[0] * state_[0] + state_[1] * state_[1]);
    out.cost[0] = state_[2] * state_[2] + state_[3] * state_[3] > 0.25f ? 1.0f : 0.0f;
    observe(out.observation);
    return false;
  }

 private:
  void observe(std::span<float> observation) const {
    for (std::size_t i = 0; i < observation.size(); ++i) {
      observation[i] = state_[i % 4] * scale_[i];
    }
  }

  EnvironmentSpec spec_;
  std::vector<float> scale_;
  float state_[4] = {};
};

}  // namespace saddle
