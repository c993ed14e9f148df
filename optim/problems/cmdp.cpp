// SPDX-License-Identifier: Apache-2.0
// Constrained Markov decision processes with a table of states and actions.
#include <saddle/optim/problems/cmdp.h>

#include <cmath>
#include <limits>
#include <utility>

#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/linear_program.h>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// [S, S] under a policy.
MatrixXd chain(const Cmdp& cmdp, const MatrixXd& policy) {
  MatrixXd p = MatrixXd::Zero(cmdp.states, cmdp.states);
  for (int s = 0; s < cmdp.states; ++s) {
    for (int a = 0; a < cmdp.actions; ++a) {
      p.row(s) += policy(s, a) * cmdp.transition.row(s * cmdp.actions + a);
    }
  }
  return p;
}

MatrixXd resolvent(const Cmdp& cmdp, const MatrixXd& policy) {
  return MatrixXd::Identity(cmdp.states, cmdp.states) - cmdp.discount * chain(cmdp, policy);
}

/// Rows of positive numbers that sum to one.
MatrixXd random_rows(Index rows, Index columns, Rng& rng) {
  MatrixXd p = MatrixXd::NullaryExpr(rows, columns, [&] { return -std::log(1 - rng.uniform()); });
  return p.rowwise().sum().cwiseInverse().asDiagonal() * p;
}

}  // namespace

VectorXd flatten(const MatrixXd& table) {
  const MatrixXd transposed = table.transpose();
  return VectorXd::Map(transposed.data(), transposed.size());
}
MatrixXd table_of(const Cmdp& cmdp, const VectorXd& flat) {
  SADDLE_CHECK(flat.size() == cmdp.reward.size(), flat.size(), cmdp.reward.size());
  return MatrixXd::Map(flat.data(), cmdp.actions, cmdp.states).transpose();
}

void Cmdp::validate() const {
  const Index pairs = static_cast<Index>(states) * actions;
  const auto require = [](bool holds, const char* what) {
    if (!holds) throw Error(concat("a constrained Markov decision process needs ", what));
  };
  require(states > 0 && actions > 0, "at least one state and one action");
  require(discount >= 0 && discount < 1, "a discount in [0, 1)");
  require(start.size() == states && (start.array() >= 0).all() && std::abs(start.sum() - 1) < 1e-9,
          "one start probability a state, which sum to 1");
  require(transition.rows() == pairs && transition.cols() == states &&
              (transition.array() >= 0).all() &&
              ((transition.rowwise().sum().array() - 1).abs() < 1e-9).all(),
          "a row of probabilities for each state and action, which sum to 1");
  require(reward.size() == pairs && reward.allFinite(), "a finite reward for each pair");
  require(costs.rows() == limits.size() && (limits.size() == 0 || costs.cols() == pairs) &&
              costs.allFinite() && limits.allFinite(),
          "a finite cost for each pair and a finite limit for each constraint");
}

Cmdp reference_cmdp(double bound) {
  const int side = 5, states = side * side, actions = 4;
  const Eigen::Index pairs = Eigen::Index{states} * actions;
  Cmdp cmdp{states,
            actions,
            0.9,
            VectorXd::Constant(states, 1.0 / states),
            MatrixXd::Zero(pairs, states),
            VectorXd::Zero(pairs),
            MatrixXd::Zero(1, pairs),
            VectorXd::Constant(1, -bound)};
  const std::pair<int, int> moves[actions] = {{0, -1}, {0, 1}, {-1, 0}, {1, 0}};
  for (int s = 0; s < states; ++s) {
    for (int a = 0; a < actions; ++a) {
      const int pair = s * actions + a;
      const int row = s / side + moves[a].first, column = s % side + moves[a].second;
      const bool inside = row >= 0 && row < side && column >= 0 && column < side;
      int next = inside ? row * side + column : s;
      if (s == 1) {
        next = 21;
        cmdp.reward[pair] = 1;
        cmdp.costs(0, pair) = -0.1;
      } else if (s == 3) {
        next = 13;
        cmdp.reward[pair] = 0.5;
        cmdp.costs(0, pair) = -1;
      }
      cmdp.transition(pair, next) = 1;
    }
  }
  return cmdp;
}

