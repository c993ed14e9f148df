// SPDX-License-Identifier: Apache-2.0
// Adam with gradient clipping, over a flat arena.
#pragma once

#include <cstdint>

#include <saddle/agents/parameters.h>

namespace saddle {

/// Kingma and Ba 2015, arXiv:1412.6980, algorithm 1 with β₁ = 0.9, β₂ = 0.999, ε = 1e-8, after
/// clipping the gradient's L2 norm to `max_norm` (0: no clipping).
class Adam {
 public:
  explicit Adam(std::size_t size) : first_(size), second_(size) {}

  /// One step on the arena's values; sets its gradient to zero. Returns the norm before clipping.
  double step(ParameterArena& arena, double learning_rate, double max_norm);

  void state(Archive& archive) {
    archive("steps", steps_);
    archive("first_moment", std::span<float>(first_));
    archive("second_moment", std::span<float>(second_));
  }

 private:
  std::int64_t steps_ = 0;
  AlignedFloats first_, second_;
};

}  // namespace saddle
