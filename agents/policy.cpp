// SPDX-License-Identifier: Apache-2.0
// Policies.
#include <saddle/agents/policy.h>

#include <algorithm>

namespace saddle {

Policy::Policy(const EnvironmentSpec& spec, const NetworkOptions& options,
               const NetworkFactory& network, Rng& rng)
    : distribution_(ActionDistribution::over(spec.action)), scale_(spec.action) {
  // Small last weights: the first policy hardly depends on the state and explores evenly.
  constexpr double kHeadGain = 0.01;
  const NetworkShape shape =
      NetworkShape::of(spec.observation.size, distribution_.head_size, options);
  add_network(arena_, shape, kHeadGain, rng);
  if (distribution_.scale_size > 0) {
    arena_.add("log_std", {distribution_.scale_size});
    std::ranges::fill(arena_.values(arena_.blocks().back()),
                      static_cast<float>(options.initial_log_std));
  }
  network_ = make_network(shape, arena_, network);
  memory_size_ = shape.memory();
}

std::span<const float> Policy::log_std() const {
  if (distribution_.scale_size == 0) return {};
  return arena_.values().last(static_cast<std::size_t>(distribution_.scale_size));
}

std::span<float> Policy::log_std_gradient() {
  if (distribution_.scale_size == 0) return {};
  return arena_.gradient().last(static_cast<std::size_t>(distribution_.scale_size));
}

}  // namespace saddle
