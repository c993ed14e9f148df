// SPDX-License-Identifier: Apache-2.0
// Unsupervised learning: nonconvex problems whose only bad stationary points are strict saddles.
#include <saddle/optim/problems/unsupervised.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/project.h>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

void require_symmetric(const MatrixXd& matrix, const char* what) {
  if (matrix.size() == 0 || matrix.rows() != matrix.cols() || !matrix.allFinite() ||
      (matrix - matrix.transpose()).cwiseAbs().maxCoeff() > 1e-12 * matrix.cwiseAbs().maxCoeff()) {
    throw Error(concat(what, " needs a finite symmetric matrix, not one of ", matrix.rows(), " by ",
                       matrix.cols(), " that is none; pass ½(M + Mᵀ)"));
  }
}

}  // namespace

Pca::Pca(MatrixXd covariance) : covariance_(std::move(covariance)) {
  require_symmetric(covariance_, "principal component analysis");
}
ConstrainedValues Pca::values(const VectorXd& x) {
  return {-0.5 * x.dot(covariance_ * x), VectorXd(0)};
}
VectorXd Pca::gradient(const VectorXd& x, const GradientWeights& w) {
  return -w.objective * (covariance_ * x);
}
VectorXd Pca::project(const VectorXd& x) const {
  return project_l2_ball(x, VectorXd::Zero(x.size()), 1);
}
VectorXd Pca::leading_eigenvector() const { return spectrum(covariance_).vectors.rightCols<1>(); }
double Pca::optimum() const { return -0.5 * std::max(0.0, eigenvalues(covariance_).maxCoeff()); }

MatrixXd spiked_covariance(std::uint64_t seed, std::int64_t dimension, std::int64_t points,
                           double spike) {
  SADDLE_CHECK(dimension > 0 && points > 0 && spike >= 0, dimension, points, spike);
  Rng rng(seed);
  const auto normal = [&] { return rng.normal(); };
  const VectorXd direction = VectorXd::NullaryExpr(dimension, normal).normalized();
  MatrixXd samples = MatrixXd::NullaryExpr(dimension, points, normal);
  const VectorXd along = VectorXd::NullaryExpr(points, normal);
  samples += std::sqrt(spike) * direction * along.transpose();
  const MatrixXd covariance = samples * samples.transpose() / static_cast<double>(points);
  return 0.5 * (covariance + covariance.transpose());
}

SymmetricNmf::SymmetricNmf(MatrixXd matrix, std::int64_t rank)
    : matrix_(std::move(matrix)), rank_(rank) {
  SADDLE_CHECK(rank > 0, rank);
  require_symmetric(matrix_, "symmetric factorisation");
}
ConstrainedValues SymmetricNmf::values(const VectorXd& x) {
  const auto factor = MatrixXd::Map(x.data(), matrix_.rows(), rank_);
  return {0.5 * (matrix_ - factor * factor.transpose()).squaredNorm(), VectorXd(0)};
}
VectorXd SymmetricNmf::gradient(const VectorXd& x, const GradientWeights& w) {
  const auto factor = MatrixXd::Map(x.data(), matrix_.rows(), rank_);
  const MatrixXd slope = -2 * w.objective * (matrix_ - factor * factor.transpose()) * factor;
  return VectorXd::Map(slope.data(), slope.size());
}
VectorXd SymmetricNmf::project(const VectorXd& x) const { return project_orthant(x); }

Nmf::Nmf(MatrixXd matrix, std::int64_t rank) : matrix_(std::move(matrix)), rank_(rank) {
  SADDLE_CHECK(rank > 0, rank);
  if (matrix_.size() == 0 || !matrix_.allFinite()) {
    throw Error("factorisation needs a finite matrix with at least one entry");
  }
}
ConstrainedValues Nmf::values(const VectorXd& x) {
  SADDLE_CHECK(x.size() == size(), x.size(), size());
  const auto left = MatrixXd::Map(x.data(), matrix_.rows(), rank_);
  const auto right = MatrixXd::Map(x.data() + left.size(), rank_, matrix_.cols());
  return {0.5 * (left * right - matrix_).squaredNorm(), VectorXd(0)};
}
VectorXd Nmf::gradient(const VectorXd& x, const GradientWeights& w) {
  SADDLE_CHECK(x.size() == size(), x.size(), size());
  const auto left = MatrixXd::Map(x.data(), matrix_.rows(), rank_);
  const auto right = MatrixXd::Map(x.data() + left.size(), rank_, matrix_.cols());
  const MatrixXd rest = w.objective * (left * right - matrix_);
  const MatrixXd of_left = rest * right.transpose(), of_right = left.transpose() * rest;
  VectorXd slope(x.size());
  slope << VectorXd::Map(of_left.data(), of_left.size()),
      VectorXd::Map(of_right.data(), of_right.size());
  return slope;
}
VectorXd Nmf::project(const VectorXd& x) const { return project_orthant(x); }

MatrixXd sparse_factor(Rng& rng, std::int64_t rows, std::int64_t columns, double density) {
  SADDLE_CHECK(rows > 0 && columns > 0 && density >= 0 && density <= 1, rows, columns, density);
  return MatrixXd::NullaryExpr(rows, columns, [&] {
    const bool present = rng.uniform() < density;
    return present ? rng.uniform() : 0.0;
  });
}

}  // namespace saddle
