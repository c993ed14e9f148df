// SPDX-License-Identifier: Apache-2.0
// The problem that second-order updates solve: metric, gradients, values and whose they are.
#include <saddle/agents/surrogate_problem.h>

#include <cmath>

#include <gtest/gtest.h>
#include <Eigen/Core>

#include "tests/support/experience.h"

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using testing::box;
using testing::dense_metric;
using testing::Experience;

TEST(SurrogateProblem, TheMetricIsFishersMatrixSummedOverActionDimensions) {
  // y = W x + b: H is E[x̃ x̃ᵀ]/σ² for each dimension of the action, x̃ = (x, 1), and 2 for log σ.
  const std::size_t d = 3;
  Experience it(box(3), {});
  const PolicyBatch batch = it.batch();
  SurrogateProblem problem(it.policy, batch, batch.weights, 0, 1000000);
  MatrixXd moments = MatrixXd::Zero(3, 3);
  for (std::size_t i = 0; i < it.rows; ++i) {
    const Eigen::Vector3d x(it.observation[2 * i], it.observation[2 * i + 1], 1);
    moments += x * x.transpose() / static_cast<double>(it.rows);
  }
  const double precision = std::exp(-2.0 * it.log_std[0]);
  MatrixXd expected = MatrixXd::Zero(12, 12);
  for (std::size_t j = 0; j < d; ++j) {
    const std::size_t at[] = {2 * j, 2 * j + 1, 2 * d + j};  // in the order of the arena
    for (int p = 0; p < 3; ++p) {
      for (int q = 0; q < 3; ++q) expected(at[p], at[q]) = precision * moments(p, q);
    }
    expected(9 + j, 9 + j) = 2;
  }
  EXPECT_LT((dense_metric(problem) - expected).cwiseAbs().maxCoeff(), 1e-4);
}

TEST(SurrogateProblem, GradientsAndMetricAreThoseOfTheValues) {
  for (const Space& space : {box(2), Space::discrete(3)}) {
    Experience it(space, {0.1, -0.2});
    const PolicyBatch batch = it.batch();
    SurrogateProblem problem(it.policy, batch, {1, VectorXd::Zero(2)}, 2, 1000000);
    const VectorXd x = problem.start();
    const VectorXd v = VectorXd::Random(x.size());
    const double form = 0.5 * v.dot(problem.metric(v));
    constexpr double kStep = 1e-2;
    const TrialValues up = problem.values(x + kStep * v), down = problem.values(x - kStep * v);
    EXPECT_NEAR((up.objective - down.objective) / (2 * kStep), problem.gradient().dot(v), 2e-3);
    for (std::size_t k = 0; k < 2; ++k) {
      const auto i = static_cast<Eigen::Index>(k);
      EXPECT_NEAR((up.constraints[i] - down.constraints[i]) / (2 * kStep),
                  problem.constraint_gradients()[k].dot(v), 2e-3);
    }
    EXPECT_NEAR((up.divergence + down.divergence) / (2 * kStep * kStep), form, 0.02 * form);
    EXPECT_NEAR(problem.values(x).constraints[0], 0.1, 1e-6);  // centred: the start adds nothing
  }
}

TEST(SurrogateProblem, RowsLeftOutOfTheMetricAreSpreadEvenly) {
  Experience it(box(1), {});
  const PolicyBatch batch = it.batch();
  SurrogateProblem problem(it.policy, batch, batch.weights, 0, 100);
  // Every third of 300 rows.
  double mean_square = 0;
  for (std::size_t i = 0; i < it.rows; i += 3) {
    mean_square += it.observation[2 * i] * it.observation[2 * i] / 100.0;
  }
  EXPECT_NEAR(dense_metric(problem)(0, 0), mean_square * std::exp(-2.0 * it.log_std[0]), 1e-4);
}

TEST(SurrogateProblem, EveryConstraintIsOfItsOwnCosts) {
  Experience first(box(2), {0.1}), second(box(2), {-0.2}), both(box(2), {0.1, -0.2});
  for (std::size_t i = 0; i < second.rows; ++i) {
    second.cost[i] = second.action[2 * i] * second.action[2 * i];
    both.cost[2 * i + 1] = second.cost[i];
  }
  const GradientWeights reward{1, VectorXd::Zero(1)};
  const PolicyBatch batch = both.batch();
  SurrogateProblem problem(both.policy, batch, {1, VectorXd::Zero(2)}, 2, 100);
  Eigen::Index k = 0;
  for (Experience* it : {&first, &second}) {
    const PolicyBatch own = it->batch();
    SurrogateProblem alone(it->policy, own, reward, 1, 100);
    EXPECT_EQ(problem.constraint_gradients()[static_cast<std::size_t>(k)],
              alone.constraint_gradients()[0]);
    const VectorXd near = problem.start().array() + 0.1;
    EXPECT_EQ(problem.values(near).constraints[k], alone.values(near).constraints[0]);
    ++k;
  }
}

}  // namespace
}  // namespace saddle
