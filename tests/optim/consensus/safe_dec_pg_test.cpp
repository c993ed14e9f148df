// SPDX-License-Identifier: Apache-2.0
// Safe Dec-PG on a quadratic program of five agents, against figures of an independent run of its
// equations, and the tracker that its paper prints, which does not work.
#include <saddle/optim/consensus/safe_dec_pg.h>

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/optim/consensus/local_communicator.h>
#include "half_planes.h"
#include "run.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

using Point = ConstrainedNetwork::Point;

/// ‖x̄ − x*‖, the Frobenius norm of the agents' distance from x̄, and the violation at x̄.
struct Figures {
  double distance, consensus, violation, multiplier;
};

Figures figures_of(const SolvedNetwork<ConstrainedProblem<VectorXd>>& solved, const Point& z) {
  const HalfPlaneData data = oracle_half_planes();
  const VectorXd mean = mean_of(x_of(z));
  return {.distance = (mean - solved.solution[0].x).norm(),
          .consensus = consensus_error(x_of(z)),
          .violation = std::max(0.0, (data.q * mean - data.c).maxCoeff()),
          .multiplier = z[4].y[0] / 5};
}

SafeDecPg::Options constant_steps(double perturbation) {
  SafeDecPg::Options options;
  options.step_x = options.step_y = 0.05;
  options.exponent = options.perturbation_exponent = 0;
  options.perturbation = perturbation;
  return options;
}

TEST(SafeDecPg, TheSolutionOfItsOracleIsThePublishedOne) {
  const auto solved = oracle_network();
  EXPECT_LT((solved.solution[0].x - Vector2d(1.842987, 0.184755)).cwiseAbs().maxCoeff(), 5e-7);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(solved.solution[i].y[0], 0);
  EXPECT_NEAR(solved.solution[4].y[0] / 5, 0.879945, 5e-7);
  EXPECT_LT(residual_of(*solved.network, solved.solution), 1e-12);
}

TEST(SafeDecPg, ApproachesAsItsPerturbationFades) {
  auto solved = oracle_network();
  SafeDecPg method({});
  auto run_to = [&, r = 0](int round) mutable {
    for (; r < round; ++r) {
      method.step(*solved.network, solved.start);
      expect_tracks_the_mean(method.mixing_step());
    }
    return figures_of(solved, solved.start);
  };
  const Figures first = run_to(1000), second = run_to(10000), third = run_to(100000);
  EXPECT_NEAR(first.distance, 0.1224540, 5e-8);
  EXPECT_NEAR(second.distance, 0.0419965, 5e-8);
  EXPECT_NEAR(third.distance, 0.0136999, 5e-8);
  EXPECT_NEAR(first.consensus, 1.868e-6, 1e-9);
  EXPECT_NEAR(second.consensus, 2.737e-8, 1e-11);
  EXPECT_NEAR(third.consensus, 3.113e-10, 1e-12);
  EXPECT_NEAR(first.multiplier, 0.774926, 5e-7);
  EXPECT_NEAR(second.multiplier, 0.839959, 5e-7);
  EXPECT_NEAR(third.multiplier, 0.866458, 5e-7);
  // Its law: γ_r λ of violation.
  EXPECT_NEAR(third.violation, 5 * third.multiplier / std::sqrt(100005.0), 1e-5);
}

TEST(SafeDecPg, ConstantStepsWithoutPerturbationSolveAStronglyConvexProgram) {
  auto solved = oracle_network();
  SafeDecPg method(constant_steps(0));
  for (int r = 0; r < 20000; ++r) method.step(*solved.network, solved.start);
  EXPECT_LT(figures_of(solved, solved.start).distance, 1e-14);
  EXPECT_LT(distance_y(solved.start, solved.solution), 1e-13);
  EXPECT_LT(residual_of(*solved.network, solved.start), 1e-13);
}

