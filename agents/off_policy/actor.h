// SPDX-License-Identifier: Apache-2.0
// The policy of off-policy agents: a network, and what its head does to actions.
#pragma once

#include <memory>
#include <span>

#include <saddle/agents/action_scale.h>
#include <saddle/agents/network.h>
#include <saddle/agents/off_policy/options.h>

namespace saddle {

/// Actions are in [−1,1] here; scale() takes them to the world. Deterministic: the head is [D],
/// a = tanh(head). Stochastic: the head is [2D], see squash().
class Actor {
 public:
  /// Errors: saddle::Error if actions are not a bounded box.
  Actor(const EnvironmentSpec& spec, const ActorSettings& settings, const NetworkOptions& options,
        const NetworkFactory& network, Rng& rng);
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  [[nodiscard]] const MlpShape& shape() const { return shape_; }
  [[nodiscard]] std::size_t head_size() const { return static_cast<std::size_t>(shape_.outputs); }
  [[nodiscard]] std::size_t action_size() const { return action_size_; }
  [[nodiscard]] const ActionScale& scale() const { return scale_; }
  [[nodiscard]] Network& network() { return *network_; }
  [[nodiscard]] const Network& network() const { return *network_; }
  [[nodiscard]] ParameterArena& arena() { return arena_; }
  [[nodiscard]] const ParameterArena& arena() const { return arena_; }

  /// One row: explores with `rng`, takes the mode without.
  void act(std::span<const float> head, Rng* rng, std::span<float> action) const;

  /// Rows as the policy is improved on: a function of head and noise [N,D] that has a gradient.
  /// Writes action [N,D] and log π(a) [N], which is 0 for a deterministic policy.
  void act(std::span<const float> head, std::span<const float> noise, std::span<float> action,
           std::span<double> log_density) const;

  /// Rows as targets are of: the same, but a deterministic action gets its clipped noise and stays
  /// in [−1,1].
  void act_for_target(std::span<const float> head, std::span<const float> noise,
                      std::span<float> action, std::span<double> log_density) const;

  /// Writes the derivative of ⟨d_action, a⟩ + weight · Σ log π(a) by the head, of the actions of
  /// act().
  void gradient(std::span<const float> head, std::span<const float> noise,
                std::span<const float> action, std::span<const float> d_action, double weight,
                std::span<float> d_head) const;

  void state(Archive& archive) { arena_.state(archive); }

 private:
  ActorSettings settings_;
  MlpShape shape_;
  std::size_t action_size_;
  ActionScale scale_;
  ParameterArena arena_;
  std::unique_ptr<Network> network_;
};

}  // namespace saddle
