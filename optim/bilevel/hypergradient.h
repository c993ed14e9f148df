// SPDX-License-Identifier: Apache-2.0
// The gradient of F(x) = f(x, y*(x)), where y*(x) minimises g(x, ·), by products with derivatives.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <saddle/optim/conjugate_gradient.h>
#include <saddle/optim/problem.h>

namespace saddle {

/// y after `steps` steps y ← y − η ∇_y g(x, y).
/// Step  η < 2/L for a gradient of Lipschitz constant L; with curvature of at least μ and η ≤ 1/L
///       the distance to y*(x) falls by 1 − ημ in each.
template <class X, class Y>
[[nodiscard]] Y descend_inner(BilevelProblem<X, Y>& problem, const X& x, const Y& y,
                              std::int64_t steps, double step) {
  Y lower = y;
  for (std::int64_t k = 0; k < steps; ++k) {
    lower = Y(lower - step * problem.inner_gradient(x, lower).y);
  }
  return lower;
}

/// ∇_x f − ∇²_xy g v at (x, y), given ∇_x f there. At y = y*(x) and v = [∇²_yy g]⁻¹ ∇_y f it is
/// ∇F(x); the estimates below differ in how near they come to that y and that v.
/// Ref  Ghadimi and Wang 2018, arXiv:1802.02246.
template <class X, class Y>
[[nodiscard]] X implicit_gradient(BilevelProblem<X, Y>& problem, const X& x, const Y& y,
                                  const X& outer_x, const Y& v) {
  return outer_x - problem.jacobian_xy(x, y, v);
}

/// v = [∇²_yy g]⁻¹ b by conjugate gradients from `start`. Requires ∇²_yy g to be positive definite
/// for the answer to mean anything.
template <class X, class Y>
[[nodiscard]] Y adjoint_by_cg(BilevelProblem<X, Y>& problem, const X& x, const Y& y, const Y& b,
                              const Y& start, const CgOptions& options) {
  const auto hessian = [&](const Y& v) { return problem.hessian_yy(x, y, v); };
  return conjugate_gradient(hessian, b, start, options).solution;
}

/// v = η Σ_{k < terms} (I − ηA)^k b, which tends to A⁻¹b with the error (I − ηA)^terms A⁻¹b where
/// 0 < ηA < 2. `matrix` is called terms − 1 times, in the order of the powers.
template <class V, class Matrix>
[[nodiscard]] V neumann_series(Matrix&& matrix, const V& b, std::int64_t terms, double step) {
  V power = b, sum = b;
  for (std::int64_t k = 1; k < terms; ++k) {
    power = V(power - step * matrix(power));
    sum = V(sum + power);
  }
  return step * sum;
}

template <class X, class Y>
[[nodiscard]] Y adjoint_by_neumann(BilevelProblem<X, Y>& problem, const X& x, const Y& y,
                                   const Y& b, std::int64_t terms, double step) {
  const auto hessian = [&](const Y& v) { return problem.hessian_yy(x, y, v); };
  return neumann_series(hessian, b, terms, step);
}

/// An estimate of ∇F(x), and the lower variable that it was made at.
template <class X, class Y>
struct Hypergradient {
  X gradient;
  Y y;
};

/// Iterative differentiation: the gradient of x ↦ f(x, y_K(x)), where y_K is `steps` descent steps
/// from a fixed y, by the chain rule in reverse through all of them:
///
///     p ← ∇_y f(x, y_K);   for k = K−1, …, 0:  h ← h − η ∇²_xy g(x, y_k) p,
///                                              p ← p − η ∇²_yy g(x, y_k) p.
///
/// If g is quadratic with curvature μ in y, the derivative of y_K lacks the share (1 − ημ)^K.
/// Cost  K products with each second derivative, and K lower variables in memory.
/// Ref   Franceschi, Donini, Frasconi and Pontil 2017, arXiv:1703.01785, algorithm 1.
template <class X, class Y>
[[nodiscard]] Hypergradient<X, Y> itd_hypergradient(BilevelProblem<X, Y>& problem, const X& x,
                                                    const Y& y, std::int64_t steps, double step) {
  std::vector<Y> path;
  Y lower = y;
  for (std::int64_t k = 0; k < steps; ++k) {
    path.push_back(lower);
    lower = descend_inner(problem, x, lower, 1, step);
  }
  auto [gradient, p] = problem.outer_gradient(x, lower);
  for (auto at = path.rbegin(); at != path.rend(); ++at) {
    gradient = X(gradient - step * problem.jacobian_xy(x, *at, p));
    p = Y(p - step * problem.hessian_yy(x, *at, p));
  }
  return {std::move(gradient), std::move(lower)};
}

}  // namespace saddle
