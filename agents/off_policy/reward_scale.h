// SPDX-License-Identifier: Apache-2.0
// How large returns are.
#pragma once

#include <cstdint>
#include <span>

#include <saddle/agents/normalizer.h>
#include <saddle/agents/parameters.h>

namespace saddle {

/// The standard deviation σ of discounted returns G_t = γ G_{t−1} + r_t, from the start of their
/// episode on, over every step so far of N rows of rewards side by side.
/// Ref  Engstrom et al. 2020, Implementation matters in deep policy gradients: a case study on PPO
///      and TRPO, arXiv:2005.12729, algorithm 1; as Gymnasium's NormalizeReward. Differs: G starts
///      anew after every episode, cut ones too.
class RewardScale {
 public:
  RewardScale(std::size_t rows, double discount);

  /// T steps: reward [T,N]; terminated and truncated [T,B], a flag for N/B neighbouring rows.
  void add(std::span<const float> reward, std::span<const std::uint8_t> terminated,
           std::span<const std::uint8_t> truncated);

  /// σ; 1 if returns have not varied yet.
  [[nodiscard]] double value() const;

  void state(Archive& archive) {
    archive("return", std::span<double>(return_));
    archive("moments", moments_);
  }

 private:
  double discount_;
  std::vector<double> return_;  // [N], G
  AlignedFloats added_;         // [T,N]
  RunningMoments moments_;
};

}  // namespace saddle
