// SPDX-License-Identifier: Apache-2.0
// Linear programs, solved exactly.
#pragma once

#include <Eigen/Core>
#include <Eigen/SparseCore>

namespace saddle {

/// min cᵀx subject to row_low ≤ A x ≤ row_high and low ≤ x ≤ high; any bound may be infinite, and
/// equal bounds make an equation.
struct LinearProgram {
  Eigen::VectorXd c;                  ///< [n]
  Eigen::SparseMatrix<double> a;      ///< [m, n]
  Eigen::VectorXd row_low, row_high;  ///< [m]
  Eigen::VectorXd low, high;          ///< [n]
};

struct LinearProgramSolution {
  Eigen::VectorXd x;  ///< [n], a vertex
  double value = 0;   ///< cᵀx

  /// y [m]: the value rises by y_i a unit of the bound of row i that holds with equality, so y_i ≥
  /// 0 at a lower bound, y_i ≤ 0 at an upper one, and 0 at neither.
  Eigen::VectorXd duals;
};

/// By the simplex method of COIN-OR CLP.
/// Errors  saddle::Error if the program is infeasible or unbounded, or has an entry that is not a
///         number; std::logic_error if the shapes do not fit.
[[nodiscard]] LinearProgramSolution solve_exactly(const LinearProgram& program);

}  // namespace saddle
