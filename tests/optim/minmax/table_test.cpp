// SPDX-License-Identifier: Apache-2.0
// Every method on every game: what theory says of the pair, and that it is so.
#include <map>

#include <gtest/gtest.h>

#include "run.h"

namespace saddle {
namespace {

struct Cell {
  enum Outcome { kConverges, kCircles, kDiverges, kRefuses } outcome;
  std::int64_t steps = 0;  ///< to converge within, or to circle for
  double bound = 1e-8;     ///< the residual reached, or never reached in the second half
};

constexpr Cell converges(std::int64_t steps, double tolerance = 1e-8) {
  return {Cell::kConverges, steps, tolerance};
}
constexpr Cell circles(double distance) { return {Cell::kCircles, 6000, distance}; }
constexpr Cell kDiverges{Cell::kDiverges, 20000};
constexpr Cell kRefuses{Cell::kRefuses};

/// A zeroth-order estimate at distance μ = 10⁻³ is off by that much.
constexpr double kBlind = 1e-3;

using Row = std::map<std::string, Cell>;

const std::map<std::string, Row>& table() {
  static const std::map<std::string, Row> rows{
      // A rotation without contraction: looking ahead, smoothing and forgetting converge; steps
      // that follow the rotation leave it at once, alternating or shrinking ones stay on it.
      {"bilinear",
       {{"gda", kDiverges},
        {"agda", circles(1)},
        {"two-timescale-gda", kDiverges},
        {"multi-step-gda", circles(0.9)},
        {"extragradient", converges(4000)},
        {"ogda", converges(4000)},
        {"proximal-point", converges(100)},
        {"smoothed-agda", converges(4000)},
        {"hibsa", converges(400)},
        {"perturbed-smoothed-agda", converges(4000)},
        {"tiada", circles(0.2)},
        {"adagrad-gda", circles(0.5)},
        {"zo-minmax", circles(1)},
        {"mwu", kRefuses},
        {"omwu", kRefuses}}},
      // Strongly convex-concave: all converge, linearly.
      {"quadratic-saddle",
       {{"gda", converges(2000)},
        {"agda", converges(2000)},
        {"two-timescale-gda", converges(8000)},
        {"multi-step-gda", converges(2000)},
        {"extragradient", converges(1000)},
        {"ogda", converges(1000)},
        {"proximal-point", converges(100)},
        {"smoothed-agda", converges(3000)},
        {"hibsa", converges(2000)},
        {"perturbed-smoothed-agda", converges(3000)},
        {"tiada", converges(20000, 1e-6)},
        {"adagrad-gda", converges(10000)},
        {"zo-minmax", converges(10000, kBlind)},
        {"mwu", kRefuses},
        {"omwu", kRefuses}}},
      // Nonconvex, concave without curvature: only what smooths or forgets is sure to end; an
      // implicit step does where η σ² outweighs the negative curvature.
      {"nc-c-box",
       {{"gda", circles(0.6)},
        {"agda", circles(0.6)},
        {"two-timescale-gda", circles(0.2)},
        {"multi-step-gda", circles(0.2)},
        {"extragradient", circles(0.6)},
        {"ogda", circles(0.6)},
        {"proximal-point", converges(100)},
        {"smoothed-agda", converges(6000)},
        {"hibsa", converges(400)},
        {"perturbed-smoothed-agda", converges(4000)},
        {"tiada", circles(0.2)},
        {"adagrad-gda", circles(0.5)},
        {"zo-minmax", circles(0.5)},
        {"mwu", kRefuses},
        {"omwu", kRefuses}}},
      // Nonconvex, strongly concave: all converge to a stationary point of max_y f.
      {"quartic",
       {{"gda", converges(1000)},
        {"agda", converges(1000)},
        {"two-timescale-gda", converges(2000)},
        {"multi-step-gda", converges(1000)},
        {"extragradient", converges(1000)},
        {"ogda", converges(1000)},
        {"proximal-point", converges(100)},
        {"smoothed-agda", converges(1000)},
        {"hibsa", converges(1000)},
        {"perturbed-smoothed-agda", converges(1000)},
        {"tiada", converges(100)},
        {"adagrad-gda", converges(100)},
        {"zo-minmax", converges(4000, kBlind)},
        {"mwu", kRefuses},
        {"omwu", kRefuses}}},
      // A finite maximum of nonconvex functions: from its start all leave the kink for a minimum,
      // where one of the functions is the larger by a margin.
      {"finite-maximum",
       {{"gda", converges(1000)},
        {"agda", converges(1000)},
        {"two-timescale-gda", converges(4000)},
        {"multi-step-gda", converges(1000)},
        {"extragradient", converges(1000)},
        {"ogda", converges(1000)},
        {"proximal-point", converges(100)},
        {"smoothed-agda", converges(2000)},
        {"hibsa", converges(1000)},
        {"perturbed-smoothed-agda", converges(2000)},
        {"tiada", converges(1000)},
        {"adagrad-gda", converges(1000)},
        {"zo-minmax", converges(4000, kBlind)},
        {"mwu", kRefuses},
        {"omwu", kRefuses}}},
      // Mixed strategies with an equilibrium inside: bilinear again, on sets that are bounded.
      {"matrix-game",
       {{"gda", circles(0.5)},
        {"agda", circles(0.5)},
        {"two-timescale-gda", circles(0.5)},
        {"multi-step-gda", circles(0.5)},
        {"extragradient", converges(1000)},
        {"ogda", converges(1000)},
        {"proximal-point", converges(100)},
        {"smoothed-agda", converges(2000)},
        {"hibsa", converges(1000)},
        {"perturbed-smoothed-agda", converges(2000)},
        {"tiada", circles(0.5)},
        {"adagrad-gda", circles(0.5)},
        {"zo-minmax", circles(0.1)},
        {"mwu", circles(0.5)},
        {"omwu", converges(1000)}}},
      // −4 < 0 of curvature in x against −1 in y: with one step for both the solution repels, and
      // with a minimiser ten times slower, or steps that find that out, it attracts.
      {"tiada-quadratic",
       {{"gda", kDiverges},
        {"agda", converges(1000)},
        {"two-timescale-gda", converges(1000)},
        {"multi-step-gda", converges(1000)},
        {"extragradient", kDiverges},
        {"ogda", kDiverges},
        {"proximal-point", kDiverges},
        {"smoothed-agda", converges(4000)},
        {"hibsa", converges(1000)},
        {"perturbed-smoothed-agda", converges(4000)},
        {"tiada", converges(4000)},
        {"adagrad-gda", circles(10)},
        {"zo-minmax", converges(4000, 0.01)},
        {"mwu", kRefuses},
        {"omwu", kRefuses}}},
      // Nonconvex, nonconcave: no theory promises an end. The solution attracts from nearby, and
      // descent-ascent with equal small steps finds the limit cycle about it first.
      {"nc-nc-box",
       {{"gda", circles(0.8)},
        {"agda", circles(0.8)},
        {"two-timescale-gda", converges(2000)},
        {"multi-step-gda", converges(1000)},
        {"extragradient", converges(1000)},
        {"ogda", converges(1000)},
        {"proximal-point", converges(100)},
        {"smoothed-agda", converges(1000)},
        {"hibsa", converges(1000)},
        {"perturbed-smoothed-agda", converges(1000)},
        {"tiada", converges(1000)},
        {"adagrad-gda", converges(2000)},
        {"zo-minmax", converges(4000, kBlind)},
        {"mwu", kRefuses},
        {"omwu", kRefuses}}},
  };
  return rows;
}

class EveryGame : public testing::TestWithParam<std::string> {};

TEST_P(EveryGame, EndsWithEachMethodAsTheorySays) {
  ASSERT_TRUE(table().contains(GetParam()));
  const Row& row = table().at(GetParam());
  const auto& presets = games().problems.at(GetParam()).presets;
  for (const std::string& name : games().methods.names()) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(row.contains(name));
    const Cell& cell = row.at(name);
    const Instance<Game> at = make_game(GetParam());
    const auto preset = presets.find(name);
    const auto method =
        make_method(name, *at.problem, preset == presets.end() ? Preset{} : preset->second);
    GamePoint z = at.start;
    if (cell.outcome == Cell::kRefuses) {
      EXPECT_THROW((void)solve(*at.problem, *method, z), Error);
      EXPECT_TRUE(all_finite(z));
      continue;
    }
    const bool converging = cell.outcome == Cell::kConverges;
    double least = 1e300;
    const auto observer = [&](std::int64_t step, const GamePoint&, double residual) {
      if (step >= cell.steps / 2) least = std::min(least, residual);
      return true;
    };
    const SolveOptions options{
        .tolerance = converging ? cell.bound : 1e-12, .limit = cell.steps, .divergence = 1e6};
    const Result result = solve(*at.problem, *method, z, options, observer);
    EXPECT_TRUE(all_finite(z));
    EXPECT_TRUE(std::isfinite(result.residual));
    switch (cell.outcome) {
      case Cell::kConverges:
        EXPECT_EQ(result.status, Status::kConverged) << result.message;
        break;
      case Cell::kCircles:
        EXPECT_EQ(result.status, Status::kLimit) << result.message;
        EXPECT_GT(least, cell.bound);
        break;
      default:
        EXPECT_EQ(result.status, Status::kDiverged) << result.message;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(MinMax, EveryGame, testing::ValuesIn(games().problems.names()),
                         [](const testing::TestParamInfo<std::string>& game) {
                           std::string name = game.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace saddle
