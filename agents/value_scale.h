// SPDX-License-Identifier: Apache-2.0
// The scale in which value functions learn.
#pragma once

#include <span>

#include <saddle/agents/normalizer.h>
#include <saddle/agents/parameters.h>

namespace saddle {

/// Of K signals that heads of a network predict. Each head learns its targets scaled to mean 0 and
/// variance 1, with statistics of its own, so that one learning rate fits any reward; when the
/// statistics move, the last layer is rewritten so that the values do not (PopArt; van Hasselt et
/// al. 2016, arXiv:1602.07714, eq. 3).
class ValueScale {
 public:
  explicit ValueScale(std::size_t signals) : signals_(signals), moments_(signals) {}

  [[nodiscard]] std::size_t signals() const { return signals_; }  ///< K

  /// From what heads say to values in the signals' units, in the last K numbers of every row of
  /// `outputs` [N,width].
  void unscale(std::span<float> outputs, std::size_t width) const;

  /// Moves the statistics with target [N,K], in the signals' units, and rewrites the heads. They
  /// are the last K rows of the arena's block `layer`, a weight, and of the next, its bias. Returns
  /// the targets scaled.
  AlignedFloats follow(std::span<const float> target, ParameterArena& arena, std::size_t layer);

  void state(Archive& archive) { moments_.state(archive); }

 private:
  std::size_t signals_;
  RunningMoments moments_;
};

}  // namespace saddle