TEST(SafeDecPg, AConstantPerturbationLeavesAViolationOfItselfTimesTheMultiplier) {
  for (const double gamma : {0.1, 0.3}) {
    auto solved = oracle_network();
    SafeDecPg method(constant_steps(gamma));
    for (int r = 0; r < 20000; ++r) method.step(*solved.network, solved.start);
    const Figures at = figures_of(solved, solved.start);
    // λ = 5 μ, where μ (1 + 5γ) = 0.879945 is what is left of the unconstrained violation.
    EXPECT_NEAR(at.multiplier, solved.solution[4].y[0] / 5 / (1 + 5 * gamma), 1e-10);
    EXPECT_NEAR(at.violation, gamma * 5 * at.multiplier, 1e-10);
  }
}

/// The equations of the paper in a loop, with the tracker as printed or corrected.
struct Serial {
  bool printed;
  double step_x, step_y;
  HalfPlaneData data = oracle_half_planes();
  MatrixXd w = metropolis_weights(ring_graph(5));
  MatrixXd x = MatrixXd::Zero(5, 2);
  VectorXd multipliers = VectorXd::Zero(5);
  MatrixXd tracker = gradient(), kept = tracker;

  [[nodiscard]] MatrixXd gradient() const { return x - data.b + multipliers.asDiagonal() * data.q; }
  void step(int round) {
    const double beta = step_x / std::sqrt(round);
    const double gamma = 1 / std::sqrt(round + 5.0);
    const MatrixXd before = gradient();  // with the multipliers of this round
    x = w * x - beta * tracker;
    const MatrixXd now = gradient();
    tracker = w * tracker + now - (printed ? before : kept);
    kept = now;
    const VectorXd values = (x.cwiseProduct(data.q)).rowwise().sum() - data.c;
    multipliers = (std::max(0.0, 1 - step_y * gamma) * multipliers + step_y * values).cwiseMax(0);
  }
};

TEST(SafeDecPg, IsTheCorrectedFormOfItsEquations) {
  auto solved = oracle_network();
  SafeDecPg method({});
  Serial serial{.printed = false, .step_x = 0.1, .step_y = 1};
  for (int r = 1; r <= 500; ++r) {
    method.step(*solved.network, solved.start);
    serial.step(r);
    for (int i = 0; i < 5; ++i) {
      const auto& own = solved.start[static_cast<std::size_t>(i)];
      ASSERT_LT((own.x - serial.x.row(i).transpose()).norm(), 1e-12) << "round " << r;
      ASSERT_NEAR(own.y[0], serial.multipliers[i], 1e-12) << "round " << r;
    }
  }
}

TEST(SafeDecPg, ThePrintedTrackerForgetsTheConstraints) {
  Serial serial{.printed = true, .step_x = 0.1, .step_y = 1};
  double early = 0;
  for (int r = 1; r <= 10000; ++r) {
    serial.step(r);
    if (r == 5000) early = serial.multipliers[4];
  }
  const VectorXd mean = serial.x.colwise().mean();
  EXPECT_LT((mean - Vector2d(2.16615, 1.00321)).cwiseAbs().maxCoeff(), 5e-6);
  EXPECT_LT((mean.transpose() - serial.data.b.colwise().mean()).norm(), 1e-6);  // unconstrained
  EXPECT_NEAR((serial.data.q * mean - serial.data.c).maxCoeff(), 0.879945, 5e-7);
  EXPECT_NEAR(serial.multipliers[4] / 5, 17.516, 5e-4);
  EXPECT_GT(serial.multipliers[4], 1.3 * early);  // and growing, as √r
}

TEST(SafeDecPg, OnACompleteGraphItIsTheSerialMethodOnTheMean) {
  const HalfPlaneData data = oracle_half_planes();
  auto solved = decentralized_qp(data, metropolis_weights(complete_graph(5)));
  SafeDecPg::Options options;
  options.mixing.form = "atc";
  SafeDecPg method(options);
  VectorXd x = VectorXd::Zero(2), multipliers = VectorXd::Zero(5), before = multipliers;
  const VectorXd center = data.b.colwise().mean();
  for (int r = 1; r <= 500; ++r) {
    method.step(*solved.network, solved.start);
    x = VectorXd(x - 0.1 / std::sqrt(r) * (x - center + data.q.transpose() * before / 5));
    before = multipliers;
    const double kept = std::max(0.0, 1 - 1 / std::sqrt(r + 5.0));
    multipliers = (kept * multipliers + data.q * x - data.c).cwiseMax(0);
    for (const auto& own : solved.start) ASSERT_LT((own.x - x).norm(), 1e-12) << "round " << r;
    ASSERT_NEAR(solved.start[4].y[0], multipliers[4], 1e-12) << "round " << r;
  }
}

