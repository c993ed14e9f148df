// SPDX-License-Identifier: Apache-2.0
// Tabular constrained Markov decision processes and their linear program, against known numbers,
// value iteration and duality.
#include <saddle/optim/problems/cmdp.h>

#include <limits>

#include <gtest/gtest.h>

#include <saddle/base/rng.h>
#include <saddle/optim/linear_program.h>

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// ---- linear programs

/// max 3x + 2y subject to x + y ≤ 4, x + 3y ≤ 7, 0 ≤ x ≤ 3: (3, 1), of value 11 and duals 2, 0.
LinearProgram small_program() {
  const MatrixXd a = (MatrixXd(2, 2) << 1, 1, 1, 3).finished();
  return {Vector2d(-3, -2), a.sparseView(), Vector2d(-kInfinity, -kInfinity),
          Vector2d(4, 7),   Vector2d(0, 0), Vector2d(3, kInfinity)};
}

TEST(LinearProgram, IsSolvedWithItsDuals) {
  const LinearProgramSolution solved = solve_exactly(small_program());
  EXPECT_NEAR((solved.x - Vector2d(3, 1)).norm(), 0, 1e-12);
  EXPECT_NEAR(solved.value, -11, 1e-12);
  EXPECT_NEAR((solved.duals - Vector2d(-2, 0)).norm(), 0, 1e-12);
}

TEST(LinearProgram, WithoutSolutionIsAnError) {
  LinearProgram infeasible = small_program();
  infeasible.row_high[0] = -1;
  EXPECT_THROW((void)solve_exactly(infeasible), Error);
  LinearProgram unbounded = small_program();
  unbounded.low[1] = -kInfinity;
  unbounded.c[1] = 2;
  EXPECT_THROW((void)solve_exactly(unbounded), Error);
  LinearProgram broken = small_program();
  broken.c[0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)solve_exactly(broken), Error);
  LinearProgram misshapen = small_program();
  misshapen.low = VectorXd::Zero(3);
  EXPECT_THROW((void)solve_exactly(misshapen), std::logic_error);
}

// ---- the reference grid

double second_reward(const Cmdp& cmdp, const VectorXd& mu) { return -cmdp.costs.row(0).dot(mu); }

TEST(ReferenceCmdp, HasItsKnownValueAndMultiplier) {
  const Cmdp cmdp = reference_cmdp();
  const CmdpSolution solved = solve_exactly(cmdp);
  EXPECT_NEAR(solved.value, 1.652721843, 1e-9);
  EXPECT_NEAR(solved.multipliers[0], 0.173230303, 1e-9);
  EXPECT_NEAR(second_reward(cmdp, solved.occupancy), 1.5, 1e-9) << "the limit is tight";
  EXPECT_NEAR(solved.occupancy.sum(), 10, 1e-9);
}

TEST(ReferenceCmdp, HasItsKnownValuesWithoutTheConstraint) {
  Cmdp cmdp = reference_cmdp(-100);
  const CmdpSolution free = solve_exactly(cmdp);
  EXPECT_NEAR(free.value, 1.732862, 1e-6);
  EXPECT_NEAR(second_reward(cmdp, free.occupancy), 0.245486, 1e-6);
  EXPECT_NEAR(free.multipliers[0], 0, 1e-12);
  cmdp.reward = -cmdp.costs.row(0).transpose();
  EXPECT_NEAR(solve_exactly(cmdp).value, 2.557273, 1e-6);
}

TEST(ReferenceCmdp, HasTheKnownValuesOfTheUniformPolicy) {
  const Cmdp cmdp = reference_cmdp();
  const VectorXd mu = occupancy(cmdp, MatrixXd::Constant(25, 4, 0.25));
  EXPECT_NEAR(cmdp.reward.dot(mu), 0.271090, 1e-6);
  EXPECT_NEAR(second_reward(cmdp, mu), 0.208483, 1e-6);
}

TEST(ReferenceCmdp, IsInfeasibleBeyondTheLargestSecondReward) {
  EXPECT_NO_THROW((void)solve_exactly(reference_cmdp(2.557)));
  EXPECT_THROW((void)solve_exactly(reference_cmdp(2.558)), Error);
}