Cmdp random_cmdp(std::uint64_t seed, int states, int actions, int constraints) {
  SADDLE_CHECK(states > 0 && actions > 0 && constraints >= 0, states, actions, constraints);
  Rng rng(seed);
  const Index pairs = static_cast<Index>(states) * actions;
  const auto uniform = [&] { return rng.uniform(); };
  Cmdp cmdp{states,
            actions,
            0.9,
            random_rows(1, states, rng).transpose(),
            MatrixXd::Zero(pairs, states),
            VectorXd::NullaryExpr(pairs, uniform),
            MatrixXd::NullaryExpr(constraints, pairs, uniform),
            VectorXd::Zero(constraints)};
  const int branches = 3;
  for (Index pair = 0; pair < pairs; ++pair) {
    const MatrixXd shares = random_rows(1, branches, rng);
    for (int i = 0; i < branches; ++i) cmdp.transition(pair, rng.below(states)) += shares(0, i);
  }
  cmdp.limits = 1.05 * cmdp.costs * occupancy(cmdp, random_rows(states, actions, rng));
  return cmdp;
}

MatrixXd flow_matrix(const Cmdp& cmdp) {
  MatrixXd flow = -cmdp.discount * cmdp.transition.transpose();
  for (int s = 0; s < cmdp.states; ++s) {
    flow.row(s).segment(static_cast<Index>(s) * cmdp.actions, cmdp.actions).array() += 1;
  }
  return flow;
}

VectorXd state_visits(const Cmdp& cmdp, const MatrixXd& policy) {
  return solve_regular(resolvent(cmdp, policy).transpose(), cmdp.start);
}
VectorXd occupancy(const Cmdp& cmdp, const MatrixXd& policy) {
  SADDLE_CHECK(policy.rows() == cmdp.states && policy.cols() == cmdp.actions, policy.rows());
  return flatten(state_visits(cmdp, policy).asDiagonal() * policy);
}

MatrixXd policy_of(const Cmdp& cmdp, const VectorXd& mu) {
  SADDLE_CHECK(mu.size() == static_cast<Index>(cmdp.states) * cmdp.actions, mu.size());
  MatrixXd policy(cmdp.states, cmdp.actions);
  for (int s = 0; s < cmdp.states; ++s) {
    const VectorXd own = mu.segment(static_cast<Index>(s) * cmdp.actions, cmdp.actions).cwiseMax(0);
    const double total = own.sum();
    policy.row(s) = total > 0 ? VectorXd(own / total)
                              : VectorXd(VectorXd::Constant(cmdp.actions, 1.0 / cmdp.actions));
  }
  return policy;
}

VectorXd action_values(const Cmdp& cmdp, const MatrixXd& policy, const VectorXd& signal) {
  const VectorXd mean = policy.cwiseProduct(table_of(cmdp, signal)).rowwise().sum();
  const VectorXd values = solve_regular(resolvent(cmdp, policy), mean);
  return signal + cmdp.discount * cmdp.transition * values;
}

CmdpSolution solve_exactly(const Cmdp& cmdp) {
  cmdp.validate();
  const Index pairs = cmdp.reward.size(), m = cmdp.limits.size();
  const double infinity = std::numeric_limits<double>::infinity();
  MatrixXd rows(cmdp.states + m, pairs);
  rows << flow_matrix(cmdp), cmdp.costs;
  VectorXd low(cmdp.states + m), high(cmdp.states + m);
  low << cmdp.start, VectorXd::Constant(m, -infinity);
  high << cmdp.start, cmdp.limits;
  const LinearProgramSolution solved =
      solve_exactly(LinearProgram{-cmdp.reward, rows.sparseView(), low, high, VectorXd::Zero(pairs),
                                  VectorXd::Constant(pairs, infinity)});
  return {solved.x, -solved.value, -solved.duals.tail(m)};
}

}  // namespace saddle