/// min x over the line, subject to given values.
struct Fixed final : ConstrainedProblem<VectorXd> {
  explicit Fixed(VectorXd values_of_all, int equalities)
      : fixed(std::move(values_of_all)), p(equalities) {}
  int inequalities() const override { return static_cast<int>(fixed.size()) - p; }
  int equalities() const override { return p; }
  ConstrainedValues values(const VectorXd& x) override { return {x[0], fixed}; }
  VectorXd gradient(const VectorXd&, const GradientWeights& w) override {
    return VectorXd::Constant(1, w.objective);
  }
  VectorXd fixed;
  int p;
};

ConstrainedNetwork one_agent(const VectorXd& values, int equalities) {
  std::vector<std::unique_ptr<ConstrainedProblem<VectorXd>>> agents;
  agents.push_back(std::make_unique<Fixed>(values, equalities));
  return {std::move(agents),
          Mixing(std::make_shared<LocalCommunicator>(1), MatrixXd::Identity(1, 1))};
}

TEST(SafeDecPg, ALargeDualStepDropsOldMultipliersInsteadOfFlippingThem) {
  // 1 − ρ γ₁ = 1 − 20/√6 < 0: the multiplier becomes ρ g and no less.
  ConstrainedNetwork network = one_agent(VectorXd::Constant(1, 0.1), 0);
  SafeDecPg::Options options;
  options.step_y = 20;
  SafeDecPg method(options);
  Point z{{VectorXd::Zero(1), VectorXd::Constant(1, 3)}};
  for (int r = 1; r <= 394; ++r) {
    method.step(network, z);
    ASSERT_DOUBLE_EQ(z[0].y[0], 2) << "round " << r;
  }
  for (int r = 395; r <= 400; ++r) method.step(network, z);
  EXPECT_GT(z[0].y[0], 2);  // ρ γ_r < 1 from r = 396 on
}

TEST(SafeDecPg, MultipliersStayInTheBallAndThoseOfEqualitiesMayBeNegative) {
  ConstrainedNetwork network = one_agent(Eigen::Vector3d(3, -1, -4), 1);
  SafeDecPg::Options options;
  options.perturbation = 0;
  options.maximum = 10;
  SafeDecPg method(options);
  Point z{{VectorXd::Zero(1), VectorXd::Zero(3)}};
  method.step(network, z);
  EXPECT_LT((z[0].y - Eigen::Vector3d(3, 0, -4)).norm(), 1e-15);
  for (int r = 0; r < 5; ++r) method.step(network, z);
  EXPECT_LT((z[0].y - Eigen::Vector3d(6, 0, -8)).norm(), 1e-12);
}

TEST(SafeDecPg, ValuesThatAreNotFiniteAreAnOutcome) {
  ConstrainedNetwork network = one_agent(VectorXd::Constant(1, std::nan("")), 0);
  SafeDecPg method({});
  Point z{{VectorXd::Zero(1), VectorXd::Zero(1)}};
  const Result result = solve(network, method, z);
  EXPECT_EQ(result.status, Status::kDiverged) << result.message;
}

TEST(SafeDecPg, FindsTheSolutionOnEveryGraph) {
  for (const std::string graph : {"ring", "path", "star", "complete", "erdos-renyi", "torus"}) {
    DecentralizedQpOptions options;
    options.graph.graph = graph;
    options.graph.agents = 6;
    options.graph.lazy = true;
    auto solved = decentralized_qp(options, 4);
    SafeDecPg method(constant_steps(0));
    const Result result = solve(*solved.network, method, solved.start, {.check_every = 10});
    EXPECT_EQ(result.status, Status::kConverged) << graph << ": " << result.message;
    EXPECT_LT(distance(solved.start, solved.solution), 1e-6) << graph;
    EXPECT_LT(distance_y(solved.start, solved.solution), 1e-5) << graph;
  }
}

}  // namespace
}  // namespace saddle
