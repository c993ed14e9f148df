// SPDX-License-Identifier: Apache-2.0
// Constrained Markov decision processes with a table of states and actions.
#pragma once

#include <cstdint>

#include <Eigen/SparseCore>

#include <saddle/optim/problem.h>

namespace saddle {

/// Maximise the discounted reward subject to bounds on discounted costs, E Σ γ^t c_k ≤ d_k.
/// A pair of state s and action a has the index s·A + a.
struct Cmdp {
  int states = 0;              ///< S
  int actions = 0;             ///< A
  double discount = 0.9;       ///< γ in [0, 1)
  Eigen::VectorXd start;       ///< [S], probabilities
  Eigen::MatrixXd transition;  ///< [S·A, S], rows are probabilities
  Eigen::VectorXd reward;      ///< [S·A]
  Eigen::MatrixXd costs;       ///< [m, S·A]
  Eigen::VectorXd limits;      ///< [m], d

  /// Errors: saddle::Error naming what does not fit.
  void validate() const;
};

/// The 5×5 grid of Jain et al. 2022: cell 1 leads to 21 for reward 1, cell 3 to 13 for reward ½,
/// moves into the wall stay. Its constraint is a lower bound b on a second reward, 0.1 at cell 1
/// and 1 at cell 3, so the cost is minus that and the limit −b. At b = 1.5: value 1.652721843,
/// multiplier 0.173230303.
/// Ref  Jain, Vaswani, Babanezhad, Szepesvári and Precup 2022, "Towards painless policy
///      optimization for constrained MDPs", UAI, PMLR 180, section 5.
[[nodiscard]] Cmdp reference_cmdp(double bound = 1.5);

/// Random transitions to a few states from each pair, rewards and costs in [0, 1], and limits that
/// a random policy keeps with 5 % to spare, so that it is feasible.
[[nodiscard]] Cmdp random_cmdp(std::uint64_t seed, int states, int actions, int constraints);

/// [S·A] of a table [S, A], and back.
[[nodiscard]] Eigen::VectorXd flatten(const Eigen::MatrixXd& table);
[[nodiscard]] Eigen::MatrixXd table_of(const Cmdp& cmdp, const Eigen::VectorXd& flat);

/// The matrix [S, S·A] of the flow equations: it maps an occupancy measure to `start`.
[[nodiscard]] Eigen::MatrixXd flow_matrix(const Cmdp& cmdp);

/// d [S], the discounted expected number of times that each state is met under policy [S, A]:
/// dᵀ(I − γP_π) = startᵀ. It sums to 1/(1 − γ).
[[nodiscard]] Eigen::VectorXd state_visits(const Cmdp& cmdp, const Eigen::MatrixXd& policy);

/// μ [S·A], the same of each pair: μ(s, a) = π(a|s) d(s).
[[nodiscard]] Eigen::VectorXd occupancy(const Cmdp& cmdp, const Eigen::MatrixXd& policy);

/// The policy [S, A] of an occupancy measure; uniform in states that it never meets.
[[nodiscard]] Eigen::MatrixXd policy_of(const Cmdp& cmdp, const Eigen::VectorXd& occupancy);

/// Q [S·A] of a signal, reward or cost [S·A], under a policy.
[[nodiscard]] Eigen::VectorXd action_values(const Cmdp& cmdp, const Eigen::MatrixXd& policy,
                                            const Eigen::VectorXd& signal);

struct CmdpSolution {
  Eigen::VectorXd occupancy;    ///< μ* [S·A]
  double value = 0;             ///< the largest discounted reward
  Eigen::VectorXd multipliers;  ///< λ* ≥ 0 [m], what a unit more of each limit would add to it
};

/// By the linear program over occupancy measures.
/// Errors: saddle::Error if no policy keeps the limits.
[[nodiscard]] CmdpSolution solve_exactly(const Cmdp& cmdp);

/// The same program as a problem: min −rᵀμ over μ ≥ 0 subject to Cμ ≤ d and to the flow equations
/// Σ_a μ(s, a) − γ Σ P(s|s′, a′) μ(s′, a′) = start(s), which are its S equalities.
class OccupancyProgram final : public ConstrainedProblem<Eigen::VectorXd> {
 public:
  explicit OccupancyProgram(Cmdp cmdp);

  int inequalities() const override { return static_cast<int>(cmdp_.limits.size()); }
  int equalities() const override { return cmdp_.states; }
  ConstrainedValues values(const Eigen::VectorXd& mu) override;
  Eigen::VectorXd gradient(const Eigen::VectorXd& mu, const GradientWeights& w) override;
  Eigen::VectorXd project(const Eigen::VectorXd& mu) const override;

 private:
  Cmdp cmdp_;
  Eigen::MatrixXd flow_;  ///< [S, S·A]
};

/// The same over policies π(a|s) ∝ e^{θ(s, a)}, θ [S·A]: not convex, with exact policy gradients
/// μ(s, a)(Q(s, a) − V(s)). In the metric of the Fisher matrix Σ_s d(s)(diag π_s − π_s π_sᵀ) the
/// natural gradient is Q − V, and its step multiplies π by e^{−ηQ}.
///
/// `entropy` τ adds τ log π(a|s) to what an action costs, which keeps policies random. The answer
/// is then off by order τ.
/// Ref  Agarwal, Kakade, Lee and Mahajan 2021, arXiv:1908.00261, lemma 15 (the natural gradient).
class SoftmaxCmdp final : public ConstrainedProblem<Eigen::VectorXd> {
 public:
  explicit SoftmaxCmdp(Cmdp cmdp, double entropy = 0);

  int inequalities() const override { return static_cast<int>(cmdp_.limits.size()); }
  ConstrainedValues values(const Eigen::VectorXd& theta) override;
  Eigen::VectorXd gradient(const Eigen::VectorXd& theta, const GradientWeights& w) override;
  Eigen::VectorXd natural_gradient(const Eigen::VectorXd& theta, const GradientWeights& w) override;

  /// [S, A].
  [[nodiscard]] Eigen::MatrixXd policy(const Eigen::VectorXd& theta) const;

 private:
  Eigen::MatrixXd log_policy(const Eigen::VectorXd& theta) const;

  Cmdp cmdp_;
  double entropy_;
};

/// The same over the probabilities themselves: a point is π(a|s) [S·A], a simplex for each state.
/// The gradient is d(s) Q(s, a), and in the metric d(s) of the states the natural one is Q.
class DirectCmdp final : public ConstrainedProblem<Eigen::VectorXd> {
 public:
  explicit DirectCmdp(Cmdp cmdp);

  int inequalities() const override { return static_cast<int>(cmdp_.limits.size()); }
  ConstrainedValues values(const Eigen::VectorXd& policy) override;
  Eigen::VectorXd gradient(const Eigen::VectorXd& policy, const GradientWeights& w) override;
  Eigen::VectorXd natural_gradient(const Eigen::VectorXd& policy,
                                   const GradientWeights& w) override;
  Eigen::VectorXd project(const Eigen::VectorXd& policy) const override;

 private:
  Cmdp cmdp_;
};

}  // namespace saddle
