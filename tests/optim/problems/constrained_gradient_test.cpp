// SPDX-License-Identifier: Apache-2.0
// The gradients that the constrained problems write are those of their values.
#include <gtest/gtest.h>

#include <saddle/base/rng.h>
#include <saddle/optim/gradient_check.h>
#include <saddle/optim/problems/cmdp.h>
#include <saddle/optim/problems/constrained.h>
#include <saddle/optim/problems/fair_classification.h>
#include <saddle/optim/problems/qcqp.h>
#include <saddle/optim/stationarity.h>

namespace saddle {
namespace {

using Eigen::Vector2d;
using Eigen::VectorXd;

void expect_right_gradients(ConstrainedProblem<VectorXd>&& problem, Eigen::Index n) {
  Rng rng(9);
  for (int i = 0; i < 10; ++i) {
    const VectorXd x = VectorXd::NullaryExpr(n, [&] { return rng.normal(); });
    EXPECT_LT(check_gradient(problem, x).largest, 1e-7);
  }
}

TEST(ConstrainedProblems, HaveTheGradientsOfTheirValues) {
  expect_right_gradients(half_plane_program(), 2);
  expect_right_gradients(linear_program(), 1);
  expect_right_gradients(Hyperbola(), 2);
  expect_right_gradients(OneStateCmdp(), 1);
  expect_right_gradients(NeymanPearson(0.4), 3);
  expect_right_gradients(FairClassification(0.1), 3);
  expect_right_gradients(planted_qcqp(1).problem, 5);
}

TEST(CmdpProblems, HaveTheGradientsOfTheirValues) {
  const Cmdp small = random_cmdp(4, 4, 3, 2);
  expect_right_gradients(OccupancyProgram(small), 12);
  expect_right_gradients(SoftmaxCmdp(small), 12);
  expect_right_gradients(SoftmaxCmdp(small, 0.3), 12);
  expect_right_gradients(DirectCmdp(small), 12);
}

double residual(ConstrainedProblem<VectorXd>&& problem, const VectorXd& x, const VectorXd& y) {
  return kkt_residual(problem, {x, y}).largest();
}

TEST(ConstrainedProblems, AreSolvedByTheirKnownSolutions) {
  const auto scalar = [](double value) { return VectorXd(VectorXd::Constant(1, value)); };
  EXPECT_LT(residual(half_plane_program(), Vector2d(1, 0), scalar(1)), 1e-15);
  EXPECT_LT(residual(linear_program(), scalar(0), scalar(1)), 1e-15);
  EXPECT_LT(residual(Hyperbola(), Vector2d(1, 1), scalar(2)), 1e-15);
  EXPECT_LT(residual(Hyperbola(), Vector2d(-1, -1), scalar(2)), 1e-15);
  EXPECT_LT(residual(OneStateCmdp(), scalar(std::log(0.3 / 0.7)), scalar(0.5)), 1e-15);
  EXPECT_GT(residual(half_plane_program(), Vector2d(1, 0), scalar(0.9)), 0.1);
}

}  // namespace
}  // namespace saddle
