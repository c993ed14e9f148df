// SPDX-License-Identifier: Apache-2.0
// Policies.
#include <saddle/agents/policy.h>

#include <algorithm>
#include <cmath>

namespace saddle {

Policy::Policy(const EnvironmentSpec& spec, const NetworkOptions& options,
               const NetworkFactory& network, Rng& rng)
    : distribution_(ActionDistribution::over(spec.action)),
      center_(action_size(), 0.0f),
      half_(action_size(), 1.0f) {
  // Small last weights: the first policy hardly depends on the state and explores evenly.
  constexpr double kHeadGain = 0.01;
  const MlpShape shape{spec.observation.size, options.hidden, distribution_.head_size,
                       options.activation};
  add_mlp(arena_, shape, kHeadGain, rng);
  if (distribution_.scale_size > 0) {
    arena_.add("log_std", {distribution_.scale_size});
    std::ranges::fill(arena_.values(arena_.blocks().back()),
                      static_cast<float>(options.initial_log_std));
  }
  network_ = network(shape, arena_);
  for (std::size_t i = 0; i < spec.action.low.size(); ++i) {
    const float low = spec.action.low[i], high = spec.action.high[i];
    if (!std::isfinite(low) || !std::isfinite(high)) continue;
    center_[i] = (low + high) / 2;
    half_[i] = (high - low) / 2;
  }
}

std::span<const float> Policy::log_std() const {
  if (distribution_.scale_size == 0) return {};
  return arena_.values().last(static_cast<std::size_t>(distribution_.scale_size));
}

std::span<float> Policy::log_std_gradient() {
  if (distribution_.scale_size == 0) return {};
  return arena_.gradient().last(static_cast<std::size_t>(distribution_.scale_size));
}

void Policy::to_world(std::span<const float> action, std::span<float> out) const {
  const std::size_t d = center_.size();
  for (std::size_t i = 0; i < action.size(); ++i)
    out[i] = center_[i % d] + half_[i % d] * action[i];
}

void Policy::to_policy(std::span<const float> action, std::span<float> out) const {
  const std::size_t d = center_.size();
  for (std::size_t i = 0; i < action.size(); ++i) {
    out[i] = (action[i] - center_[i % d]) / half_[i % d];
  }
}

}  // namespace saddle
