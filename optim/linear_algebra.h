// SPDX-License-Identifier: Apache-2.0
// Vectors of one kind, and dense factorisations behind functions: Eigen's templates cost seconds
// wherever they are compiled.
#pragma once

#include <vector>

#include <Eigen/Core>

namespace saddle {

/// The vector of one entry.
[[nodiscard]] Eigen::VectorXd scalar(double value);

/// Where x > 0, ascending.
[[nodiscard]] std::vector<Eigen::Index> positive_entries(const Eigen::VectorXd& x);

/// A⁻¹ b and A⁻¹ B for a regular A, by elimination with row exchanges.
[[nodiscard]] Eigen::VectorXd solve_regular(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);
[[nodiscard]] Eigen::MatrixXd solve_regular(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);

/// The same for a symmetric A, semidefinite up to rounding (LDLᵀ); its lower half is read.
[[nodiscard]] Eigen::VectorXd solve_symmetric(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);
[[nodiscard]] Eigen::MatrixXd solve_symmetric(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);

/// The same for a positive definite A (Cholesky); its lower half is read.
[[nodiscard]] Eigen::VectorXd solve_positive(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);
[[nodiscard]] Eigen::MatrixXd solve_positive(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);

/// Whether the symmetric matrix with this lower half has a Cholesky factor.
[[nodiscard]] bool is_positive_definite(const Eigen::MatrixXd& a);

/// L of A = L Lᵀ, for a positive definite A.
[[nodiscard]] Eigen::MatrixXd cholesky_factor(const Eigen::MatrixXd& a);

/// The shortest of the x that minimise ‖A x − b‖, whatever the rank of A.
[[nodiscard]] Eigen::VectorXd least_squares(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);

/// A = V diag(values) Vᵀ for a symmetric A of which the lower half is read; values ascend.
struct Spectrum {
  Eigen::VectorXd values;
  Eigen::MatrixXd vectors;
};
[[nodiscard]] Spectrum spectrum(const Eigen::MatrixXd& symmetric);

/// The values alone, for less.
[[nodiscard]] Eigen::VectorXd eigenvalues(const Eigen::MatrixXd& symmetric);

/// The largest absolute value of an eigenvalue of a square matrix, and the largest singular value
/// of any.
[[nodiscard]] double spectral_radius(const Eigen::MatrixXd& square);
[[nodiscard]] double spectral_norm(const Eigen::MatrixXd& a);

/// Q of A = Q R [n,m], n ≥ m: orthonormal columns, and R upper triangular with a diagonal ≥ 0. Of
/// a Gaussian A it is uniform over such matrices.
[[nodiscard]] Eigen::MatrixXd orthogonal_factor(const Eigen::MatrixXd& a);

}  // namespace saddle
