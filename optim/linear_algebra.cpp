// SPDX-License-Identifier: Apache-2.0
// The one place where Eigen's factorisations are compiled.
#include <saddle/optim/linear_algebra.h>

#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>

#include <saddle/base/check.h>

namespace saddle {

using Eigen::MatrixXd;
using Eigen::VectorXd;

VectorXd scalar(double value) { return VectorXd::Constant(1, value); }

std::vector<Eigen::Index> positive_entries(const VectorXd& x) {
  std::vector<Eigen::Index> positive;
  for (Eigen::Index k = 0; k < x.size(); ++k) {
    if (x[k] > 0) positive.push_back(k);
  }
  return positive;
}

MatrixXd solve_regular(const MatrixXd& a, const MatrixXd& b) { return a.partialPivLu().solve(b); }
VectorXd solve_regular(const MatrixXd& a, const VectorXd& b) {
  return solve_regular(a, MatrixXd(b));
}

VectorXd solve_symmetric(const MatrixXd& a, const VectorXd& b) { return a.ldlt().solve(b); }
MatrixXd solve_symmetric(const MatrixXd& a, const MatrixXd& b) { return a.ldlt().solve(b); }

VectorXd solve_positive(const MatrixXd& a, const VectorXd& b) { return a.llt().solve(b); }
MatrixXd solve_positive(const MatrixXd& a, const MatrixXd& b) { return a.llt().solve(b); }

bool is_positive_definite(const MatrixXd& a) { return a.llt().info() == Eigen::Success; }

MatrixXd cholesky_factor(const MatrixXd& a) {
  const Eigen::LLT<MatrixXd> factors(a);
  SADDLE_CHECK(factors.info() == Eigen::Success);
  return factors.matrixL();
}

VectorXd least_squares(const MatrixXd& a, const VectorXd& b) {
  return a.completeOrthogonalDecomposition().solve(b);
}

Spectrum spectrum(const MatrixXd& symmetric) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(symmetric);
  return {solver.eigenvalues(), solver.eigenvectors()};
}
VectorXd eigenvalues(const MatrixXd& symmetric) {
  return Eigen::SelfAdjointEigenSolver<MatrixXd>(symmetric, Eigen::EigenvaluesOnly).eigenvalues();
}

double spectral_radius(const MatrixXd& square) {
  // Gelfand: the limit of ‖Aᵏ‖^(1/k), here for k = 2^60 by squaring, each power scaled to norm 1.
  MatrixXd power = square;
  double log_radius = 0;
  for (double share = 1; share > 0x1p-60; share /= 2) {
    const double norm = power.norm();
    if (norm == 0) return 0;
    log_radius += share * std::log(norm);
    power /= norm;
    power *= power.eval();
  }
  return std::exp(log_radius);
}
double spectral_norm(const MatrixXd& a) {
  return std::sqrt(eigenvalues(a.transpose() * a).tail<1>()[0]);
}

MatrixXd orthogonal_factor(const MatrixXd& a) {
  const Eigen::HouseholderQR<MatrixXd> qr(a);
  MatrixXd q = qr.householderQ() * MatrixXd::Identity(a.rows(), a.cols());
  for (Eigen::Index j = 0; j < a.cols(); ++j) {
    if (qr.matrixQR()(j, j) < 0) q.col(j) = -q.col(j);
  }
  return q;
}

}  // namespace saddle
