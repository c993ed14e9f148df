// SPDX-License-Identifier: Apache-2.0
// Quadratic objectives under quadratic constraints.
#pragma once

#include <cstdint>
#include <vector>

#include <saddle/optim/problem.h>

namespace saddle {

/// min ½ xᵀQ x + cᵀx subject to ½ xᵀA_k x + b_kᵀx ≤ d_k; neither Q nor any A_k need be definite.
class QuadraticallyConstrained final : public ConstrainedProblem<Eigen::VectorXd> {
 public:
  struct Form {
    Eigen::MatrixXd q;  ///< [n, n], symmetric
    Eigen::VectorXd c;  ///< [n]
    double constant = 0;
  };
  /// The constraints are forms that must not be positive: constant = −d_k.
  /// Errors: std::logic_error if the shapes do not fit.
  QuadraticallyConstrained(Form objective, std::vector<Form> constraints);

  int inequalities() const override { return static_cast<int>(constraints_.size()); }
  ConstrainedValues values(const Eigen::VectorXd& x) override;
  Eigen::VectorXd gradient(const Eigen::VectorXd& x, const GradientWeights& w) override;

 private:
  Form objective_;
  std::vector<Form> constraints_;
};

/// A nonconvex program and its solution.
struct PlantedQcqp {
  QuadraticallyConstrained problem;
  Eigen::VectorXd x;            ///< x*, the global minimum
  Eigen::VectorXd multipliers;  ///< λ*
};

/// A random program of n variables whose objective and constraints are all indefinite, with a point
/// planted as its solution: `active` constraints hold there with equality and multipliers in
/// [½, 2], `inactive` ones with room.
///
/// The Lagrangian at λ* is strongly convex and stationary at x*, so x* is the global minimum, and
/// the only one. Requires n ≥ 2 and active ≤ n.
[[nodiscard]] PlantedQcqp planted_qcqp(std::uint64_t seed, int n = 5, int active = 2,
                                       int inactive = 1);

}  // namespace saddle
