// SPDX-License-Identifier: Apache-2.0
// Adversaries of policies in Markov decision processes with a table of states and actions.
#include <saddle/optim/problems/robust_mdp.h>

#include <algorithm>
#include <limits>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// [S, A] of a signal [S·A].
MatrixXd table(const Cmdp& cmdp, const VectorXd& signal) {
  return MatrixXd::Map(signal.data(), cmdp.actions, cmdp.states).transpose();
}

/// Iterates V ← next(Q), Q = r + γPV [S, A], a contraction by γ, until V is exact to 1e-12.
template <class Next>
VectorXd fixed_point(const Cmdp& cmdp, Next&& next) {
  cmdp.validate();
  VectorXd values = VectorXd::Zero(cmdp.states);
  double change = std::numeric_limits<double>::infinity();
  while (cmdp.discount * change > 1e-12 * (1 - cmdp.discount)) {
    const VectorXd before = values;
    values = next(table(cmdp, cmdp.reward + cmdp.discount * cmdp.transition * before));
    const double moved = (values - before).cwiseAbs().maxCoeff();
    if (!(moved < change)) break;  // as exact as rounding allows
    change = moved;
  }
  return values;
}

void check_policy(const Cmdp& cmdp, const MatrixXd& policy) {
  SADDLE_CHECK(policy.rows() == cmdp.states && policy.cols() == cmdp.actions, policy.rows(),
               policy.cols());
}

}  // namespace

MatrixXd optimal_policy(const Cmdp& cmdp, const VectorXd& signal) {
  cmdp.validate();
  SADDLE_CHECK(signal.size() == cmdp.reward.size(), signal.size());
  MatrixXd policy = MatrixXd::Zero(cmdp.states, cmdp.actions);
  policy.col(0).setOnes();
  for (bool changed = true; changed;) {
    changed = false;
    const MatrixXd q = table(cmdp, action_values(cmdp, policy, signal));
    for (Index s = 0; s < q.rows(); ++s) {
      Index best = 0;
      const double value = q.row(s).maxCoeff(&best);
      if (value <= q.row(s).dot(policy.row(s)) + 1e-10) continue;
      policy.row(s).setZero();
      policy(s, best) = 1;
      changed = true;
    }
  }
  return policy;
}

ActionRobustSolution solve_action_robust(const Cmdp& cmdp, double alpha) {
  SADDLE_CHECK(alpha >= 0 && alpha <= 1, alpha);
  MatrixXd q;
  const VectorXd values = fixed_point(cmdp, [&](const MatrixXd& now) -> VectorXd {
    q = now;
    return (1 - alpha) * q.rowwise().maxCoeff() + alpha * q.rowwise().minCoeff();
  });
  ActionRobustSolution solution{values, MatrixXd::Zero(cmdp.states, cmdp.actions),
                                MatrixXd::Zero(cmdp.states, cmdp.actions)};
  for (Index s = 0; s < q.rows(); ++s) {
    Index best = 0, worst = 0;
    q.row(s).maxCoeff(&best);
    q.row(s).minCoeff(&worst);
    solution.policy(s, best) = 1;
    solution.adversary(s, worst) = 1;
  }
  return solution;
}

VectorXd action_attacked_values(const Cmdp& cmdp, const MatrixXd& policy, double alpha) {
  SADDLE_CHECK(alpha >= 0 && alpha <= 1, alpha);
  check_policy(cmdp, policy);
  return fixed_point(cmdp, [&](const MatrixXd& q) -> VectorXd {
    return (1 - alpha) * policy.cwiseProduct(q).rowwise().sum() + alpha * q.rowwise().minCoeff();
  });
}

VectorXd observation_attacked_values(const Cmdp& cmdp, const MatrixXd& policy,
                                     const std::vector<std::vector<int>>& seen_as) {
  check_policy(cmdp, policy);
  bool fits = static_cast<int>(seen_as.size()) == cmdp.states;
  for (const auto& own : seen_as) {
    fits = fits && !own.empty();
    for (const int u : own) fits = fits && u >= 0 && u < cmdp.states;
  }
  if (!fits) {
    throw Error(concat("an attack on observations needs at least one observation, from 0 to ",
                       cmdp.states - 1, ", for each of the ", cmdp.states, " states"));
  }
  return fixed_point(cmdp, [&](const MatrixXd& q) {
    VectorXd values(cmdp.states);
    for (int s = 0; s < cmdp.states; ++s) {
      values[s] = std::numeric_limits<double>::infinity();
      for (const int u : seen_as[s]) {
        values[s] = std::min(values[s], policy.row(u).dot(q.row(s)));
      }
    }
    return values;
  });
}

std::vector<std::vector<int>> grid_neighbours(int rows, int columns) {
  SADDLE_CHECK(rows > 0 && columns > 0, rows, columns);
  std::vector<std::vector<int>> neighbours;
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const int cell = row * columns + column;
      std::vector<int> own{cell};
      if (row > 0) own.push_back(cell - columns);
      if (row + 1 < rows) own.push_back(cell + columns);
      if (column > 0) own.push_back(cell - 1);
      if (column + 1 < columns) own.push_back(cell + 1);
      neighbours.push_back(std::move(own));
    }
  }
  return neighbours;
}

}  // namespace saddle
