// SPDX-License-Identifier: Apache-2.0
// Trust-region steps through products with a metric, and as methods on problems with known answers.
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/primal/trust_region.h>

#include <limits>

#include <gtest/gtest.h>

#include <saddle/optim/problems/constrained.h>

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::Vector3d;
using Eigen::VectorXd;

const MatrixXd kMetric = (MatrixXd(3, 3) << 4, 1, 0, 1, 3, 1, 0, 1, 2).finished();
VectorXd metric(const VectorXd& v) { return kMetric * v; }
const VectorXd kGradient = Vector3d(1, -2, 0.5);

TrustRegionOptions undamped(double radius = 0.5) { return {.radius = radius, .damping = 0}; }

TEST(NaturalGradient, SolvesTheDampedSystem) {
  const VectorXd x = natural_gradient(metric, kGradient, {.damping = 0.3});
  const MatrixXd damped = kMetric + 0.3 * MatrixXd::Identity(3, 3);
  EXPECT_NEAR((damped * x - kGradient).norm(), 0, 1e-12);
}

TEST(NaturalGradient, DoesNotDependOnTheParameters) {
  // In θ = A φ the gradient is Aᵀg and the metric AᵀHA, and the same natural gradient results.
  const MatrixXd a = (MatrixXd(3, 3) << 2, 1, 0, 0, 1, -1, 1, 0, 5).finished();
  const auto transformed = [&](const VectorXd& v) {
    return VectorXd(a.transpose() * (kMetric * (a * v)));
  };
  const VectorXd in_theta = natural_gradient(metric, kGradient, undamped());
  const VectorXd in_phi =
      natural_gradient(transformed, VectorXd(a.transpose() * kGradient), undamped());
  EXPECT_NEAR((a * in_phi - in_theta).norm(), 0, 1e-9);
}

TEST(NaturalGradient, RefusesWhatHasNone) {
  const VectorXd nan = Vector3d(1, std::numeric_limits<double>::quiet_NaN(), 0);
  EXPECT_THROW((void)natural_gradient(metric, nan, undamped()), Error);
  const auto negative = [](const VectorXd& v) { return VectorXd(-v); };
  EXPECT_THROW((void)natural_gradient(negative, kGradient, undamped()), Error);
  EXPECT_TRUE(natural_gradient(metric, VectorXd(VectorXd::Zero(3)), undamped()).isZero(0));
}

TEST(TrpoStep, EndsOnTheTrustRegionAlongTheNaturalGradient) {
  const auto at = trpo_step(metric, kGradient, undamped(0.01));
  EXPECT_EQ(at.kind, StepCase::kFree);
  EXPECT_NEAR(0.5 * at.step.dot(kMetric * at.step), 0.01, 1e-12);
  const VectorXd direction = -solve_positive(kMetric, kGradient);
  EXPECT_NEAR((at.step.normalized() - direction.normalized()).norm(), 0, 1e-12);
}

TEST(TrpoStep, StaysWhereTheGradientVanishes) {
  EXPECT_TRUE(trpo_step(metric, VectorXd(VectorXd::Zero(3)), undamped()).step.isZero(0));
}

TEST(CpoStep, IsTheStepOfItsWeights) {
  const std::vector<VectorXd> b{Vector3d(-1, 1, 0), Vector3d(0, 1, 2)};
  const VectorXd c = Vector2d(0.2, -0.1);
  const auto at = cpo_step(metric, kGradient, b, c, undamped());
  EXPECT_EQ(at.kind, StepCase::kConstrained);
  VectorXd sum = at.weights.objective * kGradient;
  for (int k = 0; k < 2; ++k) {
    sum += at.weights.constraints[k] * b[k];
    EXPECT_LE(c[k] + b[k].dot(at.step), 1e-10);
  }
  EXPECT_NEAR((kMetric * at.step + sum).norm(), 0, 1e-10);
  EXPECT_NEAR(0.5 * at.step.dot(kMetric * at.step), 0.5, 1e-10);
}

TEST(PcpoStep, ProjectsInTheMetricAskedFor) {
  const std::vector<VectorXd> b{Vector3d(-1, 1, 0)};
  const VectorXd c = VectorXd::Constant(1, 0.2);
  const VectorXd free = trpo_step(metric, kGradient, undamped()).step;
  const double excess = c[0] + b[0].dot(free);
  ASSERT_GT(excess, 0);
  const VectorXd natural = solve_positive(kMetric, b[0]);
  const auto in_divergence = pcpo_step(metric, kGradient, b, c, undamped());
  EXPECT_NEAR((in_divergence.step - (free - excess / b[0].dot(natural) * natural)).norm(), 0,
              1e-10);
  const auto euclidean = pcpo_step(metric, kGradient, b, c, undamped(), Projection::kEuclidean);
  EXPECT_NEAR((euclidean.step - (free - excess / b[0].squaredNorm() * b[0])).norm(), 0, 1e-10);
}

TEST(PcpoStep, RecoversFromContradictions) {
  const std::vector<VectorXd> b{Vector3d(1, 0, 0), Vector3d(-1, 0, 0)};
  for (const Projection projection : {Projection::kDivergence, Projection::kEuclidean}) {
    const auto at = pcpo_step(metric, kGradient, b, Vector2d(1, 3), undamped(10), projection);
    EXPECT_EQ(at.kind, StepCase::kRecovery);
    EXPECT_NEAR(at.step[0], 1, 1e-6) << "halfway between x ≤ −1 and x ≥ 3";
  }
}

