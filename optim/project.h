// SPDX-License-Identifier: Apache-2.0
// The nearest points of the sets that problems live on.
#pragma once

#include <Eigen/Core>

namespace saddle {

/// Of {x : low ≤ x ≤ high}, entry by entry; infinite bounds are fine. Requires low ≤ high.
[[nodiscard]] Eigen::VectorXd project_box(const Eigen::VectorXd& x, const Eigen::VectorXd& low,
                                          const Eigen::VectorXd& high);
[[nodiscard]] Eigen::VectorXd project_box(const Eigen::VectorXd& x, double low, double high);

/// Of {x : x ≥ 0}.
[[nodiscard]] Eigen::VectorXd project_orthant(const Eigen::VectorXd& x);

/// Of {x ≥ 0 : Σ x_i = total}, exactly, by sorting. Requires total > 0 and x not empty.
/// Cost  O(n log n).
/// Ref   Held, Wolfe and Crowder 1974; Duchi et al. 2008, figure 1.
[[nodiscard]] Eigen::VectorXd project_simplex(const Eigen::VectorXd& x, double total = 1);

/// Of {x : ‖x − center‖₂ ≤ radius}. Requires radius ≥ 0.
[[nodiscard]] Eigen::VectorXd project_l2_ball(const Eigen::VectorXd& x,
                                              const Eigen::VectorXd& center, double radius);

/// Of {x : ‖x − center‖_∞ ≤ radius}. Requires radius ≥ 0.
[[nodiscard]] Eigen::VectorXd project_linf_ball(const Eigen::VectorXd& x,
                                                const Eigen::VectorXd& center, double radius);

}  // namespace saddle
