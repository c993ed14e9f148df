// SPDX-License-Identifier: Apache-2.0
// Agents that minimise the mean of their objectives: five parabolas on a ring, f_i = ½ a_i(x −
// b_i)² with a = (1, …, 5), b = (1, −1, 2, 0, 3), whose optimum is 4/3.
#include <saddle/optim/consensus/descent.h>

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/optim/consensus/local_communicator.h>
#include <saddle/optim/consensus/problems.h>
#include <saddle/optim/constraint/method.h>
#include <saddle/optim/constraint/none.h>
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/problems/constrained.h>
#include "half_planes.h"
#include "run.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const VectorXd kA = (VectorXd(5) << 1, 2, 3, 4, 5).finished();
const VectorXd kB = (VectorXd(5) << 1, -1, 2, 0, 3).finished();

auto parabolas(const std::string& graph = "ring") {
  DecentralizedQuadraticOptions options;
  options.graph.graph = graph;
  return decentralized_quadratic(options, 0);
}

VectorXd stacked(const ConstrainedNetwork::Point& z) {
  VectorXd x(static_cast<Eigen::Index>(z.size()));
  for (std::size_t k = 0; k < z.size(); ++k) x[static_cast<Eigen::Index>(k)] = z[k].x[0];
  return x;
}

double largest_error(const ConstrainedNetwork::Point& z) {
  return (stacked(z).array() - 4.0 / 3).abs().maxCoeff();
}

template <class Method>
void steps(Method& method, SolvedNetwork<ConstrainedProblem<VectorXd>>& solved, int count) {
  for (int r = 0; r < count; ++r) method.step(*solved.network, solved.start);
}

TEST(Dgd, StopsAtTheClosedFormOfItsBias) {
  const MatrixXd w = metropolis_weights(ring_graph(5));
  const MatrixXd eye = MatrixXd::Identity(5, 5);
  for (const auto& [alpha, error] : {std::pair{0.05, 0.3744}, std::pair{0.01, 0.0936}}) {
    auto solved = parabolas();
    Dgd method({.step = alpha, .exponent = 0, .mixing = {}});
    steps(method, solved, 5000);
    const MatrixXd system = eye - w + alpha * MatrixXd(kA.asDiagonal());
    const VectorXd limit = solve_regular(system, VectorXd(alpha * kA.cwiseProduct(kB)));
    EXPECT_LT((stacked(solved.start) - limit).norm(), 1e-10);
    EXPECT_NEAR(largest_error(solved.start), error, 5e-5);
    if (alpha == 0.05) {
      VectorXd published(5);
      published << 1.317858, 0.975657, 1.226154, 1.128420, 1.707737;
      EXPECT_LT((stacked(solved.start) - published).cwiseAbs().maxCoeff(), 5e-7);
    }
  }
}

TEST(Dgd, StepsThatFallReachTheOptimumSlowly) {
  auto solved = parabolas();
  Dgd method({.step = 0.05, .exponent = -0.5, .mixing = {}});
  steps(method, solved, 1000);
  const double early = largest_error(solved.start);
  steps(method, solved, 9000);
  // The bias is of the order of the step, which has fallen by √10.
  EXPECT_NEAR(std::log10(early / largest_error(solved.start)), 0.5, 0.03);
}

TEST(GradientTracking, ReachesTheOptimumToRoundOff) {
  auto solved = parabolas();
  GradientTracking method({});
  int reached = 0;
  for (int r = 1; r <= 2000; ++r) {
    method.step(*solved.network, solved.start);
    expect_tracks_the_mean(method.mixing_step());
    if (reached == 0 && largest_error(solved.start) < 1e-8) reached = r;
  }
  EXPECT_EQ(reached, 111);  // the 110 of a count from 0
  EXPECT_LT(largest_error(solved.start), 1e-15);
}

TEST(GradientTracking, AdaptThenCombineReachesItToo) {
  for (const std::string graph : {"ring", "path", "star", "complete"}) {
    auto solved = parabolas(graph);
    GradientTracking method({.step = 0.05, .exponent = 0, .mixing = {.form = "atc"}});
    for (int r = 1; r <= 2000; ++r) {
      method.step(*solved.network, solved.start);
      expect_tracks_the_mean(method.mixing_step());
    }
    EXPECT_LT(largest_error(solved.start), 1e-14) << graph;
  }
  EXPECT_THAT([] { GradientTracking({.step = 1, .exponent = 0, .mixing = {.form = "act"}}); },
              ThrowsMessage<Error>(HasSubstr("unknown form 'act'")));
}

TEST(GradientTracking, ATrackerThatStartsAtZeroFreezesTheMean) {
  // The mistake that the class does not make: v = 0 at the start, and differences from then on.
  const MatrixXd w = metropolis_weights(ring_graph(5));
  VectorXd x = VectorXd::Zero(5), v = VectorXd::Zero(5);
  VectorXd gradient = kA.cwiseProduct(x - kB);
  for (int r = 0; r < 3000; ++r) {
    x = w * x - 0.05 * v;
    const VectorXd next = kA.cwiseProduct(x - kB);
    v = w * v + next - gradient;
    gradient = next;
    ASSERT_NEAR(x.mean(), 0, 1e-12) << "round " << r;
  }
  EXPECT_LT(x.norm(), 1e-10);  // where it began, and not 4/3
}

