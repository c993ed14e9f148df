// SPDX-License-Identifier: Apache-2.0
// A small world in which every kind of ending occurs.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>

#include <saddle/envs/environment.h>

namespace saddle::testing {

/// A walk on a line towards +1, with noise from the world's stream, two agents and two constraints;
/// it terminates beyond ±2 and is cut after 7 steps, so that every kind of ending occurs. Rewards
/// are `pay` times the distance to +1, negative. Its central state, if it has one, is both places.
class Walk final : public Environment {
 public:
  explicit Walk(float pay = 1, bool central = false) : pay_(pay) {
    if (central) spec_.state = 2;
    spec_.id = "Walk-v0";
    spec_.observation = Space::box(2, -10, 10);
    spec_.action = Space::box(1, -2, 2);
    spec_.agents = 2;
    spec_.constraints = {{"left", "steps", 1, "left of 0"}, {"effort", "units", 3, "|action|"}};
    spec_.horizon = 7;
  }

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }

  void reset(Rng& rng, std::span<float> observation) override {
    for (float& x : position_) x = static_cast<float>(rng.uniform(-1, 1));
    write(observation);
  }

  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override {
    bool outside = false;
    for (std::size_t i = 0; i < 2; ++i) {
      position_[i] += 0.5f * action[i] + static_cast<float>(0.3 * rng.normal());
      out.reward[i] = -pay_ * std::abs(position_[i] - 1);
      out.cost[2 * i] = position_[i] < 0 ? 1.0f : 0.0f;
      out.cost[2 * i + 1] = std::abs(action[i]);
      outside = outside || std::abs(position_[i]) > 2;
    }
    write(out.observation);
    return outside;
  }

  void central_state(std::span<float> state) const override {
    std::ranges::copy(position_, state.begin());
  }

 private:
  void write(std::span<float> observation) const {
    for (std::size_t i = 0; i < 2; ++i) {
      observation[2 * i] = position_[i];
      observation[2 * i + 1] = position_[1 - i];
    }
  }

  EnvironmentSpec spec_;
  float pay_;
  float position_[2] = {};
};

inline std::unique_ptr<Environment> make_walk() { return std::make_unique<Walk>(); }
inline std::unique_ptr<Environment> make_central_walk() { return std::make_unique<Walk>(1, true); }

}  // namespace saddle::testing
