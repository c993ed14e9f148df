// SPDX-License-Identifier: Apache-2.0
// How far a point is from solving a problem. Never "the objective stopped moving".
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include <saddle/optim/conjugate_gradient.h>
#include <saddle/optim/problem.h>

namespace saddle {

/// ‖z − P(z − F(z))‖: zero exactly at the solutions of the variational inequality.
template <class V>
[[nodiscard]] double natural_residual(VariationalProblem<V>& problem, const V& z) {
  return euclidean_norm(V(z - problem.project(V(z - problem.field(z)))));
}

/// The gradient mappings of both players with their own steps:
/// ‖((x − P(x − η_x ∇_x f))/η_x, (y − P(y + η_y ∇_y f))/η_y)‖, zero at game-stationary points.
template <class X, class Y>
[[nodiscard]] double gradient_mapping(MinMaxProblem<X, Y>& problem, const Pair<X, Y>& z,
                                      double step_x, double step_y) {
  const X moved_x = problem.project_x(X(z.x - step_x * problem.gradient_x(z.x, z.y)));
  const Y moved_y = problem.project_y(Y(z.y + step_y * problem.gradient_y(z.x, z.y)));
  return std::hypot(euclidean_norm(X(z.x - moved_x)) / step_x,
                    euclidean_norm(Y(z.y - moved_y)) / step_y);
}

/// The conditions of Karush, Kuhn and Tucker, each by itself.
struct KktResidual {
  double stationarity = 0;     ///< ‖x − P(x − ∇_x L(x, y))‖
  double primal = 0;           ///< ‖([g]_+, h)‖
  double dual = 0;             ///< ‖[−λ]_+‖
  double complementarity = 0;  ///< Σ |λ_k g_k|

  [[nodiscard]] double largest() const {
    return std::max({stationarity, primal, dual, complementarity});
  }
};

template <class V>
[[nodiscard]] KktResidual kkt_residual(ConstrainedProblem<V>& problem,
                                       const Pair<V, Eigen::VectorXd>& z) {
  const Eigen::VectorXd values = problem.values(z.x).constraints;
  const int m = problem.inequalities(), p = problem.equalities();
  SADDLE_CHECK(values.size() == m + p && z.y.size() == m + p, values.size(), z.y.size(), m, p);
  const V gradient = problem.gradient(z.x, {1, z.y});
  KktResidual residual;
  residual.stationarity = euclidean_norm(V(z.x - problem.project(V(z.x - gradient))));
  residual.primal = std::hypot(values.head(m).cwiseMax(0).norm(), values.tail(p).norm());
  residual.dual = (-z.y.head(m)).cwiseMax(0).norm();
  residual.complementarity = z.y.head(m).cwiseProduct(values.head(m)).cwiseAbs().sum();
  return residual;
}

/// Stationarity of a problem in two levels: the conditions of Karush, Kuhn and Tucker of
/// min f subject to ∇_y g = 0, with the multipliers v for which ‖∇_y f − ∇²_yy g v‖ is least.
///
/// If ∇²_yy g is positive definite, `adjoint` vanishes and the hypergradient is ∇F. If it is
/// singular, y*(x) is a set, over which f is stationary only where `adjoint` vanishes too.
struct BilevelResidual {
  double hypergradient = 0;  ///< ‖x − P(x − h)‖, h = ∇_x f − ∇²_xy g v at (x, y)
  double inner = 0;          ///< ‖∇_y g(x, y)‖
  double adjoint = 0;  ///< ‖∇_y f − ∇²_yy g v‖, also what rounding or the limit left of it

  [[nodiscard]] double largest() const { return std::max({hypergradient, inner, adjoint}); }
};

/// `options` are those of the linear system.
template <class X, class Y>
[[nodiscard]] BilevelResidual bilevel_residual(BilevelProblem<X, Y>& problem, const Pair<X, Y>& z,
                                               const CgOptions& options = {1000, 1e-12}) {
  const Pair<X, Y> outer = problem.outer_gradient(z.x, z.y);
  const auto hessian = [&](const Y& v) { return problem.hessian_yy(z.x, z.y, v); };
  const CgResult<Y> v = conjugate_residual(hessian, outer.y, options);
  const X hypergradient = outer.x - problem.jacobian_xy(z.x, z.y, v.solution);
  return {euclidean_norm(X(z.x - problem.project_x(X(z.x - hypergradient)))),
          euclidean_norm(problem.inner_gradient(z.x, z.y).y), v.residual};
}

/// max_y xᵀA y − min_x xᵀA y over mixed strategies of the matrix game with payoff A, in which x
/// minimises: zero exactly at its equilibria.
[[nodiscard]] inline double duality_gap(const Eigen::MatrixXd& payoff, const Eigen::VectorXd& x,
                                        const Eigen::VectorXd& y) {
  return (payoff.transpose() * x).maxCoeff() - (payoff * y).minCoeff();
}

/// (Σ_i ‖x_i − x̄‖²)^{1/2} over agents, where x̄ is their mean.
template <class V>
[[nodiscard]] double consensus_error(const std::vector<V>& x) {
  SADDLE_CHECK(!x.empty());
  V sum = x[0];
  for (std::size_t i = 1; i < x.size(); ++i) sum = V(sum + x[i]);
  const V mean = (1.0 / static_cast<double>(x.size())) * sum;
  double squares = 0;
  for (const V& own : x) {
    const V offset = own - mean;
    squares += dot_product(offset, offset);
  }
  return std::sqrt(squares);
}

/// What solve() compares with its tolerance, for each kind of problem.
template <class V>
[[nodiscard]] double residual_of(VariationalProblem<V>& problem, const V& z) {
  return natural_residual(problem, z);
}
template <class V>
[[nodiscard]] double residual_of(ConstrainedProblem<V>& problem,
                                 const Pair<V, Eigen::VectorXd>& z) {
  return kkt_residual(problem, z).largest();
}
template <class X, class Y>
[[nodiscard]] double residual_of(BilevelProblem<X, Y>& problem, const Pair<X, Y>& z) {
  return bilevel_residual(problem, z).largest();
}

}  // namespace saddle
