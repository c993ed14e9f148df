// SPDX-License-Identifier: Apache-2.0
// A world of one's own: a car on a line that must reach a place without driving too fast.
#pragma once

#include <cmath>

#include <saddle/envs/environment.h>

class Commute final : public saddle::Environment {
 public:
  Commute() {
    spec_.id = "Commute-v0";
    spec_.doc = "reach 0 soon, at no more than 1 m/s";
    spec_.observation = saddle::Space::box({-60, -11}, {60, 11});  // place, speed
    spec_.action = saddle::Space::box(1, -1, 1);                   // acceleration
    spec_.constraints = {{"speeding", "steps", 5, "faster than 1 m/s"}};
    spec_.horizon = 100;
  }

  [[nodiscard]] const saddle::EnvironmentSpec& spec() const override { return spec_; }

  void reset(saddle::Rng& rng, std::span<float> observation) override {
    place_ = static_cast<float>(rng.uniform(3, 6));
    speed_ = 0;
    observation[0] = place_, observation[1] = speed_;
  }

  [[nodiscard]] bool step(std::span<const float> action, saddle::Rng&,
                          const saddle::Outcome& out) override {
    speed_ += 0.1f * action[0];
    place_ += 0.1f * speed_;
    out.observation[0] = place_, out.observation[1] = speed_;
    out.reward[0] = -0.01f * std::abs(place_);
    out.cost[0] = std::abs(speed_) > 1 ? 1.0f : 0.0f;
    return std::abs(place_) < 0.1f;  // arrived
  }

 private:
  saddle::EnvironmentSpec spec_;
  float place_ = 0, speed_ = 0;
};
