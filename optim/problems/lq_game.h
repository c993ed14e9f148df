// SPDX-License-Identifier: Apache-2.0
// The linear-quadratic game between a controller and a disturbance.
#pragma once

#include <Eigen/Core>

namespace saddle {

/// min over controls u, max over disturbances w, of Σ_t xᵀQx + uᵀRu − γ²wᵀw
/// along x⁺ = A x + B u + D w.
struct LqGame {
  Eigen::MatrixXd a;  ///< [n, n]
  Eigen::MatrixXd b;  ///< [n, m]
  Eigen::MatrixXd d;  ///< [n, k]
  Eigen::MatrixXd q;  ///< [n, n], symmetric and positive semidefinite
  Eigen::MatrixXd r;  ///< [m, m], symmetric and positive definite
  double price = 1;   ///< γ² > 0, what the disturbance pays
};

/// u = −K x and w = L x play the game; its value from x is xᵀP x.
struct LqSolution {
  Eigen::MatrixXd p;  ///< [n, n]
  Eigen::MatrixXd k;  ///< [m, n]
  Eigen::MatrixXd l;  ///< [k, n]
};

/// The stabilising solution of the Riccati equation of the game,
///
///     P = Q + AᵀP M⁻¹A,   M = I + (B R⁻¹Bᵀ − γ⁻²D Dᵀ)P,   K = R⁻¹BᵀP M⁻¹A,   L = γ⁻²DᵀP M⁻¹A,
///
/// by iteration from P = Q. Below a least γ² the disturbance drives the cost to infinity, which
/// shows as DᵀPD reaching γ².
/// Errors: saddle::Error if shapes or values do not fit, or if γ² is too small.
/// Ref  Başar and Bernhard 1995, "H∞-optimal control and related minimax design problems",
///      chapter 3.
[[nodiscard]] LqSolution solve_exactly(const LqGame& game);

/// P of the linear policies u = −K x and w = L x: the solution of
/// P = Q + KᵀRK − γ²LᵀL + FᵀPF, F = A − BK + DL.
/// Errors: saddle::Error if F is not stable, so that the sum has no limit.
[[nodiscard]] Eigen::MatrixXd cost_of(const LqGame& game, const Eigen::MatrixXd& k,
                                      const Eigen::MatrixXd& l);

}  // namespace saddle
