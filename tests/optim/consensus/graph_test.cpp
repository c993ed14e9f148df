// SPDX-License-Identifier: Apache-2.0
// Graphs and weights, against closed forms of their spectral gaps.
#include <saddle/optim/consensus/graph.h>

#include <cmath>
#include <limits>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/optim/consensus/local_communicator.h>
#include <saddle/optim/consensus/mixing.h>
#include <saddle/optim/linear_algebra.h>
#include "run.h"

namespace saddle {
namespace {

using Eigen::Matrix2d;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

GraphOptions options_of(const std::string& graph, std::int64_t agents) {
  GraphOptions options;
  options.graph = graph;
  options.agents = agents;
  return options;
}

double metropolis_gap(const std::string& graph, int agents) {
  return spectral_gap(make_weights(options_of(graph, agents), 0));
}

TEST(Graph, SpectralGapsOfMetropolisWeightsAreThePublishedOnes) {
  EXPECT_NEAR(metropolis_gap("ring", 5), 0.460655, 5e-7);
  EXPECT_NEAR(metropolis_gap("ring", 10), 0.127322, 5e-7);
  EXPECT_NEAR(metropolis_gap("ring", 16), 0.050747, 5e-7);
  EXPECT_NEAR(metropolis_gap("path", 10), 0.032629, 5e-7);
  EXPECT_NEAR(metropolis_gap("star", 5), 0.2, 1e-12);
  EXPECT_NEAR(metropolis_gap("star", 10), 0.1, 1e-12);
  EXPECT_NEAR(metropolis_gap("complete", 5), 1, 1e-12);
  EXPECT_NEAR(metropolis_gap("torus", 9), 0.6, 1e-12);
  EXPECT_NEAR(metropolis_gap("torus", 16), 0.4, 1e-12);
}

TEST(Graph, RingsAndStarsHaveTheirClosedForms) {
  for (const int n : {5, 8, 13, 30}) {
    const double angle = 2 * std::numbers::pi / n;
    EXPECT_NEAR(1 - metropolis_gap("ring", n), 1.0 / 3 + 2.0 / 3 * std::cos(angle), 1e-12) << n;
    EXPECT_NEAR(1 - metropolis_gap("star", n), 1 - 1.0 / n, 1e-12) << n;
  }
}

TEST(Graph, EveryGraphHasItsDegrees) {
  const auto degrees = [](const Graph& graph) {
    std::vector<int> all;
    for (int i = 0; i < graph.agents(); ++i) all.push_back(graph.degree(i));
    return all;
  };
  EXPECT_EQ(degrees(ring_graph(4)), (std::vector<int>{2, 2, 2, 2}));
  EXPECT_EQ(degrees(path_graph(4)), (std::vector<int>{1, 2, 2, 1}));
  EXPECT_EQ(degrees(star_graph(4)), (std::vector<int>{3, 1, 1, 1}));
  EXPECT_EQ(degrees(complete_graph(4)), (std::vector<int>{3, 3, 3, 3}));
  EXPECT_EQ(degrees(torus_graph(3, 4)), std::vector<int>(12, 4));
  EXPECT_EQ(degrees(torus_graph(2, 2)), std::vector<int>(4, 2));  // both ways round are one edge
  EXPECT_EQ(degrees(ring_graph(2)), (std::vector<int>{1, 1}));
  EXPECT_EQ(degrees(ring_graph(1)), (std::vector<int>{0}));
  EXPECT_EQ(torus_graph(3, 4).neighbours(0), (std::vector<int>{1, 3, 4, 8}));
}

TEST(Graph, EveryKindOfWeightsIsSymmetricDoublyStochasticAndMixes) {
  for (const auto& [graph, agents] : std::vector<std::pair<std::string, int>>{{"ring", 5},
                                                                              {"path", 6},
                                                                              {"star", 7},
                                                                              {"complete", 4},
                                                                              {"torus", 12},
                                                                              {"erdos-renyi", 12},
                                                                              {"ring", 1},
                                                                              {"ring", 2}}) {
    for (const std::string kind : {"metropolis", "max-degree", "laplacian"}) {
      for (const bool lazy : {false, true}) {
        GraphOptions options = options_of(graph, agents);
        options.weights = kind;
        options.lazy = lazy;
        const MatrixXd w = make_weights(options, 3);
        SCOPED_TRACE(concat(graph, " of ", agents, " with ", kind, " weights"));
        EXPECT_NO_THROW(check_weights(w));
        EXPECT_LT((w.colwise().sum() - VectorXd::Ones(agents).transpose()).norm(), 1e-12);
        EXPECT_LT((w - w.transpose()).norm(), 1e-15);
        if (lazy) {
          EXPECT_GE(eigenvalues(w).minCoeff(), -1e-12);
        }
        // Nothing travels but along edges.
        const Graph edges = make_graph(options, 3);
        for (int i = 0; i < agents; ++i) {
          EXPECT_EQ((w.row(i).array() != 0).count() - (w(i, i) != 0), edges.degree(i));
        }
      }
    }
  }
}

TEST(Graph, TheLaplacianStepOfTheLargestGapIsNotBeaten) {
  const Graph graph = star_graph(6);  // eigenvalues 0, 1, …, 1, 6, so a = 2/7 and the gap is 2/7
  EXPECT_NEAR(spectral_gap(laplacian_weights(graph)), 2.0 / 7, 1e-12);
  for (const double a : {0.2, 0.28, 0.29, 0.33}) {
    EXPECT_LE(spectral_gap(laplacian_weights(graph, a)), 2.0 / 7 + 1e-12);
  }
  for (const double a : {0.0, -0.1, 2.0 / 6, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THAT([&] { (void)laplacian_weights(graph, a); },
                ThrowsMessage<Error>(HasSubstr("of Laplacian weights is outside (0, 0.33")));
  }
}

TEST(Graph, RandomGraphsAreConnectedAndComeFromTheirSeed) {
  int edges = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Graph graph = erdos_renyi_graph(12, 0.4, seed);
    EXPECT_TRUE(graph.connected());
    EXPECT_EQ(graph.laplacian(), erdos_renyi_graph(12, 0.4, seed).laplacian());
    edges += static_cast<int>(graph.laplacian().trace()) / 2;
  }
  // 66 pairs in each of 20 graphs: 528 edges on average, with deviation 18, a little more for
  // being connected.
  EXPECT_NEAR(edges, 528, 60);
  EXPECT_NE(erdos_renyi_graph(12, 0.4, 0).laplacian(), erdos_renyi_graph(12, 0.4, 1).laplacian());
  EXPECT_THAT([] { (void)erdos_renyi_graph(40, 0.01, 0); },
              ThrowsMessage<Error>(HasSubstr("raise the density")));
}

TEST(Graph, BadGraphsAreErrors) {
  EXPECT_THAT([] { Graph(0, {}); }, ThrowsMessage<Error>(HasSubstr("0 agents")));
  EXPECT_THAT(
      [] {
        Graph(3, {{0, 3}});
      },
      ThrowsMessage<Error>(HasSubstr("the edge from agent 0 to agent 3")));
  EXPECT_THAT([] { Graph(3, {{1, 1}}); }, ThrowsMessage<Error>(HasSubstr("two different ones")));
  EXPECT_THAT([] { (void)make_graph(options_of("rin", 5), 0); },
              ThrowsMessage<Error>(HasSubstr("unknown graph 'rin'; did you mean 'ring'?")));
  EXPECT_THAT([] { (void)make_graph(options_of("torus", 7), 0); },
              ThrowsMessage<Error>(HasSubstr("a torus of 1 by 7 agents is none")));
  GraphOptions options;
  options.weights = "equal";
  EXPECT_THAT([&] { (void)make_weights(options, 0); },
              ThrowsMessage<Error>(HasSubstr("unknown weights 'equal'")));
}

TEST(Graph, BadWeightsAreErrors) {
  const auto says = [](const MatrixXd& weights, const std::string& words) {
    EXPECT_THAT([&] { check_weights(weights); }, ThrowsMessage<Error>(HasSubstr(words)));
  };
  MatrixXd w = metropolis_weights(ring_graph(5));
  says(w.topRows(3), "weights of shape 3 by 5");
  says(MatrixXd(0, 0), "weights of shape 0 by 0");
  w(2, 3) = std::numeric_limits<double>::quiet_NaN();
  says(w, "the weight of agent 3 for agent 2 is nan");
  w(2, 3) = 0.3;
  says(w, "agent 2 weighs agent 3 by 0.3 but agent 3 weighs agent 2 by 0.33");
  w(3, 2) = 0.3;
  says(w, "the weights of agent 2 sum to 0.96");
  says(MatrixXd::Identity(2, 2), "not connected");
  const Matrix2d swap = Matrix2d::Ones() - Matrix2d::Identity();
  says(swap, "make them lazy");  // agents that only swap what they have never agree
  EXPECT_NO_THROW(check_weights(lazy_weights(swap)));
  // Equal weights of neighbours on an irregular graph, the popular mistake.
  MatrixXd equal = MatrixXd::Zero(3, 3);
  equal << 0.5, 0.5, 0, 1.0 / 3, 1.0 / 3, 1.0 / 3, 0, 0.5, 0.5;
  says(equal, "weights must be symmetric");
}

TEST(Gossip, FindsTheMeanAtTheSpectralRate) {
  for (const std::string graph : {"ring", "star", "path"}) {
    const MatrixXd w = make_weights(options_of(graph, 10), 0);
    Mixing mixing(std::make_shared<LocalCommunicator>(10), w);
    Rng rng(5);
    AgentVectors own;
    for (int i = 0; i < 10; ++i)
      own.push_back(VectorSpace<VectorXd>::normal_like(VectorXd(3), rng));
    const VectorXd mean = mean_of(own);
    const auto error = [&](const AgentVectors& x) {
      double squares = 0;
      for (const VectorXd& v : x) squares += (v - mean).squaredNorm();
      return std::sqrt(squares);
    };
    const double early = error(gossip(mixing, own, 100)), late = error(gossip(mixing, own, 101));
    EXPECT_LE(early, std::pow(mixing_rate(w), 100) * error(own) * (1 + 1e-9)) << graph;
    if (graph != "star") {
      EXPECT_NEAR(late / early, mixing_rate(w), 1e-2) << graph;
    }
    EXPECT_LT((mean_of(gossip(mixing, own, 200)) - mean).norm(), 1e-12);
  }
}

TEST(Gossip, OnACompleteGraphOneRoundIsEnough) {
  Mixing mixing(std::make_shared<LocalCommunicator>(4), metropolis_weights(complete_graph(4)));
  const AgentVectors own{VectorXd::Constant(1, 1), VectorXd::Constant(1, 2),
                         VectorXd::Constant(1, 6), VectorXd::Constant(1, -1)};
  for (const VectorXd& x : gossip(mixing, own, 1)) EXPECT_NEAR(x[0], 2, 1e-15);
  EXPECT_EQ(gossip(mixing, own, 0), own);
}

}  // namespace
}  // namespace saddle
