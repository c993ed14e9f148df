// SPDX-License-Identifier: Apache-2.0
// What there is to say of a point, in the words that all classes of problems share.
#pragma once

#include <optional>

#include <saddle/optim/bilevel/coupled.h>
#include <saddle/optim/consensus/network.h>
#include <saddle/optim/stationarity.h>

namespace saddle {

struct Assessment {
  double objective = 0;         ///< f(x), f(x, y), or the outer f(x, y)
  Eigen::VectorXd multipliers;  ///< [m + p]; empty where there are none
  double stationarity = 0;      ///< of the residual that suits the class, see below
  double feasibility = 0;       ///< 0 where nothing is violated
  std::optional<double> complementarity;
};

/// Stationarity is the natural residual, feasibility the distance to X × Y.
template <class X, class Y>
[[nodiscard]] Assessment assess(MinMaxProblem<X, Y>& problem, const Pair<X, Y>& z) {
  return {problem.value(z.x, z.y),
          {},
          natural_residual(problem, z),
          euclidean_norm(Pair<X, Y>(z - problem.project(z))),
          {}};
}

/// The conditions of Karush, Kuhn and Tucker; feasibility is primal and dual.
template <class V>
[[nodiscard]] Assessment assess(ConstrainedProblem<V>& problem, const Pair<V, Eigen::VectorXd>& z) {
  const KktResidual kkt = kkt_residual(problem, z);
  return {problem.values(z.x).objective, z.y, kkt.stationarity, std::hypot(kkt.primal, kkt.dual),
          kkt.complementarity};
}

/// Stationarity is the hypergradient's, feasibility the norm of the inner gradient.
template <class X, class Y>
[[nodiscard]] Assessment assess(BilevelProblem<X, Y>& problem, const Pair<X, Y>& z) {
  const BilevelResidual residual = bilevel_residual(problem, z);
  return {problem.outer_value(z.x, z.y), {}, residual.hypergradient, residual.inner, {}};
}

/// Stationarity is the residual; feasibility how far A x + B y ≤ c and its equalities are from
/// holding.
[[nodiscard]] Assessment assess(CoupledBilevelProblem& problem, const Pair<Eigen::VectorXd>& z);

/// Means over the agents, all of which this process has to own. Multipliers are those of the
/// problem as a whole, λ_i/n, agent after agent; disagreement is part of feasibility.
[[nodiscard]] Assessment assess(MinMaxNetwork& network, const MinMaxNetwork::Point& z);
[[nodiscard]] Assessment assess(ConstrainedNetwork& network, const ConstrainedNetwork::Point& z);
[[nodiscard]] Assessment assess(BilevelNetwork& network, const BilevelNetwork::Point& z);

}  // namespace saddle
