// SPDX-License-Identifier: Apache-2.0
// Lower levels solved exactly, with linear constraints or without, and the hypergradient there.
#pragma once

#include <optional>

#include <saddle/optim/problem.h>

namespace saddle {

/// What the lower level must satisfy: row i of A x + B y is at most c_i, or equal to it in the last
/// `equalities` rows. No rows: no constraints.
struct Coupling {
  Eigen::MatrixXd a;   ///< [m + p, size of x]
  Eigen::MatrixXd b;   ///< [m + p, size of y]
  Eigen::VectorXd c;   ///< [m + p]
  int equalities = 0;  ///< p
};

/// The solution of a lower level and its multipliers: ∇_y g + Bᵀμ = 0, μ ≥ 0 but for equalities.
struct LowerSolution {
  Eigen::VectorXd y;
  Eigen::VectorXd multipliers;  ///< [m + p]
};

/// argmin over y of g(x, y) + tiltᵀy subject to A x + B y ≤ c (or =), by Newton's method from
/// `start`: each step is a quadratic program, solved exactly by its dual, so that a quadratic g
/// takes one. An empty `tilt` is none. Nothing if no y satisfies the constraints, if g(x, ·) is not
/// strongly convex where the method looks, or if it does not arrive in 100 steps.
/// Cost  one Hessian product for each entry of y and O(size³) a step: meant for y of tens.
[[nodiscard]] std::optional<LowerSolution> solve_lower(BilevelProblem<Eigen::VectorXd>& problem,
                                                       const Coupling& coupling,
                                                       const Eigen::VectorXd& x,
                                                       const Eigen::VectorXd& start,
                                                       const Eigen::VectorXd& tilt = {});

/// ∇F(x) for F(x) = f(x, y*(x)) at such a solution. With B_a, A_a the rows that hold with a
/// positive multiplier or as equalities,
///
///     [ ∇²_yy g  B_aᵀ ] [v]   [∇_y f]
///     [   B_a     0   ] [w] = [  0  ],     ∇F = ∇_x f − ∇²_xy g v − A_aᵀ w.
///
/// F has a gradient where no multiplier of a tight constraint is 0; elsewhere this is the gradient
/// of the piece on which those constraints are slack.
/// Ref  Khanduri, Tsaknakis, Zhang, Liu, Liu, Zhang and Hong 2023, "Linearly constrained bilevel
///      optimization: a smoothed implicit gradient approach".
[[nodiscard]] Eigen::VectorXd kkt_hypergradient(BilevelProblem<Eigen::VectorXd>& problem,
                                                const Coupling& coupling, const Eigen::VectorXd& x,
                                                const LowerSolution& lower);

/// y*(x) to rounding, without constraints.
[[nodiscard]] std::optional<Eigen::VectorXd> solve_lower(BilevelProblem<Eigen::VectorXd>& problem,
                                                         const Eigen::VectorXd& x,
                                                         const Eigen::VectorXd& start);

/// ∇_x f − ∇²_xy g [∇²_yy g]⁻¹ ∇_y f at (x, y) by a direct solution: what the estimates by products
/// are tested against.
[[nodiscard]] Eigen::VectorXd exact_hypergradient(BilevelProblem<Eigen::VectorXd>& problem,
                                                  const Eigen::VectorXd& x,
                                                  const Eigen::VectorXd& y);

}  // namespace saddle
