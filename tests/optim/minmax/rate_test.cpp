// SPDX-License-Identifier: Apache-2.0
// Methods against closed forms and against the digits of an independent run of their equations.
#include <gtest/gtest.h>

#include <saddle/optim/problems/games.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

/// ‖z_T‖/‖z_0‖ after T = 1000 steps on x y from (1, 1), the largest on the way, and that of the
/// average.
struct Bilinear {
  double last = 0, largest = 0, average = 0;
};

Bilinear on_bilinear(const std::string& method, const Preset& options) {
  constexpr int kIterations = 1000;
  const Instance<Game> at = make_game("bilinear");
  GamePoint z = at.start, sum = zero_like(z);
  const double start = euclidean_norm(z);
  Bilinear ratio;
  run(*at.problem, *make_method(method, *at.problem, options), z, kIterations,
      [&](const GamePoint& p) {
        ratio.largest = std::max(ratio.largest, euclidean_norm(p) / start);
        sum = sum + p;
      });
  ratio.last = euclidean_norm(z) / start;
  ratio.average = euclidean_norm(sum) / start / kIterations;
  return ratio;
}

const Preset kRateStep{{"step", "0.1"}};
const Preset kRateSteps{{"step_x", "0.1"}, {"step_y", "0.1"}};

TEST(Bilinear, SimultaneousDescentAscentLeavesByItsFactorAndSoDoesTheAverage) {
  const Bilinear ratio = on_bilinear("gda", kRateStep);
  EXPECT_NEAR(ratio.last, 144.773, 5e-4);
  EXPECT_NEAR(ratio.last / std::pow(1.01, 500), 1, 1e-12);
  EXPECT_NEAR(ratio.average, 1.448, 5e-4);
}

TEST(Bilinear, EveryStepOfDescentAscentGrowsByTheSameFactor) {
  // Along singular values 1 and ¼: √(1 + η²σ²) each.
  const Instance<Game> at = make_game("bilinear", {{"dimension", "2"}, {"condition", "4"}});
  const auto method = make_method("gda", *at.problem, kRateStep);
  GamePoint z = at.start;
  for (int i = 0; i < 50; ++i) {
    const GamePoint before = z;
    method->step(*at.problem, z);
    for (const int k : {0, 1}) {
      const double sigma = k == 0 ? 0.25 : 1;
      ASSERT_NEAR(std::hypot(z.x[k], z.y[k]) / std::hypot(before.x[k], before.y[k]),
                  std::sqrt(1 + 0.01 * sigma * sigma), 1e-14);
    }
  }
}

TEST(Bilinear, AlternatingDescentAscentStaysBoundedAndComesNoNearer) {
  const Bilinear ratio = on_bilinear("agda", kRateSteps);
  EXPECT_NEAR(ratio.last, 0.989427, 5e-7);
  EXPECT_LE(ratio.largest, 1);
}

TEST(Bilinear, NegativeMomentumMendsAlternatingDescentAscent) {
  const Preset options{{"step_x", "0.1"}, {"step_y", "0.1"}, {"momentum", "-0.5"}};
  EXPECT_NEAR(on_bilinear("agda", options).last, 0.2237, 5e-5);
}

TEST(Bilinear, ExtragradientConvergesAtItsRate) {
  const double last = on_bilinear("extragradient", kRateStep).last;
  EXPECT_NEAR(last, 0.00691083, 5e-9);
  EXPECT_NEAR(last / std::pow(1 - 0.01 + 0.0001, 500), 1, 1e-11);
}

TEST(Bilinear, OptimisticDescentAscentConverges) {
  EXPECT_NEAR(on_bilinear("ogda", kRateStep).last, 0.00630474, 5e-9);
}

TEST(Bilinear, ProximalPointConvergesAtItsRate) {
  const double last = on_bilinear("proximal-point", {{"step", "0.1"}, {"accuracy", "1e-10"}}).last;
  EXPECT_NEAR(last, 0.00690738, 5e-9);
  EXPECT_NEAR(last / std::pow(1.01, -500), 1, 1e-7);
}

TEST(Bilinear, ProximalPointTakesStepsOfAnyLength) {
  const Instance<Game> at = make_game("bilinear");
  const auto method =
      make_method("proximal-point", *at.problem, {{"step", "100"}, {"accuracy", "1e-9"}});
  GamePoint z = at.start;
  method->step(*at.problem, z);
  EXPECT_NEAR(euclidean_norm(z), std::sqrt(2 / 10001.0), 1e-6);
}

/// ‖∇f‖ on −y²/2 + 2xy − 2x² from (1, 0.01) with steps 1 and ⅕ after each of `rounds`.
std::vector<double> on_concave_quadratic(const std::string& name, const std::vector<int>& rounds) {
  const Instance<Game> at = make_game("tiada-quadratic");
  const auto method = make_method(name, *at.problem, {{"step_x", "1"}, {"step_y", "0.2"}});
  GamePoint z = at.start;
  std::vector<double> norms;
  int round = 0;
  for (const int next : rounds) {
    run(*at.problem, *method, z, next - std::exchange(round, next));
    norms.push_back(euclidean_norm(at.problem->field(z)));
  }
  return norms;
}

TEST(TiAda, ConvergesFromAPoorRatioOfSteps) {
  const std::vector<double> norms = on_concave_quadratic("tiada", {10000, 100000});
  EXPECT_NEAR(norms[0], 0.81, 5e-3);
  EXPECT_NEAR(norms[1], 6.7e-11, 5e-13);
}

