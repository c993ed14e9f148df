// SPDX-License-Identifier: Apache-2.0
// From multipliers to the weights of a step.
#pragma once

#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// The gradient of f + wᵀg: w₀ = 1 and w; or, normalised, the same direction at a length that does
/// not grow with w: w₀ = 1/(1 + Σw) and w/(1 + Σw).
/// Ref  Stooke, Achiam and Abbeel 2020, arXiv:2007.03964, for the normalised form.
[[nodiscard]] inline GradientWeights lagrangian_weights(const Eigen::VectorXd& w, bool normalize) {
  const double scale = normalize ? 1 / (1 + w.sum()) : 1.0;
  return {scale, scale * w};
}

}  // namespace saddle
