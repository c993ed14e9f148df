// SPDX-License-Identifier: Apache-2.0
// Unsupervised learning: nonconvex problems whose only bad stationary points are strict saddles.
#pragma once

#include <cstdint>

#include <saddle/base/rng.h>
#include <saddle/optim/problem.h>

namespace saddle {

/// min −½ xᵀC x over ‖x‖ ≤ 1: −½λ₁ at ± the leading eigenvector of C. The other stationary points,
/// 0 and the other eigenvectors, are strict saddles; at 0 the gradient vanishes.
class Pca final : public ConstrainedProblem<Eigen::VectorXd> {
 public:
  /// Errors: saddle::Error if the covariance is not a finite symmetric matrix.
  explicit Pca(Eigen::MatrixXd covariance);

  int inequalities() const override { return 0; }
  ConstrainedValues values(const Eigen::VectorXd& x) override;
  Eigen::VectorXd gradient(const Eigen::VectorXd& x, const GradientWeights& w) override;
  Eigen::VectorXd project(const Eigen::VectorXd& x) const override;

  /// A solution, of length 1, and the objective there.
  [[nodiscard]] Eigen::VectorXd leading_eigenvector() const;
  [[nodiscard]] double optimum() const;

 private:
  Eigen::MatrixXd covariance_;
};

/// The covariance of `points` samples N(0, I + s u uᵀ), for a random unit vector u.
[[nodiscard]] Eigen::MatrixXd spiked_covariance(std::uint64_t seed, std::int64_t dimension,
                                                std::int64_t points, double spike);

/// min ½‖M − X Xᵀ‖²_F over X ≥ 0 [n, r], held by columns: clustering, if M holds similarities.
/// 0 at a planted X, and at its columns in another order.
/// Ref  Kuang, Ding and Park 2012, "Symmetric nonnegative matrix factorization for graph
///      clustering", SDM.
class SymmetricNmf final : public ConstrainedProblem<Eigen::VectorXd> {
 public:
  /// Errors: saddle::Error if the matrix is not finite and symmetric. Requires rank > 0.
  SymmetricNmf(Eigen::MatrixXd matrix, std::int64_t rank);

  int inequalities() const override { return 0; }
  ConstrainedValues values(const Eigen::VectorXd& x) override;
  Eigen::VectorXd gradient(const Eigen::VectorXd& x, const GradientWeights& w) override;
  Eigen::VectorXd project(const Eigen::VectorXd& x) const override;

 private:
  Eigen::MatrixXd matrix_;
  Eigen::Index rank_;
};

/// min ½‖W H − M‖²_F over W ≥ 0 [m, r] and H ≥ 0 [r, n], held one after the other by columns.
/// 0 at planted factors. At W = H = 0 the gradient vanishes, and −σ₁(M) is the least curvature.
/// Ref  Lee and Seung 1999, "Learning the parts of objects by non-negative matrix factorization".
class Nmf final : public ConstrainedProblem<Eigen::VectorXd> {
 public:
  /// Errors: saddle::Error if the matrix is empty or not finite. Requires rank > 0.
  Nmf(Eigen::MatrixXd matrix, std::int64_t rank);

  int inequalities() const override { return 0; }
  ConstrainedValues values(const Eigen::VectorXd& x) override;
  Eigen::VectorXd gradient(const Eigen::VectorXd& x, const GradientWeights& w) override;
  Eigen::VectorXd project(const Eigen::VectorXd& x) const override;

  [[nodiscard]] Eigen::Index size() const { return rank_ * (matrix_.rows() + matrix_.cols()); }

 private:
  Eigen::MatrixXd matrix_;
  Eigen::Index rank_;
};

/// [rows, columns] with entries uniform in (0, 1) where present, each with probability `density`,
/// and 0 elsewhere.
[[nodiscard]] Eigen::MatrixXd sparse_factor(Rng& rng, std::int64_t rows, std::int64_t columns,
                                            double density);

}  // namespace saddle
