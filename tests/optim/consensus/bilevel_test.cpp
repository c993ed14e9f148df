// SPDX-License-Identifier: Apache-2.0
// Agents that solve a problem in two levels, against closed forms and against the serial method.
#include <saddle/optim/consensus/bilevel.h>

#include <gtest/gtest.h>

#include <saddle/optim/consensus/problems.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::VectorXd;

template <class Method>
class TwoLevels : public ::testing::Test {};
using TwoLevelMethods = ::testing::Types<Slam, DecentralizedSoba>;
TYPED_TEST_SUITE(TwoLevels, TwoLevelMethods);

TYPED_TEST(TwoLevels, FindsTheSolutionOfTheMeanOnEveryGraph) {
  for (const std::string graph : {"ring", "path", "star", "complete", "erdos-renyi"}) {
    DecentralizedBilevelOptions options;
    options.graph.graph = graph;
    auto solved = decentralized_bilevel(options, 1);
    TypeParam method({});
    const Result result =
        solve(*solved.network, method, solved.start, {.limit = 10000, .check_every = 50});
    EXPECT_EQ(result.status, Status::kConverged) << graph << ": " << result.message;
    EXPECT_LT(distance(solved.start, solved.solution), 1e-6) << graph;
    EXPECT_LT(distance_y(solved.start, solved.solution), 1e-6) << graph;
  }
}

TYPED_TEST(TwoLevels, GivesEachAgentItsOwnInnerProblem) {
  DecentralizedBilevelOptions options;
  options.shared = false;
  auto solved = decentralized_bilevel(options, 1);
  TypeParam method({});
  const Result result =
      solve(*solved.network, method, solved.start, {.limit = 10000, .check_every = 50});
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
  EXPECT_LT(distance(solved.start, solved.solution), 1e-6);
  EXPECT_LT(distance_y(solved.start, solved.solution), 1e-6);
  EXPECT_GT((solved.start[0].y - solved.start[1].y).norm(), 0.01);
}

TEST(DecentralizedSoba, TracksTheMeanOfAllThreeDirections) {
  auto solved = decentralized_bilevel({}, 3);
  DecentralizedSoba method({});
  for (int r = 0; r < 300; ++r) {
    method.step(*solved.network, solved.start);
    expect_tracks_the_mean(method.x_step());
    expect_tracks_the_mean(method.y_step());
    expect_tracks_the_mean(method.v_step());
  }
}

TEST(Slam, ItsConsensusMultipliersSumToZero) {
  auto solved = decentralized_bilevel({}, 3);
  Slam method({});
  for (int r = 0; r < 300; ++r) {
    method.step(*solved.network, solved.start);
    for (const ExtraStep* step : {&method.x_step(), &method.y_step(), &method.v_step()}) {
      EXPECT_LT(mean_of(step->multipliers()).norm(), 1e-12);
    }
  }
}

TEST(DecentralizedSoba, OnACompleteGraphItIsSobaOnTheMean) {
  DecentralizedBilevelOptions options;
  options.graph.graph = "complete";
  auto solved = decentralized_bilevel(options, 2);
  DecentralizedSoba::Options steps;
  steps.mixing.form = "atc";
  DecentralizedSoba method(steps);
  auto& network = *solved.network;
  VectorXd x = VectorXd::Zero(2), y = VectorXd::Zero(3), v = y;
  for (int r = 0; r < 300; ++r) {
    method.step(network, solved.start);
    VectorXd dx = VectorXd::Zero(2), dy = VectorXd::Zero(3), dv = dy;
    for (std::size_t k = 0; k < 5; ++k) {
      const Pair<VectorXd> outer = network[k].outer_gradient(x, y);
      dx += (outer.x - network[k].jacobian_xy(x, y, v)) / 5;
      dy += network[k].inner_gradient(x, y).y / 5;
      dv += (network[k].hessian_yy(x, y, v) - outer.y) / 5;
    }
    x -= 0.05 * dx;
    y -= 0.1 * dy;
    v -= 0.1 * dv;
    for (const auto& own : solved.start) {
      ASSERT_LT((own.x - x).norm(), 1e-12) << "round " << r;
      ASSERT_LT((own.y - y).norm(), 1e-12) << "round " << r;
    }
  }
}

TYPED_TEST(TwoLevels, DivergesWhereTheInnerStepIsTooLong) {
  auto solved = decentralized_bilevel({}, 2);
  TypeParam method({.step_x = 0.05, .step_y = 3, .exponent = 0, .mixing = {}});
  const Result result = solve(*solved.network, method, solved.start, {.limit = 2000});
  EXPECT_EQ(result.status, Status::kDiverged) << result.message;
}

}  // namespace
}  // namespace saddle
