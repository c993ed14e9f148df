// SPDX-License-Identifier: Apache-2.0
// The quadratic programs of constrained trust regions, for any number of constraints.
#pragma once

#include <Eigen/Core>

#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// All that the programs below know of g (gradient of the objective), b_k (gradients of the
/// constraints, the columns of B) and the metric H: inner products in H⁻¹.
struct StepProducts {
  double q = 0;       ///< gᵀH⁻¹g
  Eigen::VectorXd r;  ///< BᵀH⁻¹g, [m]
  Eigen::MatrixXd s;  ///< BᵀH⁻¹B, [m, m]
};

enum class StepCase {
  kFree,         ///< no constraint binds: the step of the unconstrained trust region
  kConstrained,  ///< some bind, and the step satisfies all of them
  kRecovery,     ///< no step in the trust region satisfies all; it goes towards them instead
};

/// A step s = −(w₀ H⁻¹g + Σ w_k H⁻¹b_k).
struct StepWeights {
  StepCase kind = StepCase::kFree;
  GradientWeights weights;
};

/// The step of constrained policy optimization:
///
///     min gᵀs  subject to  c + Bᵀs ≤ 0 and ½ sᵀH s ≤ δ
///
/// With λ the multiplier of the trust region and ν those of the constraints, w₀ = 1/λ and w = ν/λ.
/// Solved exactly: s is the projection of −w₀ H⁻¹g onto the constraints for the one w₀ that ends
/// on the trust region, which the dual's piecewise linear path gives in finitely many steps. Where
/// the constraints alone stop the descent (λ = 0), s is the shortest of the solutions; w₀ is then 0
/// and w may be negative.
///
/// Recovery, where no feasible step exists, minimises Σ_k [c_k + b_kᵀs]_+²/(b_kᵀH⁻¹b_k), the
/// squared distances to the violated constraints, in the trust region; for one constraint that is
/// s = −√(2δ/b̂) H⁻¹b, b̂ = bᵀH⁻¹b. Constraints with b_k = 0 then have no say.
///
/// Requires δ > 0, q ≥ 0, s symmetric and positive semidefinite.
/// Ref  Achiam, Held, Tamar and Abbeel 2017, arXiv:1705.10528, equations 11 to 14. Differs: any
///      number of constraints.
[[nodiscard]] StepWeights cpo_weights(const StepProducts& products, const Eigen::VectorXd& c,
                                      double radius);

/// The step of projection-based constrained policy optimization in the metric H: the free step
/// s₀ = −√(2δ/q) H⁻¹g, then the nearest s with c + Bᵀs ≤ 0, which may leave the trust region. For
/// one constraint s = s₀ − [c + bᵀs₀]_+/(bᵀH⁻¹b) H⁻¹b. Contradictory constraints: as cpo_weights().
/// Ref  Yang, Rosca, Narasimhan and Ramadge 2020, arXiv:2010.03152, equation 4. Differs: any number
///      of constraints.
[[nodiscard]] StepWeights pcpo_weights(const StepProducts& products, const Eigen::VectorXd& c,
                                       double radius);

}  // namespace saddle
