// SPDX-License-Identifier: Apache-2.0
// Teams: players who take turns against players who move at once.
#include <gtest/gtest.h>

#include <saddle/optim/problems/games.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int kPlayers = 10;

/// 11ᵀ + I/10, which couples players whose moves all add up: the largest eigenvalue is 10.1 and
/// every diagonal entry 1.1.
MatrixXd crowd() {
  return MatrixXd::Ones(kPlayers, kPlayers) + 0.1 * MatrixXd::Identity(kPlayers, kPlayers);
}

/// Ten players of x, one an entry, against a y that pays for what it does.
QuadraticGame crowded_team() {
  return QuadraticGame({.p = crowd(),
                        .b = 0.1 * MatrixXd::Ones(kPlayers, 1),
                        .q = MatrixXd::Ones(1, 1),
                        .a = VectorXd::LinSpaced(kPlayers, -1, 1),
                        .c = scalar(1)});
}

/// The same with the ten on the side of y.
QuadraticGame crowded_opponents() {
  return QuadraticGame({.p = MatrixXd::Ones(1, 1),
                        .b = 0.1 * MatrixXd::Ones(1, kPlayers),
                        .q = crowd(),
                        .a = scalar(1),
                        .c = VectorXd::LinSpaced(kPlayers, -1, 1)});
}

Result play(QuadraticGame game, const std::string& name, const Preset& options, GamePoint& z) {
  z = zero_like(game.solution());
  return solve(game, *make_method(name, game, options), z, {.tolerance = 1e-9, .limit = 20000});
}

TEST(Teams, ThatTakeTurnsConvergeWhereMovingAtOnceDiverges) {
  // Turns need a step below 2/1.1, one for all a step below 2/10.1.
  for (const QuadraticGame& game : {crowded_team(), crowded_opponents()}) {
    SCOPED_TRACE(game.blocks_x());
    const Preset steps{{"step_x", "0.5"}, {"step_y", "0.5"}};
    GamePoint z;
    EXPECT_EQ(play(game, "two-timescale-gda", steps, z).status, Status::kDiverged);
    for (const std::string name : {"agda", "hibsa", "smoothed-agda", "multi-step-gda"}) {
      Preset options = steps;
      if (name == "hibsa") {
        options.insert(options.end(), {{"perturbation", "0"}, {"exponent_x", "0"}});
      }
      const Result result = play(game, name, options, z);
      EXPECT_EQ(result.status, Status::kConverged) << name << ": " << result.message;
      EXPECT_LT(euclidean_norm(GamePoint(z - game.solution())), 1e-7) << name;
    }
  }
}

TEST(Teams, MoveAtOnceWithAStepBelowItsBound) {
  GamePoint z;
  const Result result =
      play(crowded_team(), "two-timescale-gda", {{"step_x", "0.19"}, {"step_y", "0.5"}}, z);
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
}

TEST(Teams, EachPlayerSeesTheMovesBeforeIts) {
  // One step by hand: x_b ← x_b − η (Σ_j x_j + x_b/10 + a_b), with the entries below b new.
  QuadraticGame team = crowded_team();
  GamePoint z{VectorXd::Ones(kPlayers), scalar(0)};
  VectorXd expected = z.x;
  for (int b = 0; b < kPlayers; ++b) {
    expected[b] -= 0.5 * (expected.sum() + 0.1 * expected[b] + (-1 + 2.0 * b / 9));
  }
  make_method("agda", team, {{"step_x", "0.5"}})->step(team, z);
  EXPECT_LT((z.x - expected).norm(), 1e-13);
}

TEST(Teams, EachOpponentSeesTheMovesBeforeIts) {
  // With the new x = 1 − ½(1 + 1 + 1): y_b ← y_b + η (x/10 − Σ_j y_j − y_b/10 + c_b).
  QuadraticGame game = crowded_opponents();
  GamePoint z{scalar(1), VectorXd::Ones(kPlayers)};
  VectorXd expected = z.y;
  for (int b = 0; b < kPlayers; ++b) {
    expected[b] += 0.5 * (-0.05 - expected.sum() - 0.1 * expected[b] + (-1 + 2.0 * b / 9));
  }
  make_method("agda", game, {{"step_x", "0.5"}, {"step_y", "0.5"}})->step(game, z);
  EXPECT_NEAR(z.x[0], -0.5, 1e-15);
  EXPECT_LT((z.y - expected).norm(), 1e-13);
}

TEST(Teams, ASmoothedPlayerIsPulledToItsOwnCentre) {
  // The second step by hand: the centre has followed halfway, and each entry feels its own pull.
  QuadraticGame team = crowded_team();
  GamePoint z{VectorXd::Ones(kPlayers), scalar(0)};
  const auto method = make_method("smoothed-agda", team,
                                  {{"step_x", "0.5"}, {"smoothing", "0.4"}, {"centering", "0.5"}});
  method->step(team, z);
  const VectorXd center = 0.5 * (VectorXd::Ones(kPlayers) + z.x);
  VectorXd expected = z.x;
  for (int b = 0; b < kPlayers; ++b) {
    const double gradient = team.gradient_x(expected, z.y)[b];
    expected[b] -= 0.5 * (gradient + 0.4 * (expected[b] - center[b]));
  }
  method->step(team, z);
  EXPECT_LT((z.x - expected).norm(), 1e-13);
}

TEST(Hibsa, ForgetsAllOfYAndNoMoreWhereThePerturbationIsLarge) {
  // 1 − ργ = −3 counts as 0: y ← ρ ∇_y f = ρ x, with the new x = 0.5 − 0.1·(0.5 − 0.05).
  NonconvexConcaveBox box;
  GamePoint z = scalars(0.5, 0.5);
  make_method("hibsa", box, {{"step_x", "0.1"}, {"perturbation", "8"}})->step(box, z);
  EXPECT_DOUBLE_EQ(z.x[0], 0.455);
  EXPECT_DOUBLE_EQ(z.y[0], 0.5 * 0.455);
}

}  // namespace
}  // namespace saddle
