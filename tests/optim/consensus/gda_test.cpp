// SPDX-License-Identifier: Apache-2.0
// Agents that play a game, against closed forms and against the serial method.
#include <saddle/optim/consensus/gda.h>

#include <gtest/gtest.h>

#include <saddle/optim/consensus/local_communicator.h>
#include <saddle/optim/consensus/problems.h>
#include <saddle/optim/problems/games.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

TEST(DecentralizedGda, FindsTheSaddleOfTheMeanGame) {
  for (const std::string form : {"cta", "atc"}) {
    DecentralizedSaddleOptions options;
    auto solved = decentralized_saddle(options, 1);
    DecentralizedGda::Options steps;
    steps.mixing.form = form;
    DecentralizedGda method(steps);
    for (int r = 0; r < 1500; ++r) {
      method.step(*solved.network, solved.start);
      expect_tracks_the_mean(method.x_step());
      expect_tracks_the_mean(method.y_step());
    }
    EXPECT_LT(distance(solved.start, solved.solution), 1e-10) << form;
    EXPECT_LT(distance_y(solved.start, solved.solution), 1e-10) << form;
  }
}

TEST(DecentralizedGda, GivesEachAgentItsOwnAdversary) {
  DecentralizedSaddleOptions options;
  options.shared = false;
  auto solved = decentralized_saddle(options, 1);
  DecentralizedGda method({});
  const Result result = solve(*solved.network, method, solved.start, {.limit = 3000});
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
  EXPECT_LT(distance(solved.start, solved.solution), 1e-7);
  EXPECT_LT(distance_y(solved.start, solved.solution), 1e-7);
  EXPECT_TRUE(method.y_step().tracker().empty());
  // The adversaries differ, which is what makes it another problem.
  EXPECT_GT((solved.start[0].y - solved.start[1].y).norm(), 0.1);
}

TEST(DecentralizedGda, OnACompleteGraphItIsSimultaneousDescentAscentOnTheMean) {
  DecentralizedSaddleOptions options;
  options.graph.graph = "complete";
  auto solved = decentralized_saddle(options, 2);
  DecentralizedGda::Options steps;
  steps.step_x = 0.03;
  steps.mixing.form = "atc";
  DecentralizedGda method(steps);
  auto& network = *solved.network;
  VectorXd x = solved.start[0].x, y = solved.start[0].y;
  for (int r = 0; r < 300; ++r) {
    method.step(network, solved.start);
    VectorXd gx = VectorXd::Zero(3), gy = VectorXd::Zero(2);
    for (std::size_t k = 0; k < 5; ++k) {
      gx += network[k].gradient_x(x, y) / 5;
      gy += network[k].gradient_y(x, y) / 5;
    }
    x -= 0.03 * gx;
    y += 0.05 * gy;
    for (const auto& own : solved.start) {
      ASSERT_LT((own.x - x).norm(), 1e-12) << "round " << r;
      ASSERT_LT((own.y - y).norm(), 1e-12) << "round " << r;
    }
  }
}

TEST(DecentralizedGda, SpiralsAwayFromTheSaddleOfABilinearGame) {
  // Each agent's game is xy, so that from equal points it is descent-ascent, which grows by
  // √(1 + η²) a step.
  std::vector<std::unique_ptr<MinMaxProblem<VectorXd>>> agents;
  for (int i = 0; i < 3; ++i) {
    agents.push_back(std::make_unique<BilinearGame>(MatrixXd::Identity(1, 1)));
  }
  MinMaxNetwork network(
      std::move(agents),
      Mixing(std::make_shared<LocalCommunicator>(3), metropolis_weights(path_graph(3))), true);
  MinMaxNetwork::Point z(3, {VectorXd::Ones(1), VectorXd::Zero(1)});
  DecentralizedGda::Options steps;
  steps.step_x = steps.step_y = 0.1;
  DecentralizedGda method(steps);
  for (int r = 0; r < 1000; ++r) method.step(network, z);
  EXPECT_NEAR(std::log(euclidean_norm(z[0])), 500 * std::log(1.01), 1e-9);
}

/// x y − ½ y² on |y| ≤ 1, moved by the agent's offset in x.
struct Offset final : MinMaxProblem<VectorXd> {
  explicit Offset(double offset) : a(offset) {}
  double value(const VectorXd& x, const VectorXd& y) override {
    return (x[0] - a) * y[0] - 0.5 * y[0] * y[0];
  }
  VectorXd gradient_x(const VectorXd&, const VectorXd& y) override { return y; }
  VectorXd gradient_y(const VectorXd& x, const VectorXd& y) override {
    return VectorXd::Constant(1, x[0] - a - y[0]);
  }
  VectorXd project_y(const VectorXd& y) const override { return y.cwiseMax(-1).cwiseMin(1); }
  double a;
};

TEST(DecentralizedGda, ProjectsTheAdversaries) {
  // (1/n) Σ max_y f_i is the mean Huber loss of x − a_i: for a = (0, 0, 9) its minimum is where the
  // slopes x, x and −1 cancel, x = ½.
  std::vector<std::unique_ptr<MinMaxProblem<VectorXd>>> agents;
  for (const double a : {0.0, 0.0, 9.0}) agents.push_back(std::make_unique<Offset>(a));
  MinMaxNetwork network(std::move(agents), Mixing(std::make_shared<LocalCommunicator>(3),
                                                  metropolis_weights(path_graph(3))));
  MinMaxNetwork::Point z(3, {VectorXd::Zero(1), VectorXd::Zero(1)});
  DecentralizedGda::Options steps;
  steps.step_y = 0.2;
  DecentralizedGda method(steps);
  const Result result = solve(network, method, z, {.limit = 5000});
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
  EXPECT_NEAR(z[0].x[0], 0.5, 1e-7);
  EXPECT_EQ(z[2].y[0], -1);
}

}  // namespace
}  // namespace saddle
