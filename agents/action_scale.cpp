// SPDX-License-Identifier: Apache-2.0
// Units of actions.
#include <saddle/agents/action_scale.h>

#include <cmath>

namespace saddle {

ActionScale::ActionScale(const Space& action, bool squash)
    : squash_(squash && !action.is_discrete()),
      center_(static_cast<std::size_t>(action.size), 0.0f),
      half_(static_cast<std::size_t>(action.size), 1.0f) {
  for (std::size_t i = 0; i < action.low.size(); ++i) {
    const float low = action.low[i], high = action.high[i];
    if (!std::isfinite(low) || !std::isfinite(high)) {
      if (!squash_) continue;
      throw Error("there are no bounds to squash an action into; leave network.squash at false");
    }
    center_[i] = (low + high) / 2;
    half_[i] = (high - low) / 2;
  }
}

void ActionScale::to_world(std::span<const float> action, std::span<float> out) const {
  const std::size_t d = center_.size();
  for (std::size_t i = 0; i < action.size(); ++i) {
    out[i] = center_[i % d] + half_[i % d] * (squash_ ? std::tanh(action[i]) : action[i]);
  }
}

void ActionScale::to_policy(std::span<const float> action, std::span<float> out) const {
  const std::size_t d = center_.size();
  for (std::size_t i = 0; i < action.size(); ++i) {
    out[i] = (action[i] - center_[i % d]) / half_[i % d];
  }
}

}  // namespace saddle
