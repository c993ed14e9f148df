// SPDX-License-Identifier: Apache-2.0
// The logistic loss, without overflow.
#pragma once

#include <Eigen/Core>

namespace saddle {

/// log(1 + e^t), entry by entry.
[[nodiscard]] inline Eigen::ArrayXd softplus(const Eigen::ArrayXd& t) {
  return t.max(0.0) + (-t.abs()).exp().log1p();
}

/// Its derivative 1/(1 + e^{−t}).
[[nodiscard]] inline Eigen::ArrayXd sigmoid(const Eigen::ArrayXd& t) {
  return 0.5 * (1 + (0.5 * t).tanh());
}

}  // namespace saddle
