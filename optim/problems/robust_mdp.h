// SPDX-License-Identifier: Apache-2.0
// Adversaries of policies in Markov decision processes with a table of states and actions.
#pragma once

#include <vector>

#include <saddle/optim/problems/cmdp.h>

namespace saddle {

/// The deterministic policy [S, A] with the largest discounted `signal` [S·A], by policy iteration
/// from the first action in every state; a state changes its action only for a better one.
/// Requires a valid process, as do the others.
[[nodiscard]] Eigen::MatrixXd optimal_policy(const Cmdp& cmdp, const Eigen::VectorXd& signal);

/// The game between a policy and an adversary who acts instead of it with probability α.
struct ActionRobustSolution {
  Eigen::VectorXd values;     ///< V [S]
  Eigen::MatrixXd policy;     ///< [S, A], deterministic
  Eigen::MatrixXd adversary;  ///< [S, A], deterministic
};

/// V(s) = (1 − α) max_a Q(s, a) + α min_a Q(s, a), Q = r + γPV, by value iteration until V is exact
/// to 1e-12. Costs and their limits play no part. Requires α in [0, 1].
/// Ref  Tessler, Efroni and Mannor 2019, "Action robust reinforcement learning and applications in
///      continuous control", ICML, arXiv:1901.09184, section 3.
[[nodiscard]] ActionRobustSolution solve_action_robust(const Cmdp& cmdp, double alpha);

/// V [S] of a policy [S, A] whose action the worst adversary replaces with probability α.
[[nodiscard]] Eigen::VectorXd action_attacked_values(const Cmdp& cmdp,
                                                     const Eigen::MatrixXd& policy, double alpha);

/// V [S] of a policy [S, A] that acts on a false observation, the worst of seen_as[s] in state s:
/// V(s) = min_{u ∈ seen_as[s]} Σ_a π(a|u) Q(s, a).
/// Errors: saddle::Error if a state has no observation, or one that is not a state.
/// Ref  Zhang, Chen, Xiao, Li, Liu, Boning and Hsieh 2020, "Robust deep reinforcement learning
///      against adversarial perturbations on state observations", arXiv:2003.08938, section 3.
[[nodiscard]] Eigen::VectorXd observation_attacked_values(
    const Cmdp& cmdp, const Eigen::MatrixXd& policy, const std::vector<std::vector<int>>& seen_as);

/// Of each cell of a grid, row by row: itself and those above, below, left and right of it.
[[nodiscard]] std::vector<std::vector<int>> grid_neighbours(int rows, int columns);

}  // namespace saddle
