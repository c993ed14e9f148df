// SPDX-License-Identifier: Apache-2.0
// Generalised advantage estimation.
#pragma once

#include <cstdint>
#include <span>

namespace saddle {

/// One signal of a rollout, the reward or one cost, and what is known of its value. Time-major.
struct Signal {
  std::span<const float> reward;             ///< [T,B]
  std::span<const float> value;              ///< [T,B], V(s_t)
  std::span<const float> next_value;         ///< [T,B], V(s_{t+1}) of the true successor
  std::span<const std::uint8_t> terminated;  ///< [T,B]
  std::span<const std::uint8_t> truncated;   ///< [T,B]
};

/// δ_t = r_t + γ (1 − terminated_t) V(s_{t+1}) − V(s_t);  A_t = δ_t + γλ (1 − end_t) A_{t+1}, where
/// end = terminated or truncated: truncation cuts the sum but keeps its bootstrap, termination cuts
/// both.
///
/// Shapes  all [T,B] with `columns` = B; writes `advantage`.  The return target is A + V.
/// Units   the signal's own; γ, λ in [0,1].  Errors  std::logic_error if sizes differ.
/// Ref     Schulman et al. 2016, arXiv:1506.02438, equation 16; the cut at truncation is ours.
void estimate_advantage(const Signal& signal, std::size_t columns, double gamma, double lambda,
                        std::span<float> advantage);

}  // namespace saddle
