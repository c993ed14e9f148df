// SPDX-License-Identifier: Apache-2.0
// What networks remember along a rollout, and its rows as networks with a memory learn from them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <saddle/agents/rollout.h>

namespace saddle {

/// Along a rollout, what a world's networks remember before each step and after the last,
/// [T+1,B,W]; zeros where an episode starts. Allocated once; W = 0 is no memory, and costs nothing.
class MemoryTrack {
 public:
  MemoryTrack(int steps, int worlds, std::size_t width);

  [[nodiscard]] std::size_t width() const { return width_; }  ///< W

  /// [n,W]: before step t, or after step t − 1.
  [[nodiscard]] std::span<float> at(int t, WorldRange worlds);

  /// [T,B,W], before every step.
  [[nodiscard]] std::span<const float> before() const {
    return std::span(values_).first(values_.size() - row_);
  }

  /// Forgets at(t) of episodes that ended in step t − 1 ≥ 0.
  void forget(int t, WorldRange worlds, const Rollout& rollout);

  /// Goes on with what is remembered after the rollout, where the next one starts.
  void restart(const Rollout& rollout);

  /// Under its name, if there is any.
  void state(Archive& archive, const std::string& name);

 private:
  std::size_t width_, row_;  // row_: B·W
  AlignedFloats values_;
};

/// Which rows of a world a network sees by themselves.
struct Lanes {
  std::size_t count = 1;     ///< L: agents, or 1 where it sees all of them as one
  std::size_t networks = 1;  ///< 1, or L if each lane has a network of its own
  std::size_t network = 0;   ///< which one it is
};

/// The rows of a rollout in the order in which a network with a memory walks them: all steps of a
/// lane of a world one after the other, then those of the next lane. Sequences start with the
/// rollout, every `length` steps after that, and with every episode.
class Sequences {
 public:
  Sequences(const Rollout& rollout, const Lanes& lanes, std::size_t length);

  /// Where sequences start, among the n rows of the network.
  [[nodiscard]] const std::vector<std::uint32_t>& starts() const { return starts_; }

  /// The network's rows of [T,B,L,…], in order.
  [[nodiscard]] AlignedFloats in_order(std::span<const float> all) const;

  /// What the network sees of inputs [T,B,L,O], given the memory [T,B,L,S] before each: rows as
  /// recurrent.h has them, in order.
  [[nodiscard]] AlignedFloats rows(std::span<const float> inputs,
                                   std::span<const float> memory) const;

 private:
  std::size_t rows_;                   // T·B·L
  std::vector<std::uint32_t> order_;   // [n], among them
  std::vector<std::uint32_t> starts_;  // among the n
};

}  // namespace saddle
