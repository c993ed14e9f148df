// SPDX-License-Identifier: Apache-2.0
// What every communicator must do, checked from within each of its processes. The points that
// methods end at are returned, so that forms of communication can be compared bit for bit.
#pragma once

#include <memory>

#include <gtest/gtest.h>

#include <saddle/optim/consensus/descent.h>
#include <saddle/optim/consensus/problems.h>
#include <saddle/optim/consensus/safe_dec_pg.h>

namespace saddle {

/// What solved_network() and Mixing take, without giving the communicator away.
[[nodiscard]] inline std::shared_ptr<Communicator> borrowed(Communicator& communicator) {
  return {std::shared_ptr<void>(), &communicator};
}

[[nodiscard]] inline GraphOptions ring_of(const Communicator& communicator) {
  GraphOptions options;
  options.agents = communicator.agents();
  return options;
}

/// The vectors that agent i says something with, known everywhere: row i of a matrix.
[[nodiscard]] inline Eigen::MatrixXd words_of_agents(int agents, Eigen::Index size) {
  Rng rng(17);
  return Eigen::MatrixXd::NullaryExpr(agents, size, [&] { return rng.normal(); });
}

[[nodiscard]] inline AgentVectors owned_rows(const Communicator& communicator,
                                             const Eigen::MatrixXd& rows) {
  AgentVectors own;
  for (const int agent : communicator.owned()) own.emplace_back(rows.row(agent).transpose());
  return own;
}

inline void expect_owned_agents_ascend(const Communicator& communicator) {
  ASSERT_FALSE(communicator.owned().empty());
  for (std::size_t k = 0; k < communicator.owned().size(); ++k) {
    EXPECT_GE(communicator.owned()[k], k == 0 ? 0 : communicator.owned()[k - 1] + 1);
    EXPECT_LT(communicator.owned()[k], communicator.agents());
  }
}

/// With the weights of sparse and of complete graphs, and with one agent that hears another without
/// being heard.
inline void expect_mixes_like_the_dense_product(Communicator& communicator) {
  const int n = communicator.agents();
  Eigen::MatrixXd lopsided = metropolis_weights(ring_graph(n));
  lopsided(0, n / 2) = 0.75;
  for (const Eigen::MatrixXd& weights :
       {metropolis_weights(ring_graph(n)), metropolis_weights(complete_graph(n)),
        metropolis_weights(star_graph(n)), lopsided}) {
    for (const Eigen::Index size : {1, 7, 1000}) {
      const Eigen::MatrixXd words = words_of_agents(n, size);
      const AgentVectors mixed = communicator.mix(owned_rows(communicator, words), weights);
      ASSERT_EQ(mixed.size(), communicator.owned().size());
      for (std::size_t k = 0; k < mixed.size(); ++k) {
        // In the order that the interface promises, so that the bits are those of every other form.
        const int i = communicator.owned()[k];
        Eigen::VectorXd expected = Eigen::VectorXd::Zero(size);
        for (int j = 0; j < n; ++j) {
          if (weights(i, j) != 0) expected += weights(i, j) * words.row(j).transpose();
        }
        EXPECT_EQ(mixed[k], expected) << "agent " << i << " of " << n;
        EXPECT_LT((mixed[k] - words.transpose() * weights.row(i).transpose()).norm(), 1e-12);
      }
    }
  }
}

inline void expect_gathers_all_agents(Communicator& communicator) {
  const int n = communicator.agents();
  const Eigen::MatrixXd words = words_of_agents(n, 5);
  const AgentVectors all = communicator.gather(owned_rows(communicator, words));
  ASSERT_EQ(all.size(), static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    EXPECT_EQ(all[static_cast<std::size_t>(i)], words.row(i).transpose()) << "agent " << i;
  }
}

/// Through solve(), whose residual and outcome all processes must agree on.
[[nodiscard]] inline ConstrainedNetwork::Point expect_gradient_tracking_solves(
    Communicator& communicator) {
  DecentralizedQuadraticOptions options;
  options.graph = ring_of(communicator);
  auto solved = decentralized_quadratic(options, 1, borrowed(communicator));
  GradientTracking method({});
  const Result result =
      solve(*solved.network, method, solved.start, {.tolerance = 1e-9, .limit = 5000});
  EXPECT_EQ(result.status, Status::kConverged) << result.message;
  for (std::size_t k = 0; k < solved.start.size(); ++k) {
    EXPECT_LT((solved.start[k].x - solved.solution[k].x).norm(), 1e-8);
  }
  return solved.start;
}

/// All processes must see together that one agent is lost.
inline void expect_divergence_is_seen_by_all(Communicator& communicator) {
  DecentralizedQuadraticOptions options;
  options.graph = ring_of(communicator);
  auto solved = decentralized_quadratic(options, 1, borrowed(communicator));
  GradientTracking method({.step = 10, .exponent = 0, .mixing = {}});
  const Result result = solve(*solved.network, method, solved.start, {.divergence = 1e6});
  EXPECT_EQ(result.status, Status::kDiverged) << result.message;
  EXPECT_TRUE(all_finite(solved.start));
}

/// Safe Dec-PG on the quadratic program, with constant steps and no perturbation, to its solution.
[[nodiscard]] inline ConstrainedNetwork::Point expect_safe_dec_pg_solves(Communicator& communicator,
                                                                         int rounds = 2000) {
  DecentralizedQpOptions options;
  options.graph = ring_of(communicator);
  auto solved = decentralized_qp(options, 1, borrowed(communicator));
  SafeDecPg::Options steps;
  steps.step_x = steps.step_y = 0.05;
  steps.exponent = steps.perturbation = 0;
  SafeDecPg method(steps);
  for (int r = 0; r < rounds; ++r) method.step(*solved.network, solved.start);
  for (std::size_t k = 0; k < solved.start.size(); ++k) {
    EXPECT_LT((solved.start[k].x - solved.solution[k].x).norm(), 1e-6);
  }
  EXPECT_LT(residual_of(*solved.network, solved.start), 1e-6);
  return solved.start;
}

/// Where the methods end, for comparison.
struct ContractPoints {
  ConstrainedNetwork::Point gradient_tracking, safe_dec_pg;
};

/// All of it. Every process of a network calls it once, at the same time as the others.
[[nodiscard]] inline ContractPoints expect_communicator_contract(Communicator& communicator) {
  expect_owned_agents_ascend(communicator);
  expect_mixes_like_the_dense_product(communicator);
  expect_gathers_all_agents(communicator);
  expect_divergence_is_seen_by_all(communicator);
  ContractPoints points;
  points.gradient_tracking = expect_gradient_tracking_solves(communicator);
  points.safe_dec_pg = expect_safe_dec_pg_solves(communicator);
  return points;
}

}  // namespace saddle
