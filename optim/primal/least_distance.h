// SPDX-License-Identifier: Apache-2.0
// The nearest point of a polyhedron, from inner products alone.
#pragma once

#include <optional>

#include <Eigen/Core>

namespace saddle {

/// argmin over x ≥ 0 of ½ xᵀM x − bᵀx, exactly, by active sets: least squares if M = EᵀE and
/// b = Eᵀf. Requires M [n, n] symmetric and positive semidefinite, with b in its range.
/// Cost  about n³ for each entry that ends positive: meant for n of tens.
/// Ref   Lawson and Hanson 1974, chapter 23.
[[nodiscard]] Eigen::VectorXd nonnegative_least_squares(const Eigen::MatrixXd& m,
                                                        const Eigen::VectorXd& b);

/// The multipliers μ ≥ 0 of  min ½ sᵀH s  subject to  a + Bᵀs ≤ 0, whose solution is
/// s = −H⁻¹B μ, from the Gram matrix S = BᵀH⁻¹B [m, m] and a [m]. Nothing if no s satisfies the
/// constraints, or only ones 10⁵ times farther than the farthest single constraint.
///
/// To project p instead of 0, give a + Bᵀp for a; the projection is then p + s. Any units will do,
/// also different ones for each constraint; repeated and contradictory ones are fine.
/// Ref  Lawson and Hanson 1974, section 23.4 (least distance programming).
[[nodiscard]] std::optional<Eigen::VectorXd> least_distance(const Eigen::MatrixXd& gram,
                                                            const Eigen::VectorXd& a);

}  // namespace saddle
