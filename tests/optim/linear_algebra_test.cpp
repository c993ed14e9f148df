// SPDX-License-Identifier: Apache-2.0
// The factorisations on matrices whose answers can be worked out by hand.
#include <saddle/optim/linear_algebra.h>

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd two_by_two(double a, double b, double c, double d) {
  MatrixXd m(2, 2);
  m << a, b, c, d;
  return m;
}
VectorXd pair(double a, double b) {
  VectorXd v(2);
  v << a, b;
  return v;
}

// [2 1; 1 3] (1, −2) = (0, −5).
const MatrixXd kPositive = two_by_two(2, 1, 1, 3);
const VectorXd kAnswer = pair(1, -2), kRight = pair(0, -5);

TEST(LinearAlgebra, SolvesByEveryFactorisation) {
  const MatrixXd both = (MatrixXd(2, 2) << kRight, 2 * kRight).finished();
  const MatrixXd answers = (MatrixXd(2, 2) << kAnswer, 2 * kAnswer).finished();
  EXPECT_TRUE(solve_regular(kPositive, kRight).isApprox(kAnswer, 1e-14));
  EXPECT_TRUE(solve_symmetric(kPositive, kRight).isApprox(kAnswer, 1e-14));
  EXPECT_TRUE(solve_positive(kPositive, kRight).isApprox(kAnswer, 1e-14));
  EXPECT_TRUE(solve_regular(kPositive, both).isApprox(answers, 1e-14));
  EXPECT_TRUE(solve_symmetric(kPositive, both).isApprox(answers, 1e-14));
  EXPECT_TRUE(solve_positive(kPositive, both).isApprox(answers, 1e-14));
  // A zero pivot needs an exchange of rows.
  EXPECT_TRUE(solve_regular(two_by_two(0, 1, 2, 0), pair(3, 4)).isApprox(pair(2, 3), 1e-15));
}

TEST(LinearAlgebra, KnowsPositiveMatricesAndTheirFactors) {
  EXPECT_TRUE(is_positive_definite(kPositive));
  EXPECT_FALSE(is_positive_definite(two_by_two(1, 2, 2, 1)));
  const MatrixXd factor = cholesky_factor(kPositive);
  EXPECT_TRUE(factor.isApprox(two_by_two(std::sqrt(2), 0, std::sqrt(0.5), std::sqrt(2.5)), 1e-14));
  EXPECT_THROW((void)cholesky_factor(two_by_two(1, 2, 2, 1)), std::logic_error);
}

TEST(LinearAlgebra, TakesTheShortestOfManyLeastSquares) {
  // x + y = 2 twice, and 4 once more: the mean of the right sides, shared evenly.
  MatrixXd a = MatrixXd::Ones(3, 2);
  VectorXd b(3);
  b << 2, 2, 5;
  EXPECT_TRUE(least_squares(a, b).isApprox(pair(1.5, 1.5), 1e-14));
}

TEST(LinearAlgebra, FindsSpectra) {
  // [2 1; 1 2] has 1 along (1, −1) and 3 along (1, 1); a rotation by 90° scaled by 2 has ±2i.
  const MatrixXd symmetric = two_by_two(2, 1, 1, 2);
  const Spectrum found = spectrum(symmetric);
  EXPECT_TRUE(found.values.isApprox(pair(1, 3), 1e-14));
  EXPECT_TRUE(eigenvalues(symmetric).isApprox(pair(1, 3), 1e-14));
  EXPECT_NEAR(std::abs(found.vectors.col(1).dot(pair(1, 1))), std::sqrt(2), 1e-14);
  EXPECT_NEAR(spectral_radius(two_by_two(0, -2, 2, 0)), 2, 1e-14);
  EXPECT_NEAR(spectral_radius(two_by_two(3, 1e6, 0, -0.5)), 3, 1e-13);
  EXPECT_NEAR(spectral_radius(two_by_two(2, 1, 0, 2)), 2, 1e-13);  // one eigenvector alone
  EXPECT_EQ(spectral_radius(two_by_two(0, 1, 0, 0)), 0);
  // Singular values of [3 0; 4 0]: 5 and 0.
  EXPECT_NEAR(spectral_norm(two_by_two(3, 0, 4, 0)), 5, 1e-14);
}

TEST(LinearAlgebra, MakesOrthogonalFactors) {
  const MatrixXd a = two_by_two(3, 1, 4, 2);
  const MatrixXd q = orthogonal_factor(a);
  EXPECT_TRUE((q.transpose() * q).isIdentity(1e-14));
  EXPECT_NEAR((q.transpose() * a)(1, 0), 0, 1e-14);
  EXPECT_GT((q.transpose() * a)(0, 0), 0);
  EXPECT_GT((q.transpose() * a)(1, 1), 0);
  EXPECT_TRUE(orthogonal_factor(-a.leftCols(1)).isApprox(pair(-0.6, -0.8), 1e-14));
}

}  // namespace
}  // namespace saddle
