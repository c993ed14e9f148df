// SPDX-License-Identifier: Apache-2.0
// A stochastic policy: a network, the distribution its head stands for, and the scale of actions.
#pragma once

#include <memory>
#include <span>

#include <saddle/agents/action_scale.h>
#include <saddle/agents/distribution.h>
#include <saddle/agents/recurrent.h>
#include <saddle/agents/value_scale.h>

namespace saddle {

/// The policy computes in its own units; see ActionScale. Its network may have further outputs
/// after the H of its head, the values of K signals, each in its ValueScale.
class Policy {
 public:
  Policy(const EnvironmentSpec& spec, const NetworkOptions& options, const NetworkFactory& network,
         Rng& rng, std::size_t values = 0);

  [[nodiscard]] const ActionDistribution& distribution() const { return distribution_; }
  [[nodiscard]] std::size_t head_size() const {
    return static_cast<std::size_t>(distribution_.head_size);
  }
  [[nodiscard]] std::size_t action_size() const {
    return static_cast<std::size_t>(distribution_.action_size);
  }
  [[nodiscard]] std::size_t value_size() const { return values_.signals(); }  ///< K
  [[nodiscard]] std::size_t output_size() const { return head_size() + value_size(); }
  /// S, floats that it remembers of an episode.
  [[nodiscard]] std::size_t memory_size() const { return memory_size_; }
  [[nodiscard]] Network& network() { return *network_; }
  [[nodiscard]] const Network& network() const { return *network_; }
  [[nodiscard]] ParameterArena& arena() { return arena_; }
  [[nodiscard]] const ParameterArena& arena() const { return arena_; }

  /// [S], and its gradient; part of the arena.
  [[nodiscard]] std::span<const float> log_std() const;
  [[nodiscard]] std::span<float> log_std_gradient();

  /// Network::forward_remembering() with values in the signals' units, y [N,H + K].
  void outputs(std::span<const float> x, std::span<float> y, std::span<float> memory) const;
  /// The heads alone, [N,H].
  void heads(std::span<const float> x, std::span<float> head) const;
  /// ValueScale::follow() of target [N,K].
  AlignedFloats scale_targets(std::span<const float> target);

  /// From the policy's units to the world's, rows of D.
  void to_world(std::span<const float> action, std::span<float> out) const {
    scale_.to_world(action, out);
  }

  void state(Archive& archive);

 private:
  ActionDistribution distribution_;
  ParameterArena arena_;
  std::unique_ptr<Network> network_;
  std::size_t memory_size_, last_layer_;
  ValueScale values_;
  ActionScale scale_;
};

}  // namespace saddle
