// SPDX-License-Identifier: Apache-2.0
// The one place where Eigen's factorisations are compiled.
#include <saddle/optim/linear_algebra.h>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>
#include <Eigen/SVD>

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

VectorXd solve_regular(const MatrixXd& a, const VectorXd& b) { return a.partialPivLu().solve(b); }
MatrixXd solve_regular(const MatrixXd& a, const MatrixXd& b) { return a.partialPivLu().solve(b); }

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
  return Eigen::EigenSolver<MatrixXd>(square, false).eigenvalues().cwiseAbs().maxCoeff();
}
double spectral_norm(const MatrixXd& a) {
  return Eigen::JacobiSVD<MatrixXd>(a).singularValues()[0];
}

MatrixXd orthogonal_factor(const MatrixXd& a) {
  return Eigen::HouseholderQR<MatrixXd>(a).householderQ();
}

}  // namespace saddle
