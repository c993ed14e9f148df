// SPDX-License-Identifier: Apache-2.0
// The memory of transitions that off-policy agents learn from, whoever acted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <saddle/agents/parameters.h>
#include <saddle/base/rng.h>

namespace saddle {

/// What a transition is made of. Axes: O observation, D action, C constraints.
struct TransitionShape {
  std::size_t observation = 0, action = 0, constraints = 0;
  bool costs_so_far = false;  ///< whether a transition knows what its episode had cost before it
};

/// One step of one agent.
struct Transition {
  std::span<const float> observation;       ///< [O]
  std::span<const float> action;            ///< [D]
  std::span<const float> next_observation;  ///< [O], the true successor, at every ending too
  float reward = 0;
  std::span<const float> cost;         ///< [C]
  std::span<const float> cost_so_far;  ///< [C], or none
  bool terminated = false;             ///< no value follows; false where an episode was only cut
};

/// N transitions, an array for each part.
struct Transitions {
  Transitions(const TransitionShape& shape, std::size_t rows);

  [[nodiscard]] std::size_t rows() const { return reward.size(); }

  AlignedFloats observation, action, next_observation;  ///< [N,O], [N,D], [N,O]
  AlignedFloats reward;                                 ///< [N]
  AlignedFloats cost, cost_so_far;                      ///< [N,C] each, the latter perhaps none
  AlignedFloats terminated;                             ///< [N], 1 or 0
};

/// Keeps the last `capacity` transitions, a row each in one flat array. The array is reserved at
/// once and takes memory as it fills.
class Replay {
 public:
  /// Errors: saddle::Error if there is no room.
  Replay(const TransitionShape& shape, std::size_t capacity);

  [[nodiscard]] std::size_t size() const;  ///< how many there are now

  /// The oldest transition gives way once the memory is full.
  void add(const Transition& transition);

  /// Fills `batch` with transitions drawn uniformly, with replacement. There must be one.
  void sample(Rng& rng, Transitions& batch) const;

  /// Every transition, and where the next one goes.
  void state(Archive& archive);

 private:
  [[nodiscard]] std::span<float> row(std::size_t index) const {
    return {rows_.get() + index * width_, width_};
  }

  TransitionShape shape_;
  std::size_t capacity_, width_;
  std::unique_ptr<float[]> rows_;  // [capacity,width]
  std::uint64_t added_ = 0;
};

}  // namespace saddle
