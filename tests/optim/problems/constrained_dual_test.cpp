// SPDX-License-Identifier: Apache-2.0
// Constrained decision processes from their dual side: known numbers without a linear program, and
// what multipliers do to the smallest process there is.
#include <cmath>

#include <gtest/gtest.h>

#include <saddle/optim/constraint/lagrangian.h>
#include <saddle/optim/constraint/nupi.h>
#include <saddle/optim/constraint/optimistic.h>
#include <saddle/optim/constraint/regularized.h>
#include <saddle/optim/primal/step.h>
#include <saddle/optim/problems/cmdp.h>
#include <saddle/optim/problems/constrained.h>

namespace saddle {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// ---- the reference grid: one constraint, so that bisection on its multiplier does

/// What the best deterministic policy for reward + λ (second reward) is worth in either.
struct Greedy {
  VectorXd occupancy;
  double reward = 0, second = 0;
};

Greedy best_response(const Cmdp& cmdp, double multiplier) {
  const VectorXd second = -cmdp.costs.row(0).transpose();
  const VectorXd signal = cmdp.reward + multiplier * second;
  MatrixXd policy = MatrixXd::Constant(cmdp.states, cmdp.actions, 1.0 / cmdp.actions);
  for (int sweep = 0; sweep < 100; ++sweep) {  // policy iteration ends long before
    const VectorXd q = action_values(cmdp, policy, signal);
    policy.setZero();
    for (Index s = 0; s < cmdp.states; ++s) {
      Index best = 0;
      q.segment(s * cmdp.actions, cmdp.actions).maxCoeff(&best);
      policy(s, best) = 1;
    }
  }
  const VectorXd mu = occupancy(cmdp, policy);
  return {mu, cmdp.reward.dot(mu), second.dot(mu)};
}

struct Bracket {
  double multiplier = 0;
  Greedy below, above;  ///< best responses to multipliers just below and just above
};

/// Where second(λ) + forget · λ crosses the bound.
Bracket bisect(const Cmdp& cmdp, double forget) {
  const double bound = -cmdp.limits[0];
  double low = 0, high = 2;
  while (high - low > 1e-13) {
    const double middle = 0.5 * (low + high);
    const bool short_of_it = best_response(cmdp, middle).second + forget * middle < bound;
    (short_of_it ? low : high) = middle;
  }
  return {low, best_response(cmdp, low - 1e-9), best_response(cmdp, high + 1e-9)};
}

TEST(ReferenceCmdp, BisectingTheDualNeedsNoLinearProgram) {
  const Cmdp cmdp = reference_cmdp();
  const Bracket at = bisect(cmdp, 0);
  EXPECT_NEAR(at.multiplier, 0.173230303, 1e-9);
  EXPECT_NEAR(at.below.reward, 1.694221, 1e-6);
  EXPECT_NEAR(at.below.second, 1.260441, 1e-6);
  EXPECT_NEAR(at.above.reward, 1.606220, 1e-6);
  EXPECT_NEAR(at.above.second, 1.768440, 1e-6);

  // Occupancies mix, action probabilities do not.
  const double weight = (1.5 - at.below.second) / (at.above.second - at.below.second);
  EXPECT_NEAR(weight, 0.471574, 1e-6);
  const VectorXd mu = (1 - weight) * at.below.occupancy + weight * at.above.occupancy;
  const CmdpSolution exact = solve_exactly(cmdp);
  EXPECT_NEAR(cmdp.reward.dot(mu), exact.value, 1e-9);
  EXPECT_NEAR(exact.value, at.below.reward + at.multiplier * (at.below.second - 1.5), 1e-9)
      << "strong duality";
  const VectorXd flow = OccupancyProgram(cmdp).values(mu).constraints.tail(cmdp.states);
  EXPECT_LT(flow.lpNorm<Eigen::Infinity>(), 1e-12);
}

TEST(ReferenceCmdp, ADualRegularizerRelaxesTheBoundByItsWeightTimesTheMultiplier) {
  const Cmdp cmdp = reference_cmdp();
  for (const auto& [tau, multiplier, violation] : {std::tuple(0.1, 0.173230, 0.017323),
                                                   {1.0, 0.173230, 0.173230},
                                                   {5.0, 0.047912, 0.239559}}) {
    const Bracket at = bisect(cmdp, tau);
    EXPECT_NEAR(at.multiplier, multiplier, 1e-6) << tau;
    EXPECT_NEAR(tau * at.multiplier, violation, 1e-6) << tau;
  }
}

// ---- one state, two actions: p* = 0.3, λ* = ½

/// The logit of the risky action moves by 0.1 times its advantage while `rule` moves λ, both from
/// the same point. Ranges are those of the last quarter of 5000 rounds.
struct Course {
  double p = 0, multiplier = 0;
  double least_p = 1, largest_p = 0, least_multiplier = 1e9, largest_multiplier = 0, average_p = 0;
};

Course run(ConstraintRule& rule, PrimalStep<VectorXd>& primal, double entropy = 0) {
  constexpr int kRounds = 5000;
  Course course;
  VectorXd theta = VectorXd::Zero(1);
  for (int round = 0; round < kRounds; ++round) {
    course.p = OneStateCmdp::probability(theta);
    course.multiplier = rule.multipliers()[0];
    course.average_p += course.p / kRounds;
    if (round >= 3 * kRounds / 4) {
      course.least_p = std::min(course.least_p, course.p);
      course.largest_p = std::max(course.largest_p, course.p);
      course.least_multiplier = std::min(course.least_multiplier, course.multiplier);
      course.largest_multiplier = std::max(course.largest_multiplier, course.multiplier);
    }
    const double disadvantage = course.multiplier - 0.5 + entropy * theta[0];
    theta = primal.next(theta, VectorXd::Constant(1, disadvantage));
    (void)rule.update(VectorXd::Constant(1, course.p - 0.3));
  }
  return course;
}

TEST(OneStateCmdp, DualAscentCirclesForEver) {
  Lagrangian rule(1, {.step = 0.1});
  GradientStep<VectorXd> primal({0.1});
  const Course course = run(rule, primal);
  EXPECT_NEAR(course.least_p, 0.0995, 1e-4);
  EXPECT_NEAR(course.largest_p, 0.5575, 1e-4);
  EXPECT_NEAR(course.least_multiplier, 0, 1e-12);
  EXPECT_NEAR(course.largest_multiplier, 1.0403, 1e-4);
  EXPECT_NEAR(course.average_p, 0.2963, 1e-4);
}

TEST(OneStateCmdp, RegularizingBothPlayersConvergesToABiasedPoint) {
  RegularizedLagrangian rule(1, {.step = 0.1, .regularization = 0.05});
  GradientStep<VectorXd> primal({0.1});
  const Course course = run(rule, primal, 0.05);
  EXPECT_NEAR(course.p, 0.32681, 1e-5);
  EXPECT_NEAR(course.multiplier, 0.53613, 1e-5);
  EXPECT_NEAR(course.multiplier, (course.p - 0.3) / 0.05, 1e-6);
  EXPECT_NEAR(0.5 - course.multiplier, 0.05 * std::log(course.p / (1 - course.p)), 1e-6);
}

TEST(OneStateCmdp, OptimismOfBothPlayersConverges) {
  OptimisticLagrangian rule(1, {.step = 0.1});
  OptimisticStep<VectorXd> primal(0.1);
  const Course course = run(rule, primal);
  EXPECT_NEAR(course.p, 0.3006, 1e-4);
  EXPECT_GT(course.least_p, 0.2945);
  EXPECT_LT(course.largest_p, 0.3055);
}

TEST(OneStateCmdp, AProportionalTermConverges) {
  NuPi rule(1, {.step = 0.1, .proportional = 5});
  GradientStep<VectorXd> primal({0.1});
  const Course course = run(rule, primal);
  EXPECT_NEAR(course.p, 0.3, 1e-5);
  EXPECT_NEAR(course.multiplier, 0.5, 1e-5);
}

}  // namespace
}  // namespace saddle
