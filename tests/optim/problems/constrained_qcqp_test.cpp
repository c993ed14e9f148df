// SPDX-License-Identifier: Apache-2.0
// Quadratically constrained programs with a planted solution.
#include <saddle/optim/problems/qcqp.h>

#include <gtest/gtest.h>

#include <saddle/base/rng.h>
#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/constraint/method.h>

namespace saddle {
namespace {

using Eigen::VectorXd;

TEST(PlantedQcqp, IsStationaryWhereItsSolutionWasPlanted) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    PlantedQcqp planted = planted_qcqp(seed, 6, 3, 2);
    const KktResidual at = kkt_residual(planted.problem, {planted.x, planted.multipliers});
    EXPECT_LT(at.largest(), 1e-11) << "seed " << seed;
    EXPECT_LT(planted.problem.values(planted.x).constraints.tail(2).maxCoeff(), -0.4);
  }
}

TEST(PlantedQcqp, HasNoBetterFeasiblePoint) {
  Rng rng(8);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    PlantedQcqp planted = planted_qcqp(seed, 3, 1, 1);
    const double least = planted.problem.values(planted.x).objective;
    int feasible = 0;
    for (int i = 0; i < 5000; ++i) {
      const double scale = std::pow(10, rng.uniform(-3, 1));
      const VectorXd x = planted.x + scale * VectorXd::NullaryExpr(3, [&] { return rng.normal(); });
      const ConstrainedValues at = planted.problem.values(x);
      if (at.constraints.maxCoeff() > 0) continue;
      ++feasible;
      ASSERT_GT(at.objective, least) << "seed " << seed;
    }
    EXPECT_GT(feasible, 100) << "seed " << seed;
  }
}

TEST(PlantedQcqp, IsNotConvex) {
  // Along some direction the objective falls faster than any tangent.
  PlantedQcqp planted = planted_qcqp(2);
  Rng rng(1);
  double least = 0;
  for (int i = 0; i < 2000; ++i) {
    const VectorXd step = VectorXd::NullaryExpr(5, [&] { return rng.normal(); });
    const auto objective = [&](double t) {
      return planted.problem.values(VectorXd(planted.x + t * step)).objective;
    };
    least = std::min(least, objective(1) + objective(-1) - 2 * objective(0));
  }
  EXPECT_LT(least, -1);
}

TEST(PlantedQcqp, IsSolvedByTheAugmentedLagrangianFromNearby) {
  int solved = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    PlantedQcqp planted = planted_qcqp(seed);
    AugmentedLagrangian::Options options;
    options.penalty = 10;
    options.normalize = false;
    RuleMethod<VectorXd> method(std::make_unique<AugmentedLagrangian>(3, options),
                                std::make_unique<GradientStep<VectorXd>>(PowerSchedule{2e-3, 0}));
    Pair<VectorXd> z{planted.x + VectorXd::Constant(5, 0.05), VectorXd::Zero(3)};
    const Result result = solve(planted.problem, method, z, {.limit = 50000, .check_every = 10});
    if (result.status != Status::kConverged) continue;
    ++solved;
    EXPECT_NEAR((z.x - planted.x).norm(), 0, 1e-6) << "seed " << seed;
    EXPECT_NEAR((z.y - planted.multipliers).norm(), 0, 1e-6) << "seed " << seed;
  }
  EXPECT_GE(solved, 18);
}

TEST(QuadraticallyConstrained, RefusesFormsThatDoNotFit) {
  EXPECT_THROW(QuadraticallyConstrained({Eigen::MatrixXd::Identity(2, 2), VectorXd::Zero(3)}, {}),
               std::logic_error);
}

}  // namespace
}  // namespace saddle
