// SPDX-License-Identifier: Apache-2.0
// The games: their gradients, and the solutions that they claim.
#include <saddle/optim/problems/games.h>

#include <gtest/gtest.h>

#include <saddle/optim/gradient_check.h>
#include <saddle/optim/stationarity.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

TEST(Games, HaveTheGradientsOfTheirValues) {
  Rng rng(4);
  for (const std::string& name : games().problems.names()) {
    const Instance<Game> at = make_game(name);
    for (int i = 0; i < 5; ++i) {
      const GamePoint z = at.start + VectorSpace<GamePoint>::normal_like(at.start, rng);
      EXPECT_LT(check_gradient(*at.problem, z.x, z.y).largest, 1e-7) << name;
    }
  }
}

TEST(Games, SplitTheirGradientsIntoBlocks) {
  Rng rng(5);
  for (const std::string& name : games().problems.names()) {
    const Instance<Game> at = make_game(name);
    const GamePoint z = at.start + VectorSpace<GamePoint>::normal_like(at.start, rng);
    GamePoint sum = zero_like(z), parts = zero_like(z);
    for (int b = 0; b < at.problem->blocks_x(); ++b) {
      sum.x += at.problem->block_gradient_x(z.x, z.y, b);
      parts.x += at.problem->block_of_x(z.x, b);
    }
    for (int b = 0; b < at.problem->blocks_y(); ++b) {
      sum.y += at.problem->block_gradient_y(z.x, z.y, b);
      parts.y += at.problem->block_of_y(z.y, b);
    }
    EXPECT_LT((sum.x - at.problem->gradient_x(z.x, z.y)).norm(), 1e-14) << name;
    EXPECT_LT((sum.y - at.problem->gradient_y(z.x, z.y)).norm(), 1e-14) << name;
    EXPECT_EQ(parts.x, z.x) << name;
    EXPECT_EQ(parts.y, z.y) << name;
  }
}

TEST(QuadraticGame, SolutionIsStationaryAndWorthItsOptimum) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    QuadraticGame game = random_quadratic(seed, 6, 50);
    const GamePoint solution = game.solution();
    EXPECT_LT(natural_residual(game, solution), 1e-12);
    EXPECT_GT(natural_residual(game, zero_like(solution)), 0.1);
  }
  QuadraticGame game = random_quadratic(1, 5, 10);
  const GamePoint solution = game.solution();
  EXPECT_DOUBLE_EQ(*make_game("quadratic-saddle").optimum, game.value(solution.x, solution.y));
}

TEST(QuadraticGame, StationaryPointsOfTheConcaveOneFillALine) {
  QuadraticGame game = concave_quadratic();
  for (const double x : {-3.0, 0.5, 7.0}) {
    EXPECT_EQ(natural_residual(game, scalars(x, 2 * x)), 0);
    EXPECT_EQ(game.value(scalar(x), scalar(2 * x)), 0);
  }
  EXPECT_GT(natural_residual(game, scalars(1, 1)), 1);
}

TEST(QuarticGame, MinimaOfItsMaximumAreWhereTheySay) {
  const double x = std::sqrt(0.75);
  QuarticGame game(0.5);
  for (const double sign : {-1.0, 1.0}) {
    EXPECT_LT(natural_residual(game, scalars(sign * x, sign * x / 2)), 1e-15);
  }
  EXPECT_NEAR(*make_game("quartic").optimum, game.value(scalar(x), scalar(x / 2)), 1e-15);
}

TEST(FiniteMaximum, StationaryPointsAreItsKinkAndFourRoots) {
  FiniteMaximum game;
  EXPECT_EQ(natural_residual(game, {scalar(0), Vector2d(0.5, 0.5)}), 0);
  EXPECT_DOUBLE_EQ(game.value(scalar(0), Vector2d(0.5, 0.5)), 0.25);
  for (const double root : {0.20914885, 0.87888507}) {
    EXPECT_LT(natural_residual(game, {scalar(root), Vector2d(1, 0)}), 2e-8);
    EXPECT_LT(natural_residual(game, {scalar(-root), Vector2d(0, 1)}), 2e-8);
  }
  const double least = game.value(scalar(0.87888507), Vector2d(1, 0));
  EXPECT_NEAR(least, *make_game("finite-maximum").optimum, 5e-7);
}

TEST(NonconvexGames, AreStationaryAtTheOrigin) {
  NonconvexConcaveBox box;
  EXPECT_EQ(natural_residual(box, scalars(0, 0)), 0);
  NonconvexNonconcaveBox both;
  EXPECT_EQ(natural_residual(both, scalars(0, 0)), 0);
  // φ″ changes sign: neither convex in x nor concave in y.
  const auto slope = [&](double x) { return both.gradient_x(scalar(x), scalar(0))[0]; };
  EXPECT_GT(slope(0.1), slope(0));
  EXPECT_LT(slope(1.0), slope(0.6));
}

TEST(MatrixGame, ValueIsThatOfTheLinearProgram) {
  const MatrixXd payoff = (MatrixXd(2, 2) << 3, -1, -2, 4).finished();
  EXPECT_NEAR(game_value(payoff), 1, 1e-12);
  EXPECT_NEAR(duality_gap(payoff, Vector2d(0.6, 0.4), Vector2d(0.5, 0.5)), 0, 1e-15);
  // A saddle of pure strategies, and a game that is not square.
  EXPECT_NEAR(game_value((MatrixXd(2, 3) << 1, 2, 3, 4, 5, 6).finished()), 3, 1e-12);
  EXPECT_NEAR(*make_game("matrix-game", {{"payoff", "cyclic"}, {"strategies", "5"}}).optimum, 0,
              1e-12);
}

TEST(MatrixGame, AnEvenCycleIsAnError) {
  EXPECT_THROW((void)make_game("matrix-game", {{"payoff", "cyclic"}, {"strategies", "4"}}), Error);
}

TEST(MatrixGame, ExtragradientFindsTheValueOfARandomOne) {
  const Instance<Game> at = make_game("matrix-game", {{"payoff", "random"}, {"strategies", "6"}});
  const auto method = make_method("extragradient", *at.problem);
  GamePoint z = at.start;
  const Result result = solve(*at.problem, *method, z, {.tolerance = 1e-9, .limit = 20000});
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
  EXPECT_NEAR(at.problem->value(z.x, z.y), *at.optimum, 1e-8);
}

}  // namespace
}  // namespace saddle
