// SPDX-License-Identifier: Apache-2.0
// Policies.
#include <saddle/agents/policy.h>

#include <algorithm>

#include <saddle/agents/columns.h>

namespace saddle {

Policy::Policy(const EnvironmentSpec& spec, const NetworkOptions& options,
               const NetworkFactory& network, Rng& rng, std::size_t values)
    : distribution_(ActionDistribution::over(spec.action)),
      values_(values),
      scale_(spec.action, options.squash) {
  // Small last weights: the first policy hardly depends on the state and explores evenly.
  constexpr double kHeadGain = 0.01;
  const NetworkShape shape =
      NetworkShape::of(spec.observation.size, static_cast<int>(output_size()), options);
  add_network(arena_, shape, kHeadGain, rng);
  last_layer_ = shape.mlp.last_layer();
  // Values start as those of a Critic do, with a gain of 1.
  for (const std::size_t block : {last_layer_, last_layer_ + 1}) {
    const auto rows = arena_.values(arena_.blocks()[block]);
    for (float& w : rows.last(rows.size() / output_size() * values)) {
      w = static_cast<float>(w / kHeadGain);
    }
  }
  if (distribution_.scale_size > 0) {
    arena_.add("log_std", {distribution_.scale_size});
    std::ranges::fill(arena_.values(arena_.blocks().back()),
                      static_cast<float>(options.initial_log_std));
  }
  network_ = make_network(shape, arena_, network);
  memory_size_ = shape.memory();
}

void Policy::outputs(std::span<const float> x, std::span<float> y, std::span<float> memory) const {
  network_->forward_remembering(x, y, memory);
  if (value_size() > 0) values_.unscale(y, output_size());
}

void Policy::heads(std::span<const float> x, std::span<float> head) const {
  if (value_size() == 0) return network_->forward(x, head);
  AlignedFloats all(head.size() / head_size() * output_size());
  network_->forward(x, all);
  split_columns(all, output_size(), head, {});
}

AlignedFloats Policy::scale_targets(std::span<const float> target) {
  return values_.follow(target, arena_, last_layer_);
}

void Policy::state(Archive& archive) {
  arena_.state(archive);
  if (value_size() > 0) archive("values", values_);
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