TEST(GradientTracking, OnACompleteGraphItIsGradientDescent) {
  auto solved = parabolas("complete");
  GradientTracking method({.step = 0.05, .exponent = 0, .mixing = {.form = "atc"}});
  QuadraticProgram mean({.q = MatrixXd::Constant(1, 1, kA.mean()),
                         .c = VectorXd::Constant(1, -kA.dot(kB) / 5),
                         .a = {},
                         .b = {},
                         .e_matrix = {},
                         .e = {}});
  RuleMethod<VectorXd> serial(
      std::make_unique<None>(0, None::Options{}),
      std::make_unique<GradientStep<VectorXd>>(PowerSchedule{.scale = 0.05, .exponent = 0}));
  Pair<VectorXd> z{VectorXd::Zero(1), VectorXd(0)};
  for (int r = 0; r < 200; ++r) {
    method.step(*solved.network, solved.start);
    serial.step(mean, z);
    for (const auto& own : solved.start) ASSERT_NEAR(own.x[0], z.x[0], 1e-12) << "round " << r;
  }
}

TEST(GradientTracking, NegativeEigenvaluesOfTheWeightsCostStepLength) {
  // A torus of 16 has one at −0.6: the step that serves a ring diverges until the weights are lazy.
  DecentralizedQuadraticOptions options;
  options.graph.graph = "torus";
  options.graph.agents = 16;
  for (const bool lazy : {false, true}) {
    options.graph.lazy = lazy;
    auto solved = decentralized_quadratic(options, 0);
    GradientTracking method({});
    const Result result = solve(*solved.network, method, solved.start, {.limit = 3000});
    EXPECT_EQ(result.status, lazy ? Status::kConverged : Status::kDiverged) << result.message;
  }
}

TEST(Extra, IsTheTwoStepRecursionOfItsPaper) {
  auto solved = parabolas();
  Extra method({});
  const MatrixXd w = metropolis_weights(ring_graph(5)), eye = MatrixXd::Identity(5, 5);
  const auto gradient = [&](const VectorXd& x) { return VectorXd(kA.cwiseProduct(x - kB)); };
  VectorXd before = VectorXd::Zero(5), x = w * before - 0.05 * gradient(before);
  method.step(*solved.network, solved.start);
  for (int r = 1; r < 300; ++r) {
    ASSERT_LT((stacked(solved.start) - x).norm(), 1e-12) << "round " << r;
    ASSERT_LT(mean_of(method.mixing_step().multipliers()).norm(), 1e-12);
    const VectorXd next =
        (eye + w) * x - 0.5 * (eye + w) * before - 0.05 * (gradient(x) - gradient(before));
    before = std::exchange(x, next);
    method.step(*solved.network, solved.start);
  }
  EXPECT_LT(largest_error(solved.start), 1e-14);
}

/// A parabola about b on [−1, 1].
struct Bounded final : ConstrainedProblem<VectorXd> {
  explicit Bounded(double center) : b(center) {}
  int inequalities() const override { return 0; }
  ConstrainedValues values(const VectorXd& x) override {
    return {0.5 * (x[0] - b) * (x[0] - b), VectorXd(0)};
  }
  VectorXd gradient(const VectorXd& x, const GradientWeights& w) override {
    return VectorXd::Constant(1, w.objective * (x[0] - b));
  }
  VectorXd project(const VectorXd& x) const override { return x.cwiseMax(-1).cwiseMin(1); }
  double b;
};

TEST(NetworkDescent, StaysInTheSetOfX) {
  // The mean of b is 2, so that the optimum is on the border, at 1.
  const auto expect_border = [](auto& method) {
    std::vector<std::unique_ptr<ConstrainedProblem<VectorXd>>> agents;
    for (const double b : {-1.0, 2.0, 5.0}) agents.push_back(std::make_unique<Bounded>(b));
    ConstrainedNetwork network(std::move(agents), Mixing(std::make_shared<LocalCommunicator>(3),
                                                         metropolis_weights(path_graph(3))));
    ConstrainedNetwork::Point z(3, {VectorXd::Zero(1), VectorXd(0)});
    const Result result = solve(network, method, z, {.limit = 3000});
    EXPECT_EQ(result.status, Status::kConverged) << result.message;
    for (const auto& own : z) EXPECT_NEAR(own.x[0], 1, 1e-7);
  };
  Extra extra({.step = 0.1, .exponent = 0, .mixing = {}});
  expect_border(extra);
  GradientTracking tracking({.step = 0.1, .exponent = 0, .mixing = {}});
  expect_border(tracking);
}

TEST(NetworkDescent, RefusesConstraintsThatItCannotKeep) {
  auto solved = oracle_network();
  GradientTracking method({});
  EXPECT_THAT([&] { method.step(*solved.network, solved.start); },
              ThrowsMessage<Error>(HasSubstr("agent 0 has 1 constraints, which this method cannot "
                                             "keep; use safe-dec-pg")));
}

TEST(Gnsd, StepsThatFallAverageTheNoiseOfMinibatchesAway) {
  // Minibatches of 4 of 40 points: a constant step hovers, steps α/√r come nearer.
  DecentralizedLogisticOptions options;
  options.batch = 4;
  const auto final_residual = [&](double step, double exponent) {
    auto solved = decentralized_logistic(options, 2);
    GradientTracking method({.step = step, .exponent = exponent, .mixing = {}});
    double sum = 0;
    for (int r = 1; r <= 4000; ++r) {
      method.step(*solved.network, solved.start);
      expect_tracks_the_mean(method.mixing_step());
      if (r % 100 == 0 && r > 3000) {
        solved.network->resample(0);
        sum += residual_of(*solved.network, solved.start) / 10;
      }
    }
    return sum;
  };
  const double constant = final_residual(0.2, 0), falling = final_residual(0.2, -0.5);
  EXPECT_GT(constant, 0.03);
  EXPECT_LT(falling, constant / 3);
}

}  // namespace
}  // namespace saddle
