// SPDX-License-Identifier: Apache-2.0
// Problems of agents: gradients against differences, solutions against their own residuals.
#include <saddle/optim/consensus/problems.h>

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/optim/consensus/local_communicator.h>
#include <saddle/optim/gradient_check.h>
#include <saddle/optim/linear_algebra.h>
#include "half_planes.h"
#include "run.h"

namespace saddle {
namespace {

using Eigen::VectorXd;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

VectorXd somewhere(Eigen::Index size, std::uint64_t seed) {
  Rng rng(seed);
  return VectorSpace<VectorXd>::normal_like(VectorXd(size), rng);
}

/// `check` for five seeds, with agents on a ring.
template <class Make, class Check>
void for_seeds(Make make, Check check) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    SCOPED_TRACE(concat("seed ", seed));
    auto solved = make(seed);
    check(solved);
  }
}

/// At the solution nothing is left, and at the start something is.
template <class Local>
void expect_solved(SolvedNetwork<Local>& solved) {
  EXPECT_LT(residual_of(*solved.network, solved.solution), 1e-9);
  EXPECT_GT(residual_of(*solved.network, solved.start), 1e-3);
}

void expect_constrained(SolvedNetwork<ConstrainedProblem<VectorXd>>& solved) {
  expect_solved(solved);
  double mean = 0;
  for (std::size_t k = 0; k < 5; ++k) {
    auto& agent = (*solved.network)[k];
    const VectorXd x = somewhere(solved.start[k].x.size(), 40 + k);
    EXPECT_LT(check_gradient(agent, x).largest, 1e-7);
    mean += agent.values(solved.solution[k].x).objective / 5;
  }
  EXPECT_NEAR(mean, solved.optimum, 1e-12);
}

TEST(NetworkProblems, QuadraticsAreSolvedInClosedForm) {
  for_seeds([](std::uint64_t seed) { return decentralized_quadratic({}, seed); },
            expect_constrained);
  EXPECT_NEAR(decentralized_quadratic({}, 0).solution[3].x[0], 4.0 / 3, 1e-15);
}

TEST(NetworkProblems, HalfPlanesAreSolvedWithTheirMultipliers) {
  for_seeds([](std::uint64_t seed) { return decentralized_qp(DecentralizedQpOptions{}, seed); },
            expect_constrained);
}

TEST(NetworkProblems, LogisticRegressionIsSolvedByNewton) {
  DecentralizedLogisticOptions options;
  options.batch = 4;  // the whole data until resample() says otherwise
  for_seeds([&](std::uint64_t seed) { return decentralized_logistic(options, seed); },
            expect_constrained);
}

TEST(NetworkProblems, GamesAreSolvedWithASharedAdversaryAndWithOneEach) {
  for (const bool shared : {true, false}) {
    DecentralizedSaddleOptions options;
    options.shared = shared;
    const auto check = [](SolvedNetwork<MinMaxProblem<VectorXd>>& solved) {
      expect_solved(solved);
      double mean = 0;
      for (std::size_t k = 0; k < 5; ++k) {
        auto& agent = (*solved.network)[k];
        EXPECT_LT(check_gradient(agent, somewhere(3, k), somewhere(2, 9 + k)).largest, 1e-7);
        mean += agent.value(solved.solution[k].x, solved.solution[k].y) / 5;
      }
      EXPECT_NEAR(mean, solved.optimum, 1e-12);
    };
    for_seeds([&](std::uint64_t seed) { return decentralized_saddle(options, seed); }, check);
  }
}

TEST(NetworkProblems, TwoLevelsAreSolvedWithASharedInnerProblemAndWithOneEach) {
  for (const bool shared : {true, false}) {
    DecentralizedBilevelOptions options;
    options.shared = shared;
    const auto check = [](SolvedNetwork<BilevelProblem<VectorXd>>& solved) {
      expect_solved(solved);
      for (std::size_t k = 0; k < 5; ++k) {
        const GradientError error = check_gradient((*solved.network)[k], somewhere(2, k),
                                                   somewhere(3, 9 + k), somewhere(3, 19 + k));
        EXPECT_LT(error.largest, 1e-7);
      }
    };
    for_seeds([&](std::uint64_t seed) { return decentralized_bilevel(options, seed); }, check);
  }
}

