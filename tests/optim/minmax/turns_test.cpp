// SPDX-License-Identifier: Apache-2.0
// Teams: players who take turns against players who move at once.
#include <gtest/gtest.h>

#include <saddle/optim/problems/games.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Ten players of x, one an entry, whose moves all add up: P = 11ᵀ + I/10, the largest eigenvalue
/// 10.1 and every diagonal entry 1.1, against a y that pays for what it does.
QuadraticGame crowded_team() {
  constexpr int kPlayers = 10;
  return QuadraticGame(
      {.p = MatrixXd::Ones(kPlayers, kPlayers) + 0.1 * MatrixXd::Identity(kPlayers, kPlayers),
       .b = 0.1 * MatrixXd::Ones(kPlayers, 1),
       .q = MatrixXd::Ones(1, 1),
       .a = VectorXd::LinSpaced(kPlayers, -1, 1),
       .c = scalar(1)});
}

Result play(const std::string& name, const Preset& options, GamePoint& z) {
  QuadraticGame team = crowded_team();
  z = {VectorXd::Zero(10), scalar(0)};
  return solve(team, *make_method(name, team, options), z, {.tolerance = 1e-9, .limit = 2000});
}

TEST(Teams, ThatTakeTurnsConvergeWhereMovingAtOnceDiverges) {
  // Turns need a step below 2/1.1, one for all a step below 2/10.1.
  const GamePoint solution = crowded_team().solution();
  const Preset steps{{"step_x", "0.5"}, {"step_y", "0.5"}};
  GamePoint z;
  EXPECT_EQ(play("two-timescale-gda", steps, z).status, Status::kDiverged);
  for (const std::string name : {"agda", "hibsa", "smoothed-agda", "multi-step-gda"}) {
    Preset options = steps;
    if (name == "hibsa") {
      options.insert(options.end(), {{"perturbation", "0"}, {"exponent_x", "0"}});
    }
    const Result result = play(name, options, z);
    EXPECT_EQ(result.status, Status::kConverged) << name << ": " << result.message;
    EXPECT_LT(euclidean_norm(GamePoint(z - solution)), 1e-7) << name;
  }
}

TEST(Teams, MoveAtOnceWithAStepBelowItsBound) {
  GamePoint z;
  const Result result = play("two-timescale-gda", {{"step_x", "0.19"}, {"step_y", "0.5"}}, z);
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
}

TEST(Teams, EachPlayerSeesTheMovesBeforeIts) {
  // One step by hand: x_b ← x_b − η (Σ_j x_j + x_b/10 + a_b), with the entries below b new.
  QuadraticGame team = crowded_team();
  GamePoint z{VectorXd::Ones(10), scalar(0)};
  VectorXd expected = z.x;
  for (int b = 0; b < 10; ++b) {
    expected[b] -= 0.5 * (expected.sum() + 0.1 * expected[b] + (-1 + 2.0 * b / 9));
  }
  make_method("agda", team, {{"step_x", "0.5"}})->step(team, z);
  EXPECT_LT((z.x - expected).norm(), 1e-13);
}

TEST(Teams, ASmoothedPlayerIsPulledToItsOwnCentre) {
  // The second step by hand: the centre has followed halfway, and each entry feels its own pull.
  QuadraticGame team = crowded_team();
  GamePoint z{VectorXd::Ones(10), scalar(0)};
  const auto method = make_method("smoothed-agda", team,
                                  {{"step_x", "0.5"}, {"smoothing", "0.4"}, {"centering", "0.5"}});
  method->step(team, z);
  const VectorXd center = 0.5 * (VectorXd::Ones(10) + z.x);
  VectorXd expected = z.x;
  for (int b = 0; b < 10; ++b) {
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
