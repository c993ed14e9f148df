// SPDX-License-Identifier: Apache-2.0
// Constrained problems whose solutions and multipliers are known.
#pragma once

#include <saddle/optim/problem.h>

namespace saddle {

/// min ½ xᵀQ x + cᵀx subject to A x ≤ b, E x = e and low ≤ x ≤ high, the last by projection.
class QuadraticProgram final : public ConstrainedProblem<Eigen::VectorXd> {
 public:
  struct Data {
    Eigen::MatrixXd q;         ///< [n, n], symmetric
    Eigen::VectorXd c;         ///< [n]
    Eigen::MatrixXd a;         ///< [m, n]
    Eigen::VectorXd b;         ///< [m]
    Eigen::MatrixXd e_matrix;  ///< [p, n]; may be empty
    Eigen::VectorXd e;         ///< [p]; may be empty
    double low = -1e300, high = 1e300;
  };
  explicit QuadraticProgram(Data data);

  int inequalities() const override { return static_cast<int>(data_.b.size()); }
  int equalities() const override { return static_cast<int>(data_.e.size()); }
  ConstrainedValues values(const Eigen::VectorXd& x) override;
  Eigen::VectorXd gradient(const Eigen::VectorXd& x, const GradientWeights& w) override;
  Eigen::VectorXd project(const Eigen::VectorXd& x) const override;

 private:
  Data data_;
};

/// min ½‖x − (2,1)‖² (a constant left out) subject to x₁ + x₂ ≤ 1: x* = (1,0), λ* = 1.
[[nodiscard]] QuadraticProgram half_plane_program();

/// min −x subject to x ≤ 0 on [−1,1]: the saddle is (x, λ) = (0, 1), and its field a rotation.
[[nodiscard]] QuadraticProgram linear_program();

/// min ‖x‖² subject to 1 − x₁x₂ ≤ 0 on [−5,5]²: a nonconvex constraint; x* = (1,1) (or its
/// negative), λ* = 2.
class Hyperbola final : public ConstrainedProblem<Eigen::VectorXd> {
 public:
  int inequalities() const override { return 1; }
  ConstrainedValues values(const Eigen::VectorXd& x) override;
  Eigen::VectorXd gradient(const Eigen::VectorXd& x, const GradientWeights& w) override;
  Eigen::VectorXd project(const Eigen::VectorXd& x) const override;
};

/// The constrained Markov decision process with one state and two actions: the policy takes the
/// risky one with probability p = 1/(1 + e^{−θ}), for reward 1 instead of ½ and cost 1 instead of
/// 0. min −½ − ½p subject to p ≤ 0.3: p* = 0.3, value 0.65, λ* = ½.
class OneStateCmdp final : public ConstrainedProblem<Eigen::VectorXd> {
 public:
  [[nodiscard]] static double probability(const Eigen::VectorXd& theta);

  int inequalities() const override { return 1; }
  ConstrainedValues values(const Eigen::VectorXd& theta) override;
  Eigen::VectorXd gradient(const Eigen::VectorXd& theta, const GradientWeights& w) override;
};

/// Neyman-Pearson classification with the logistic loss: least error on the negative class subject
/// to at most `limit` on the positive one,
///
///     min  mean log(1 + e^{wᵀx⁻}) + ½·10⁻³‖w‖²   subject to   mean log(1 + e^{−wᵀx⁺}) ≤ limit
///
/// on 100 points each that fill a square evenly: u_i and v_i are the fractional parts of
/// 0.6180339887498949 i and 0.7548776662466927 i, x⁻ = (2u − 1.5, 2v − 1, 1) and
/// x⁺ = (2u − 0.5, 2v − 1, 1). Convex; λ* = 0.584678, 1.085551, 2.720917 at limits 0.6, 0.4, 0.2.
class NeymanPearson final : public ConstrainedProblem<Eigen::VectorXd> {
 public:
  explicit NeymanPearson(double limit);

  int inequalities() const override { return 1; }
  ConstrainedValues values(const Eigen::VectorXd& w) override;
  Eigen::VectorXd gradient(const Eigen::VectorXd& w, const GradientWeights& weights) override;

  /// Mean loss on the negative class, without the regulariser.
  [[nodiscard]] double negative_loss(const Eigen::VectorXd& w) const;

  /// Shares of the negative class above, and of the positive class below, the boundary.
  [[nodiscard]] double false_positive_rate(const Eigen::VectorXd& w) const;
  [[nodiscard]] double false_negative_rate(const Eigen::VectorXd& w) const;

 private:
  double limit_;
  Eigen::MatrixXd negative_, positive_;  ///< [100, 3]
};

}  // namespace saddle
