// SPDX-License-Identifier: Apache-2.0
// A batch as the problem that a trust region solves.
#pragma once

#include <vector>

#include <saddle/agents/policy_update.h>
#include <saddle/optim/primal/trust_region.h>

namespace saddle {

/// About the policy θ_k that acted:  minimise −E[ρ A], and what smoothing adds,  subject to  v_c +
/// E[ρ A_c] ≤ 0, with E the mean over the rows, ρ = π_θ(a|s)/π_k(a|s), v the measured violation,
/// and every advantage centred, which changes no expectation and takes noise out of the gradients.
/// The divergence is the mean over states of KL(π_k‖π_θ), summed over the dimensions of an action.
///
/// Vectors of parameters are in the order of the policy's arena. One policy at a time.
/// Ref  Achiam, Held, Tamar and Abbeel 2017, arXiv:1705.10528, equation 10.
class SurrogateProblem {
 public:
  /// The policy must be the one that acted. `weights` choose A: w₀ A − Σ w_k A_k, to a common
  /// scale; `constraints` of the batch's costs, all or 0, are kept as constraints. The metric uses
  /// `metric_rows` rows at most, evenly spread; of sequences, whole ones that have about as many.
  SurrogateProblem(Policy& policy, const PolicyBatch& batch, const GradientWeights& weights,
                   std::size_t constraints, std::size_t metric_rows);

  [[nodiscard]] const Eigen::VectorXd& start() const { return start_; }  ///< θ_k
  [[nodiscard]] const Eigen::VectorXd& gradient() const { return gradient_; }
  [[nodiscard]] const std::vector<Eigen::VectorXd>& constraint_gradients() const {
    return constraint_gradients_;
  }
  [[nodiscard]] const Eigen::VectorXd& violation() const { return violation_; }  ///< v

  /// F v, F the Hessian of the divergence at θ_k, Fisher's matrix. Only before values() or move().
  [[nodiscard]] Eigen::VectorXd metric(const Eigen::VectorXd& v);

  /// At θ; moves the policy there.
  [[nodiscard]] TrialValues values(const Eigen::VectorXd& theta);

  void move(const Eigen::VectorXd& theta);

 private:
  /// Of E[ρ A] at θ_k.
  [[nodiscard]] Eigen::VectorXd gradient_of(std::span<const float> advantage);
  [[nodiscard]] Eigen::VectorXd take_gradient();

  Policy& policy_;
  const PolicyBatch& batch_;
  std::size_t rows_;                       // N
  std::vector<AlignedFloats> advantages_;  // of the objective, then of the constraints
  Eigen::VectorXd start_, gradient_, violation_;
  std::vector<Eigen::VectorXd> constraint_gradients_;
  AlignedFloats head_;                        // [N,H], scratch
  AlignedFloats metric_head_, metric_image_;  // [rows of the metric,H]
};

}  // namespace saddle