TEST(Backtrack, TakesTheFirstPointThatIsAccepted) {
  const auto found = backtrack(VectorXd(Vector2d(0, 0)), VectorXd(Vector2d(1, 0)),
                               [](const VectorXd& x) { return x[0] < 0.6; });
  EXPECT_DOUBLE_EQ(found.fraction, 0.8 * 0.8 * 0.8);
  EXPECT_DOUBLE_EQ(found.point[0], found.fraction);
}

TEST(Backtrack, StaysWhereNothingIsAccepted) {
  int trials = 0;
  const auto found = backtrack(VectorXd(Vector2d(7, 8)), VectorXd(Vector2d(1, 0)),
                               [&](const VectorXd&) {
                                 ++trials;
                                 return false;
                               },
                               {.limit = 5});
  EXPECT_EQ(found.fraction, 0);
  EXPECT_EQ(found.point, Vector2d(7, 8));
  EXPECT_EQ(trials, 5);
}

TEST(Acceptable, AsksForAllOfItsConditions) {
  const VectorXd met = VectorXd::Constant(1, -1), broken = VectorXd::Constant(1, 1);
  const TrialValues feasible{0, met, 0}, infeasible{0, broken, 0};
  EXPECT_TRUE(acceptable(feasible, {-1, met, 0.01}, 0.01));
  EXPECT_FALSE(acceptable(feasible, {-1, met, 0.02}, 0.01)) << "too far";
  EXPECT_FALSE(acceptable(feasible, {1, met, 0.01}, 0.01)) << "worse";
  EXPECT_FALSE(acceptable(feasible, {-1, 0.1 * broken, 0.01}, 0.01)) << "unsafe";
  EXPECT_TRUE(acceptable(infeasible, {1, 0.5 * broken, 0.01}, 0.01)) << "safer, if worse";
  EXPECT_FALSE(acceptable(infeasible, {-1, 1.1 * broken, 0.01}, 0.01)) << "less safe";
  EXPECT_FALSE(acceptable(feasible, {std::numeric_limits<double>::quiet_NaN(), met, 0}, 0.01));
  EXPECT_FALSE(acceptable(feasible, {-1, met, std::numeric_limits<double>::quiet_NaN()}, 0.01));
}

/// Steps in the Euclidean metric with a radius that shrinks where no trial is accepted.
VectorXd descend(ConstrainedProblem<VectorXd>& problem, VectorXd x, int rounds) {
  const int m = problem.inequalities();
  const auto identity = [](const VectorXd& v) { return v; };
  TrustRegionOptions options = undamped(0.02);
  for (int i = 0; i < rounds; ++i) {
    const ConstrainedValues now = problem.values(x);
    std::vector<VectorXd> b;
    for (int k = 0; k < m; ++k) b.push_back(problem.gradient(x, {0, VectorXd::Unit(m, k)}));
    const VectorXd g = problem.gradient(x, {1, VectorXd::Zero(m)});
    const auto at = cpo_step(identity, g, b, now.constraints, options);
    const auto found = backtrack(x, at.step, [&](const VectorXd& trial) {
      const ConstrainedValues then = problem.values(trial);
      const TrialValues values{then.objective, then.constraints, 0.5 * (trial - x).squaredNorm()};
      return acceptable({now.objective, now.constraints, 0}, values, options.radius * (1 + 1e-9));
    });
    if (found.fraction == 0) options.radius /= 4;
    x = problem.project(found.point);
  }
  return x;
}

TEST(CpoStep, DescendsToTheSolutionOfAQuadraticProgramFromBothSides) {
  QuadraticProgram problem = half_plane_program();
  EXPECT_NEAR((descend(problem, Vector2d(-3, -1), 300) - Vector2d(1, 0)).norm(), 0, 1e-5);
  EXPECT_NEAR((descend(problem, Vector2d(4, 5), 300) - Vector2d(1, 0)).norm(), 0, 1e-5);
}

TEST(CpoStep, StaysFeasibleOnTheWayToTheSolution) {
  QuadraticProgram problem = half_plane_program();
  VectorXd x = Vector2d(-3, -1);
  for (int i = 0; i < 100; ++i) {
    x = descend(problem, x, 1);
    ASSERT_LE(problem.values(x).constraints[0], 1e-12);
  }
}

TEST(CpoStep, HandlesSeveralConstraints) {
  // x₁ ≤ 1, x₂ ≤ ½, x₁ + x₂ ≥ 0 around (2,1): the solution is the corner (1, ½).
  QuadraticProgram problem({.q = MatrixXd::Identity(2, 2),
                            .c = Vector2d(-2, -1),
                            .a = (MatrixXd(3, 2) << 1, 0, 0, 1, -1, -1).finished(),
                            .b = Vector3d(1, 0.5, 0),
                            .e_matrix = {},
                            .e = {}});
  EXPECT_NEAR((descend(problem, Vector2d(-2, -3), 300) - Vector2d(1, 0.5)).norm(), 0, 1e-6);
}

}  // namespace
}  // namespace saddle
