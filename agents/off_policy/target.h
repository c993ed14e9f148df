// SPDX-License-Identifier: Apache-2.0
// What critics learn towards, and the networks it is computed with.
#pragma once

#include <memory>
#include <span>

#include <saddle/agents/network.h>

namespace saddle {

/// The target of temporal differences: y = c + γ (1 − terminated) v, v the value that follows, for
/// K signals. An episode that was cut goes on as far as values are concerned: terminated is 0.
///
/// Shapes  signal, next_value, target [N,K]; terminated [N], 1 or 0.
void td_target(std::span<const float> signal, std::span<const float> terminated,
               std::span<const float> next_value, double gamma, std::span<float> target);

/// θ' ← θ' + τ (θ − θ'), all of them (Polyak averaging). The arenas have the same layout.
void follow(const ParameterArena& leader, double tau, ParameterArena& follower);

/// A network whose parameters follow those of another one of the same shape.
class TargetNetwork {
 public:
  /// Starts where `leader` is.
  TargetNetwork(const MlpShape& shape, const ParameterArena& leader, const NetworkFactory& network)
      : arena_(leader), network_(network(shape, arena_)) {}
  TargetNetwork(const TargetNetwork&) = delete;
  TargetNetwork& operator=(const TargetNetwork&) = delete;

  [[nodiscard]] const Network& network() const { return *network_; }
  [[nodiscard]] const ParameterArena& arena() const { return arena_; }
  void follow(const ParameterArena& leader, double tau) { saddle::follow(leader, tau, arena_); }
  void state(Archive& archive) { arena_.state(archive); }

 private:
  ParameterArena arena_;
  std::unique_ptr<Network> network_;
};

}  // namespace saddle