/// max rᵀμ − ρ t subject to the flow and t ≥ b − gᵀμ, t ≥ 0.
double penalized_value(double price) {
  const Cmdp cmdp = reference_cmdp();
  OccupancyProgram program(cmdp);
  const VectorXd offsets = program.values(VectorXd::Zero(100)).constraints;
  MatrixXd rows = MatrixXd::Zero(26, 101);
  for (int i = 0; i < 100; ++i) {
    rows.col(i) = program.values(VectorXd::Unit(100, i)).constraints - offsets;
  }
  rows(0, 100) = -1;
  VectorXd c(101), low = -offsets;
  c << -cmdp.reward, price;
  low[0] = -kInfinity;
  return -solve_exactly({c, rows.sparseView(), low, -offsets, VectorXd::Zero(101),
                         VectorXd::Constant(101, kInfinity)})
              .value;
}

TEST(ReferenceCmdp, APenaltyIsExactFromTheMultiplierOn) {
  EXPECT_NEAR(penalized_value(0.05), 1.682243, 1e-6);
  EXPECT_NEAR(penalized_value(0.1), 1.670265, 1e-6);
  EXPECT_NEAR(penalized_value(0.17), 1.653496, 1e-6);
  EXPECT_NEAR(penalized_value(0.1733), 1.652722, 1e-6);
  EXPECT_NEAR(penalized_value(0.5), 1.652722, 1e-6);
}

// ---- random ones

/// The largest value of a signal without constraints, by policy-free value iteration.
double value_iteration(const Cmdp& cmdp, const VectorXd& signal) {
  VectorXd v = VectorXd::Zero(cmdp.states);
  for (int i = 0; i < 400; ++i) {
    const VectorXd q = signal + cmdp.discount * cmdp.transition * v;
    v = MatrixXd::Map(q.data(), cmdp.actions, cmdp.states).colwise().maxCoeff().transpose();
  }
  return cmdp.start.dot(v);
}

TEST(RandomCmdp, SolutionsAreFeasibleAndMeetTheirDual) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    const Cmdp cmdp = random_cmdp(seed, 2 + static_cast<int>(seed), 3, 1 + seed % 4);
    const CmdpSolution solved = solve_exactly(cmdp);
    const VectorXd g = cmdp.costs * solved.occupancy - cmdp.limits;
    EXPECT_LE(g.maxCoeff(), 1e-8);
    EXPECT_GE(solved.occupancy.minCoeff(), -1e-9);
    EXPECT_GE(solved.multipliers.minCoeff(), -1e-9);
    EXPECT_NEAR(solved.multipliers.dot(g), 0, 1e-8);
    const double dual =
        value_iteration(cmdp, cmdp.reward - cmdp.costs.transpose() * solved.multipliers) +
        solved.multipliers.dot(cmdp.limits);
    EXPECT_NEAR(dual, solved.value, 1e-7);
  }
}

TEST(RandomCmdp, ThePolicyOfAnOccupancyHasThatOccupancy) {
  const Cmdp cmdp = random_cmdp(5, 12, 4, 3);
  const CmdpSolution solved = solve_exactly(cmdp);
  const VectorXd again = occupancy(cmdp, policy_of(cmdp, solved.occupancy));
  EXPECT_NEAR((again - solved.occupancy).norm(), 0, 1e-8);
}

TEST(RandomCmdp, DependsOnTheSeedAlone) {
  EXPECT_EQ(random_cmdp(3, 5, 2, 1).transition, random_cmdp(3, 5, 2, 1).transition);
  EXPECT_NE(random_cmdp(3, 5, 2, 1).transition, random_cmdp(4, 5, 2, 1).transition);
}

TEST(Cmdp, ActionValuesSatisfyTheBellmanEquation) {
  const Cmdp cmdp = random_cmdp(6, 5, 3, 1);
  const MatrixXd policy = MatrixXd::Constant(5, 3, 1.0 / 3);
  const VectorXd q = action_values(cmdp, policy, cmdp.reward);
  const VectorXd v = MatrixXd::Map(q.data(), 3, 5).colwise().mean().transpose();
  EXPECT_NEAR((q - cmdp.reward - cmdp.discount * cmdp.transition * v).norm(), 0, 1e-12);
  EXPECT_NEAR(cmdp.start.dot(v), cmdp.reward.dot(occupancy(cmdp, policy)), 1e-12);
}

TEST(Cmdp, RefusesWhatIsNoProcess) {
  Cmdp leaking = random_cmdp(1, 3, 2, 1);
  leaking.transition(0, 0) += 0.1;
  EXPECT_THROW(leaking.validate(), Error);
  Cmdp undiscounted = random_cmdp(1, 3, 2, 1);
  undiscounted.discount = 1;
  EXPECT_THROW(SoftmaxCmdp{undiscounted}, Error);
  Cmdp unlimited = random_cmdp(1, 3, 2, 1);
  unlimited.limits[0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)solve_exactly(unlimited), Error);
}

}  // namespace
}  // namespace saddle
