// SPDX-License-Identifier: Apache-2.0
// Attacks on tabular policies, and the linear-quadratic game, against independent runs.
#include <saddle/optim/problems/robust_mdp.h>

#include <limits>

#include <gtest/gtest.h>

#include <saddle/base/rng.h>
#include <saddle/optim/problems/lq_game.h>

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd uniform(const Cmdp& cmdp) {
  return MatrixXd::Constant(cmdp.states, cmdp.actions, 1.0 / cmdp.actions);
}

TEST(RobustMdp, TheGridHasTheValuesOfAnIndependentRun) {
  const Cmdp grid = reference_cmdp();
  const MatrixXd nominal = optimal_policy(grid, grid.reward);
  const double alpha[] = {0, 0.1, 0.2, 0.3};
  const double robust[] = {1.732862, 1.437885, 1.153544, 0.877982};
  const double attacked[] = {1.732862, 1.437823, 1.134825, 0.835704};
  for (int i = 0; i < 4; ++i) {
    const auto solution = solve_action_robust(grid, alpha[i]);
    EXPECT_NEAR(grid.start.dot(solution.values), robust[i], 5e-7) << alpha[i];
    EXPECT_NEAR(grid.start.dot(action_attacked_values(grid, nominal, alpha[i])), attacked[i], 5e-7);
    // The robust policy under attack is worth what the game is.
    const VectorXd own = action_attacked_values(grid, solution.policy, alpha[i]);
    EXPECT_LT((own - solution.values).cwiseAbs().maxCoeff(), 1e-10);
  }
}

TEST(RobustMdp, PoliciesThatMixWithTheAdversaryEvaluateToTheValueOfTheGame) {
  const Cmdp small = random_cmdp(3, 6, 3, 1);
  const double alpha = 0.25;
  const auto solution = solve_action_robust(small, alpha);
  const MatrixXd mixed = (1 - alpha) * solution.policy + alpha * solution.adversary;
  EXPECT_NEAR(small.reward.dot(occupancy(small, mixed)), small.start.dot(solution.values), 1e-10);
}

TEST(RobustMdp, ACertainAdversaryMinimises) {
  const Cmdp small = random_cmdp(4, 6, 3, 1);
  const MatrixXd worst = optimal_policy(small, -small.reward);
  EXPECT_NEAR(small.start.dot(solve_action_robust(small, 1).values),
              small.reward.dot(occupancy(small, worst)), 1e-10);
}

TEST(RobustMdp, FalseObservationsHurtThePolicyThatReliesOnThem) {
  const Cmdp grid = reference_cmdp();
  const auto seen_as = grid_neighbours(5, 5);
  const MatrixXd nominal = optimal_policy(grid, grid.reward);
  EXPECT_NEAR(grid.start.dot(observation_attacked_values(grid, nominal, seen_as)), 0.114000, 5e-7);
  const double blind = grid.start.dot(observation_attacked_values(grid, uniform(grid), seen_as));
  EXPECT_NEAR(blind, 0.271090, 5e-7);
  EXPECT_NEAR(blind, grid.reward.dot(occupancy(grid, uniform(grid))), 1e-10);
}

TEST(RobustMdp, TrueObservationsAreNoAttack) {
  const Cmdp small = random_cmdp(5, 4, 2, 1);
  const MatrixXd policy = optimal_policy(small, small.reward);
  const VectorXd values = observation_attacked_values(small, policy, {{0}, {1}, {2}, {3}});
  EXPECT_NEAR(small.start.dot(values), small.reward.dot(occupancy(small, policy)), 1e-10);
}

TEST(RobustMdp, NeighboursOnAGridAreWithinIt) {
  EXPECT_EQ(grid_neighbours(2, 2),
            (std::vector<std::vector<int>>{{0, 2, 1}, {1, 3, 0}, {2, 0, 3}, {3, 1, 2}}));
}

TEST(RobustMdp, ObservationsThatAreNoStatesAreErrors) {
  const Cmdp small = random_cmdp(5, 2, 2, 1);
  const MatrixXd policy = uniform(small);
  EXPECT_THROW((void)observation_attacked_values(small, policy, {{0}}), Error);
  EXPECT_THROW((void)observation_attacked_values(small, policy, {{0}, {}}), Error);
  EXPECT_THROW((void)observation_attacked_values(small, policy, {{0}, {2}}), Error);
  EXPECT_THROW((void)observation_attacked_values(small, policy, {{-1}, {1}}), Error);
}

MatrixXd scalar(double value) { return MatrixXd::Constant(1, 1, value); }

LqGame scalar_game(double price) {
  return {scalar(1.1), scalar(1), scalar(1), scalar(1), scalar(1), price};
}

TEST(LqGame, HasTheGainsOfAnIndependentRun) {
  struct Case {
    double price, p, k, l;
  };
  for (const Case& known :
       {Case{1e9, 1.77377, 0.70343, 0}, Case{10, 1.83789, 0.76172, 0.07617},
        Case{5, 1.91518, 0.83198, 0.16640}, Case{3, 2.04757, 0.95234, 0.31745}}) {
    const LqSolution solution = solve_exactly(scalar_game(known.price));
    EXPECT_NEAR(solution.p(0, 0), known.p, 5e-6) << known.price;
    EXPECT_NEAR(solution.k(0, 0), known.k, 5e-6) << known.price;
    EXPECT_NEAR(solution.l(0, 0), known.l, 5e-6) << known.price;
  }
}

TEST(LqGame, TheSolutionIsASaddlePointOfTheCost) {
  Rng rng(8);
  const auto random = [&](int rows, int columns) {
    return MatrixXd(MatrixXd::NullaryExpr(rows, columns, [&] { return rng.normal(); }));
  };
  const LqGame game{0.4 * random(3, 3),       random(3, 2),
                    0.3 * random(3, 1),       MatrixXd::Identity(3, 3),
                    MatrixXd::Identity(2, 2), 20};
  const LqSolution solution = solve_exactly(game);
  const MatrixXd saddle = cost_of(game, solution.k, solution.l);
  EXPECT_LT((saddle - solution.p).cwiseAbs().maxCoeff(), 1e-11);
  for (int i = 0; i < 10; ++i) {
    const MatrixXd k = solution.k + 0.02 * random(2, 3), l = solution.l + 0.02 * random(1, 3);
    EXPECT_GT(cost_of(game, k, solution.l).trace(), saddle.trace());
    EXPECT_LT(cost_of(game, solution.k, l).trace(), saddle.trace());
  }
}

TEST(LqGame, ADisturbanceThatIsTooCheapIsAnError) {
  EXPECT_NO_THROW((void)solve_exactly(scalar_game(2.5)));
  EXPECT_THROW((void)solve_exactly(scalar_game(2)), Error);
}

TEST(LqGame, WhatDoesNotFitIsAnError) {
  LqGame game = scalar_game(5);
  game.b = MatrixXd::Ones(2, 1);
  EXPECT_THROW((void)solve_exactly(game), Error);
  game = scalar_game(5);
  game.q(0, 0) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)solve_exactly(game), Error);
  game = scalar_game(5);
  game.r(0, 0) = -1;
  EXPECT_THROW((void)solve_exactly(game), Error);
  EXPECT_THROW((void)cost_of(scalar_game(5), scalar(0), scalar(0)), Error) << "1.1 is unstable";
}

}  // namespace
}  // namespace saddle
