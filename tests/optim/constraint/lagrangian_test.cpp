// SPDX-License-Identifier: Apache-2.0
// Dual ascent on quadratics whose solution and multipliers are known in closed form.
#include <saddle/optim/constraint/lagrangian.h>

#include <limits>

#include <gtest/gtest.h>

#include <saddle/optim/constraint/none.h>
#include <saddle/optim/constraint/registry.h>

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

/// min ½‖x − c‖² subject to A x ≤ b, by gradient steps along the rule's weights.
struct Quadratic {
  VectorXd c;
  MatrixXd a;
  VectorXd b;

  VectorXd solve(ConstraintRule& rule, double step, int iterations) const {
    VectorXd x = VectorXd::Zero(c.size());
    for (int i = 0; i < iterations; ++i) {
      const GradientWeights w = rule.update(a * x - b);
      x -= step * (w.objective * (x - c) + a.transpose() * w.constraints);
    }
    return x;
  }
};

Lagrangian::Options plain(double step) {
  Lagrangian::Options options;
  options.step = step;
  options.normalize = false;
  return options;
}

// min ½‖x − (2,1)‖² subject to x₁ + x₂ ≤ 1: x* = c − λ* a = (1,0), λ* = (aᵀc − b)/‖a‖² = 1.
const Quadratic kHalfPlane{Vector2d(2, 1), (MatrixXd(1, 2) << 1, 1).finished(),
                           VectorXd::Constant(1, 1)};

TEST(Lagrangian, FindsTheSolutionAndTheMultiplier) {
  Lagrangian rule(1, plain(0.1));
  const VectorXd x = kHalfPlane.solve(rule, 0.1, 2000);
  EXPECT_NEAR(x[0], 1, 1e-9);
  EXPECT_NEAR(x[1], 0, 1e-9);
  EXPECT_NEAR(rule.multipliers()[0], 1, 1e-9);
}

TEST(Lagrangian, NormalizedWeightsLeadToTheSamePoint) {
  Lagrangian::Options options = plain(0.05);
  options.normalize = true;
  Lagrangian rule(1, options);
  const VectorXd x = kHalfPlane.solve(rule, 0.1, 5000);
  EXPECT_NEAR(x[0], 1, 1e-9);
  EXPECT_NEAR(rule.multipliers()[0], 1, 1e-9);
}

TEST(Lagrangian, AnInactiveConstraintCostsNothing) {
  Quadratic problem = kHalfPlane;
  problem.b[0] = 10;
  Lagrangian rule(1, plain(0.1));
  const VectorXd x = problem.solve(rule, 0.1, 2000);
  EXPECT_NEAR((x - problem.c).norm(), 0, 1e-9);
  EXPECT_EQ(rule.multipliers()[0], 0);
}

TEST(Lagrangian, KeepsSeveralConstraintsApart) {
  // Box x₁ ≤ 1, x₂ ≤ ½, −x₁ ≤ 0 around (2,1): λ* = (1, ½, 0).
  const Quadratic box{Vector2d(2, 1), (MatrixXd(3, 2) << 1, 0, 0, 1, -1, 0).finished(),
                      Eigen::Vector3d(1, 0.5, 0)};
  Lagrangian rule(3, plain(0.1));
  const VectorXd x = box.solve(rule, 0.1, 4000);
  EXPECT_NEAR(x[0], 1, 1e-9);
  EXPECT_NEAR(x[1], 0.5, 1e-9);
  EXPECT_NEAR(rule.multipliers()[0], 1, 1e-9);
  EXPECT_NEAR(rule.multipliers()[1], 0.5, 1e-9);
  EXPECT_EQ(rule.multipliers()[2], 0);
}

TEST(Lagrangian, CyclesOnALinearProgram) {
  // min −x subject to x ≤ 0 on [−1,1] has its saddle at (0,1); both players turning at the same
  // time spiral away from it, which is what theory says of this rule and why others exist.
  Lagrangian::Options options = plain(0.05);
  options.initial = 0.5;
  Lagrangian rule(1, options);
  double x = 0.5, farthest = 0;
  for (int i = 0; i < 20000; ++i) {
    const GradientWeights w = rule.update(VectorXd::Constant(1, x));
    x = std::clamp(x - 0.05 * (-w.objective + w.constraints[0]), -1.0, 1.0);
    if (i >= 10000) farthest = std::max(farthest, std::hypot(x, rule.multipliers()[0] - 1));
  }
  EXPECT_GT(farthest, 0.5);
}

TEST(Lagrangian, StepIsProportionalToTheViolation) {
  Lagrangian small(1, plain(0.1)), large(1, plain(0.1));
  (void)small.update(VectorXd::Constant(1, 0.2));
  (void)large.update(VectorXd::Constant(1, 2));
  EXPECT_DOUBLE_EQ(small.multipliers()[0], 0.02);
  EXPECT_DOUBLE_EQ(large.multipliers()[0], 0.2);
}

TEST(Lagrangian, StaysBetweenZeroAndItsMaximum) {
  Lagrangian::Options options = plain(1);
  options.maximum = 3;
  Lagrangian rule(1, options);
  (void)rule.update(VectorXd::Constant(1, 100));
  EXPECT_EQ(rule.multipliers()[0], 3);
  (void)rule.update(VectorXd::Constant(1, -100));
  EXPECT_EQ(rule.multipliers()[0], 0);
}

TEST(Lagrangian, RefusesWhatIsNotFiniteAndWhatDoesNotFit) {
  Lagrangian rule(2, plain(0.1));
  (void)rule.update(Vector2d(1, 2));
  const VectorXd before = rule.multipliers();
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW((void)rule.update(Vector2d(0, bad)), Error);
  }
  EXPECT_THROW((void)rule.update(VectorXd::Zero(1)), std::logic_error);
  EXPECT_EQ(rule.multipliers(), before);
}

TEST(Lagrangian, ContinuesFromASavedState) {
  Lagrangian first(1, plain(0.1)), second(1, plain(0.1));
  (void)first.update(VectorXd::Constant(1, 3));
  Archive saved;
  first.state(saved);
  Archive loading(saved.entries());
  second.state(loading);
  EXPECT_EQ(second.multipliers(), first.multipliers());
}

TEST(None, WeighsTheObjectiveAlone) {
  None rule(2, {});
  const GradientWeights w = rule.update(Vector2d(5, -1));
  EXPECT_EQ(w.objective, 1);
  EXPECT_TRUE(w.constraints.isZero(0));
  EXPECT_TRUE(rule.multipliers().isZero(0));
}

TEST(Rules, AreMadeByNameWithTheirOptions) {
  RuleRegistry rules("constraint");
  register_rules(rules);
  const auto builder = rules.at("lagrangian").builder();
  Fields fields;
  fields.group("lagrangian", *builder);
  fields.parse("lagrangian.step", "0.5");
  fields.parse("lagrangian.normalize", "false");
  const auto rule = builder->build(1);
  EXPECT_DOUBLE_EQ(rule->update(VectorXd::Constant(1, 1)).constraints[0], 0.5);
  EXPECT_THROW((void)rules.at("lagrangan"), Error);
}

}  // namespace
}  // namespace saddle
