// SPDX-License-Identifier: Apache-2.0
// Policies of off-policy agents.
#include <saddle/agents/off_policy/actor.h>

#include <algorithm>
#include <cmath>

#include <saddle/agents/off_policy/squashed.h>

namespace saddle {
namespace {

int bounded_size(const EnvironmentSpec& spec) {
  const bool bounded =
      std::ranges::all_of(spec.action.low, [](float v) { return std::isfinite(v); }) &&
      std::ranges::all_of(spec.action.high, [](float v) { return std::isfinite(v); });
  if (!spec.action.is_discrete() && bounded) return spec.action.size;
  throw Error(concat("the actions of '", spec.id, "' are ",
                     spec.action.is_discrete() ? "discrete" : "unbounded",
                     ", but an off-policy agent needs numbers between bounds; take --agent ppo"));
}

MlpShape actor_shape(const EnvironmentSpec& spec, bool stochastic, const NetworkOptions& options) {
  const int size = bounded_size(spec);
  return {spec.observation.size, options.hidden, stochastic ? 2 * size : size, options.activation,
          options.initialization};
}

}  // namespace

Actor::Actor(const EnvironmentSpec& spec, const ActorSettings& settings,
             const NetworkOptions& options, const NetworkFactory& network, Rng& rng)
    : settings_(settings),
      shape_(actor_shape(spec, settings.stochastic, options)),
      action_size_(static_cast<std::size_t>(spec.action.size)),
      scale_(spec.action) {
  // Small last weights: the first policy hardly depends on the state.
  constexpr double kHeadGain = 0.01;
  add_mlp(arena_, shape_, kHeadGain, rng);
  if (settings.stochastic) {
    std::ranges::fill(arena_.values(arena_.blocks().back()).last(action_size_),
                      static_cast<float>(options.initial_log_std));
  }
  network_ = network(shape_, arena_);
}

void Actor::act(std::span<const float> head, Rng* rng, std::span<float> action) const {
  for (std::size_t i = 0; i < action_size_; ++i) {
    const double noise = rng ? rng->normal() : 0;
    if (settings_.stochastic) {
      const double log_std = std::clamp<double>(head[action_size_ + i], kLowLogStd, kHighLogStd);
      action[i] = static_cast<float>(std::tanh(head[i] + std::exp(log_std) * noise));
    } else {
      action[i] = static_cast<float>(
          std::clamp(std::tanh(static_cast<double>(head[i])) + settings_.noise * noise, -1.0, 1.0));
    }
  }
}

void Actor::act(std::span<const float> head, std::span<const float> noise, std::span<float> action,
                std::span<double> log_density) const {
  const std::size_t h = head_size(), d = action_size_;
  SADDLE_CHECK(head.size() == log_density.size() * h && action.size() == log_density.size() * d,
               head.size(), action.size(), log_density.size());
  for (std::size_t i = 0; i < log_density.size(); ++i) {
    const auto row = head.subspan(i * h, h);
    const auto out = action.subspan(i * d, d);
    if (settings_.stochastic) {
      log_density[i] = squash(row, noise.subspan(i * d, d), out);
    } else {
      std::ranges::transform(row, out.begin(), [](float u) { return std::tanh(u); });
      log_density[i] = 0;
    }
  }
}

void Actor::act_for_target(std::span<const float> head, std::span<const float> noise,
                           std::span<float> action, std::span<double> log_density) const {
  act(head, noise, action, log_density);
  if (settings_.stochastic || settings_.target_noise == 0) return;
  const double most = settings_.target_noise_clip;
  for (std::size_t i = 0; i < action.size(); ++i) {
    const double moved = action[i] + std::clamp(settings_.target_noise * noise[i], -most, most);
    action[i] = static_cast<float>(std::clamp(moved, -1.0, 1.0));
  }
}

void Actor::gradient(std::span<const float> head, std::span<const float> noise,
                     std::span<const float> action, std::span<const float> d_action, double weight,
                     std::span<float> d_head) const {
  const std::size_t h = head_size(), d = action_size_;
  if (settings_.stochastic) {
    for (std::size_t i = 0; i * d < action.size(); ++i) {
      squash_gradient(head.subspan(i * h, h), noise.subspan(i * d, d), action.subspan(i * d, d),
                      d_action.subspan(i * d, d), weight, d_head.subspan(i * h, h));
    }
    return;
  }
  for (std::size_t i = 0; i < action.size(); ++i) {
    d_head[i] = d_action[i] * (1 - action[i] * action[i]);
  }
}

}  // namespace saddle
