// SPDX-License-Identifier: Apache-2.0
// Classification whose decisions must not depend on a group.
#pragma once

#include <saddle/optim/problem.h>

namespace saddle {

/// Logistic regression under a bound on the covariance between decision and group:
///
///     min  mean log(1 + e^{−y wᵀx}) + ½·10⁻²‖w‖²   subject to   |mean (z − z̄) wᵀx| ≤ limit
///
/// written as two linear constraints, +covariance first. On 200 points with u, v, s the fractional
/// parts of 0.8191725134 i, 0.6710436067 i, 0.5497004779 i for i = 1, …, 200:
/// group z = 1 if s ≥ ½, else 0; x = (2u − 1 + 0.4(2z − 1), 2v − 1, 1); and y the sign of
/// x₁ + x₂/2. Convex. The classifier without constraints has covariance 0.744061, so that below
/// that limit the first constraint is tight: λ* = 0.775130, 1.054801, 1.209746 at 0.2, 0.1, 0.05.
/// Ref  Zafar, Valera, Gomez Rodriguez and Gummadi 2017, arXiv:1507.05259, equation 4.
class FairClassification final : public ConstrainedProblem<Eigen::VectorXd> {
 public:
  explicit FairClassification(double limit);

  int inequalities() const override { return 2; }
  ConstrainedValues values(const Eigen::VectorXd& w) override;
  Eigen::VectorXd gradient(const Eigen::VectorXd& w, const GradientWeights& weights) override;

  /// mean (z − z̄) wᵀx.
  [[nodiscard]] double covariance(const Eigen::VectorXd& w) const { return direction_.dot(w); }

  /// Share of points on the right side of the boundary.
  [[nodiscard]] double accuracy(const Eigen::VectorXd& w) const;

 private:
  double limit_;
  Eigen::MatrixXd signed_points_;  ///< y x, [200, 3]
  Eigen::VectorXd direction_;      ///< mean (z − z̄) x
};

}  // namespace saddle
