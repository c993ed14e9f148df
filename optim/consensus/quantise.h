// SPDX-License-Identifier: Apache-2.0
// Gradients in few bits, right on average.
#pragma once

#include <Eigen/Core>

#include <saddle/base/rng.h>

namespace saddle {

/// ‖g‖ sign(g_i) q_i, where q_i is one of the two multiples of 2⁻ᵇ around |g_i|/‖g‖, taken with the
/// probabilities that make E q_i = |g_i|/‖g‖. So the result is unbiased, with
///
///     E‖Q(g) − g‖² ≤ min(d/4ᵇ, √d/2ᵇ) ‖g‖².
///
/// What travels is ‖g‖ and for each entry a sign and a number from 0 to 2ᵇ. Requires bits in [1,
/// 52]. Ref  Alistarh, Grubic, Li, Tomioka and Vojnovic 2017, "QSGD: communication-efficient SGD
/// via
///      gradient quantization and encoding", arXiv:1610.02132, lemma 3.1; used for distributed
///      adversarial training by Zhang, Lu et al. 2022, UAI, PMLR 180.
[[nodiscard]] Eigen::VectorXd quantise(const Eigen::VectorXd& gradient, int bits, Rng& rng);

}  // namespace saddle
