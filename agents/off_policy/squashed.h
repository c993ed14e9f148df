// SPDX-License-Identifier: Apache-2.0
// Actions in [−1,1] as hyperbolic tangents: of a number, and of a normal variable.
#pragma once

#include <span>

namespace saddle {

/// The squashed normal, an independent one for each number of an action: with a head of μ [D] and
/// log σ [D], clamped to [kLowLogStd, kHighLogStd], and standard normal noise ε,
///
///     u = μ + σ ε,   a = tanh(u),   log π(a) = Σ −½ε² − log σ − ½ log 2π − log(1 − tanh²(u)).
///
/// The last term is 2 (log 2 − |u| − log(1 + e^{−2|u|})), exact however far out u lies.
/// Ref  Haarnoja et al. 2018, arXiv:1812.05905, appendix C.
inline constexpr double kLowLogStd = -20, kHighLogStd = 2;

/// Writes a [D], and returns log π(a), a density over [−1,1]^D. `head` [2D], `noise` [D].
double squash(std::span<const float> head, std::span<const float> noise, std::span<float> action);

/// Writes the derivative of ⟨d_action, a⟩ + weight · log π(a) by the head, with ε fixed; `action`
/// is squash()'s. With s = 1 − a²:
///     by μ:  d_action s + 2 weight a
///     by log σ:  (d_action s + 2 weight a) σ ε − weight, 0 where it is clamped.
void squash_gradient(std::span<const float> head, std::span<const float> noise,
                     std::span<const float> action, std::span<const float> d_action, double weight,
                     std::span<float> d_head);

}  // namespace saddle