TEST(NetworkProblems, TheOuterOptimumIsTheLeastOverX) {
  // F(x) = (1/n) Σ f_i(x, y*(x)) by its definition, around x*.
  auto solved = decentralized_bilevel({}, 1);
  auto& network = *solved.network;
  const auto outer = [&](const VectorXd& x) {
    Eigen::MatrixXd h = Eigen::MatrixXd::Zero(3, 3);
    VectorXd right = VectorXd::Zero(3);
    for (std::size_t k = 0; k < 5; ++k) {
      for (int j = 0; j < 3; ++j) h.col(j) += network[k].hessian_yy(x, right, VectorXd::Unit(3, j));
    }
    for (std::size_t k = 0; k < 5; ++k) {
      right -= network[k].inner_gradient(x, VectorXd::Zero(3)).y;
    }
    const VectorXd y = solve_regular(h, right);
    double sum = 0;
    for (std::size_t k = 0; k < 5; ++k) sum += network[k].outer_value(x, y) / 5;
    return sum;
  };
  const VectorXd x = solved.solution[0].x;
  EXPECT_NEAR(outer(x), solved.optimum, 1e-12);
  for (int i = 0; i < 8; ++i) {
    EXPECT_GT(outer(x + 0.01 * somewhere(2, static_cast<std::uint64_t>(i))), solved.optimum);
  }
}

TEST(NetworkProblems, AgentsDifferSoThatNoneCouldDoItAlone) {
  auto solved = decentralized_logistic({}, 0);
  const VectorXd x = solved.solution[0].x;
  for (std::size_t k = 0; k < 5; ++k) {
    EXPECT_GT((*solved.network)[k].gradient(x, {1, VectorXd(0)}).norm(), 0.01);
  }
}

TEST(NetworkProblems, MinibatchesComeFromTheirSeedAndAverageToTheWhole) {
  DecentralizedLogisticOptions options;
  options.batch = 5;
  auto solved = decentralized_logistic(options, 0);
  auto& network = *solved.network;
  const VectorXd x = VectorXd::Ones(3);
  const auto gradients = [&](std::uint64_t batch) {
    network.resample(batch);
    AgentVectors all;
    for (std::size_t k = 0; k < 5; ++k) all.push_back(network[k].gradient(x, {1, VectorXd(0)}));
    return all;
  };
  const AgentVectors whole = gradients(0), first = gradients(1);
  EXPECT_EQ(first, gradients(1));
  EXPECT_NE(first, gradients(2));
  EXPECT_NE(first, whole);
  EXPECT_EQ(whole, gradients(0));
  VectorXd mean = VectorXd::Zero(3);
  for (std::uint64_t batch = 1; batch <= 4000; ++batch) mean += gradients(batch)[2] / 4000;
  EXPECT_LT((mean - whole[2]).norm(), 0.03);  // about four deviations
}

TEST(NetworkProblems, AgentsWithOneProblemDrawApart) {
  /// Remembers the seed of its batch.
  struct Seeded final : ConstrainedProblem<VectorXd> {
    explicit Seeded(std::vector<std::uint64_t>& all) : seeds(all) {}
    int inequalities() const override { return 0; }
    ConstrainedValues values(const VectorXd&) override { return {0, VectorXd(0)}; }
    VectorXd gradient(const VectorXd& x, const GradientWeights&) override { return x; }
    void resample(std::uint64_t batch) override { seeds.push_back(batch); }
    std::vector<std::uint64_t>& seeds;
  };
  std::vector<std::uint64_t> seeds;
  std::vector<std::unique_ptr<ConstrainedProblem<VectorXd>>> agents;
  for (int i = 0; i < 3; ++i) agents.push_back(std::make_unique<Seeded>(seeds));
  ConstrainedNetwork network(std::move(agents), Mixing(std::make_shared<LocalCommunicator>(3),
                                                       metropolis_weights(path_graph(3))));
  network.resample(1);
  network.resample(2);
  network.resample(0);
  EXPECT_EQ(seeds, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 0, 0, 0}));
}

TEST(NetworkProblems, BadDataAreErrors) {
  HalfPlaneData data = oracle_half_planes();
  const Eigen::MatrixXd w = metropolis_weights(ring_graph(5));
  data.b(1, 0) = std::numeric_limits<double>::infinity();
  EXPECT_THAT([&] { (void)decentralized_qp(data, w); },
              ThrowsMessage<Error>(HasSubstr("not all finite")));
  data = oracle_half_planes();
  data.q.row(1) = -data.q.row(0);
  data.c[1] = -data.c[0] - 1;
  EXPECT_THAT([&] { (void)decentralized_qp(data, w); },
              ThrowsMessage<Error>(HasSubstr("no point in common")));
  const auto four = std::make_shared<LocalCommunicator>(4);
  EXPECT_THAT(
      [&] { (void)decentralized_bilevel({}, 0, four); },
      ThrowsMessage<Error>(HasSubstr("weights of 5 agents do not fit a communicator of 4")));
}

}  // namespace
}  // namespace saddle