TEST(TiAda, AdaGradGrowsWithTheRootOfTheRoundsFromThere) {
  const std::vector<double> norms = on_concave_quadratic("adagrad-gda", {1000, 10000, 100000});
  EXPECT_NEAR(norms[0], 358, 0.5);
  EXPECT_NEAR(norms[1], 1137, 0.5);
  EXPECT_NEAR(norms[2], 3600, 5);
}

TEST(TwoTimescaleGda, NeedsTheMinimiserToBeTheSlowOne) {
  const Instance<Game> at = make_game("tiada-quadratic");
  const auto outcome = [&](const Preset& steps) {
    GamePoint z = at.start;
    const auto method = make_method("two-timescale-gda", *at.problem, steps);
    return solve(*at.problem, *method, z, {.tolerance = 2e-14, .limit = 4000});
  };
  const Result wrong = outcome({{"step_x", "0.5"}, {"step_y", "0.1"}});
  EXPECT_EQ(wrong.status, Status::kDiverged) << wrong.message;
  EXPECT_LE(wrong.iterations, 25);
  const Result right = outcome({{"step_x", "0.01"}, {"step_y", "0.1"}});
  EXPECT_EQ(right.status, Status::kConverged) << right.message;
}

TEST(QuarticGame, IsSolvedInBothOrdersOfPlay) {
  const Instance<Game> at = make_game("quartic");
  for (const std::string name : {"agda", "two-timescale-gda"}) {
    GamePoint z = at.start;
    const auto method = make_method(name, *at.problem, {{"step_x", "0.05"}, {"step_y", "0.5"}});
    run(*at.problem, *method, z, 2000);
    EXPECT_NEAR(z.x[0], std::sqrt(0.75), 1e-14) << name;
    EXPECT_NEAR(z.y[0], std::sqrt(0.75) / 2, 1e-14) << name;
  }
}

/// Least and largest distance to the solution 0 in the second half of 20000 steps.
std::pair<double, double> on_nonconvex_concave_box(const std::string& name, const Preset& options) {
  const Instance<Game> at = make_game("nc-c-box");
  const auto method = make_method(name, *at.problem, options);
  GamePoint z = at.start;
  run(*at.problem, *method, z, 10000);
  std::pair<double, double> distance{1e300, 0};
  run(*at.problem, *method, z, 10000, [&](const GamePoint& p) {
    distance.first = std::min(distance.first, euclidean_norm(p));
    distance.second = std::max(distance.second, euclidean_norm(p));
  });
  return distance;
}

TEST(NonconvexConcaveBox, DescentAscentAndExtragradientCircleForEver) {
  EXPECT_NEAR(on_nonconvex_concave_box("gda", {{"step", "0.05"}}).first, 1.00, 5e-3);
  EXPECT_NEAR(on_nonconvex_concave_box("agda", {}).first, 0.993, 5e-4);
  EXPECT_NEAR(on_nonconvex_concave_box("extragradient", {{"step", "0.05"}}).first, 0.991, 5e-4);
}

TEST(NonconvexConcaveBox, SmoothingAndPerturbationEndAtTheSolution) {
  EXPECT_LT(on_nonconvex_concave_box("smoothed-agda", {}).second, 1e-20);
  EXPECT_LT(on_nonconvex_concave_box("hibsa", {}).second, 1e-70);
  EXPECT_LT(on_nonconvex_concave_box("perturbed-smoothed-agda", {}).second, 1e-20);
}

TEST(FiniteMaximum, SmoothingSettlesWithSmallStepsAndNotWithLargeOnes) {
  const Instance<Game> at = make_game("finite-maximum");
  GamePoint z = at.start;
  const Preset small{{"smoothing", "2"}, {"centering", "0.01"}};
  run(*at.problem, *make_method("smoothed-agda", *at.problem, small), z, 20000);
  EXPECT_NEAR(z.x[0], -0.87889, 5e-6);
  EXPECT_LT(natural_residual(*at.problem, z), 1e-13);

  const Preset large{{"step_y", "0.5"}, {"smoothing", "2"}, {"centering", "0.05"}};
  const auto method = make_method("smoothed-agda", *at.problem, large);
  double gap = 0;
  z = at.start;
  run(*at.problem, *method, z, 10000);
  run(*at.problem, *method, z, 10000,
      [&](const GamePoint& p) { gap = std::max(gap, natural_residual(*at.problem, p)); });
  EXPECT_NEAR(gap, 0.26, 5e-3);
}

/// Gaps of the last iterate and of the average after 2000 rounds of the game whose maximiser is x.
std::pair<double, double> multiplicative_gaps(const std::string& name) {
  const MatrixXd payoff = -(MatrixXd(2, 2) << 3, -1, -2, 4).finished();
  MatrixGame game(payoff);
  GamePoint z{Vector2d(0.9, 0.1), Vector2d(0.2, 0.8)}, sum = zero_like(z);
  run<Game>(game, *make_method(name, game), z, 2000, [&](const GamePoint& p) { sum = sum + p; });
  const GamePoint average = (1.0 / 2000) * sum;
  return {duality_gap(payoff, z.x, z.y), duality_gap(payoff, average.x, average.y)};
}

TEST(MultiplicativeWeights, ConvergesOnAverageWhileTheLastIterateLeavesTheInterior) {
  const auto [last, average] = multiplicative_gaps("mwu");
  EXPECT_NEAR(last, 5.0, 0.05);
  EXPECT_NEAR(average, 0.070, 5e-4);
}

TEST(MultiplicativeWeights, OptimismMakesTheLastIterateConverge) {
  EXPECT_LT(multiplicative_gaps("omwu").first, 1e-14);
}

}  // namespace
}  // namespace saddle
