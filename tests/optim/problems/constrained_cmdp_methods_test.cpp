// SPDX-License-Identifier: Apache-2.0
// Constraint rules on the reference grid with tabular softmax policies, against the digits of
// independent runs of the same equations: which converge in the last iterate, and which cycle.
#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/constraint/gdpa.h>
#include <saddle/optim/constraint/lagrangian.h>
#include <saddle/optim/constraint/nupi.h>
#include <saddle/optim/constraint/switching.h>
#include <saddle/optim/problems/cmdp.h>

namespace saddle {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kOptimum = 1.652721843;
constexpr double kMultiplier = 0.173230303;

/// Optimality gap and constraint violation.
struct Gaps {
  double optimality = 0, violation = 0;
};

class OnReferenceCmdp : public testing::Test {
 protected:
  [[nodiscard]] Gaps gaps() {
    const ConstrainedValues at = problem_.values(theta_);
    return {kOptimum + at.objective, at.constraints[0]};
  }
  /// Along the exact policy gradient.
  void gradient_steps(ConstraintRule& rule, int rounds, const std::function<double(int)>& step) {
    for (int i = 0; i < rounds; ++i) {
      const GradientWeights w = rule.update(problem_.values(theta_).constraints);
      theta_ -= step(++round_) * problem_.gradient(theta_, w);
    }
  }
  /// Along the natural policy gradient, the action values; `weights` are those of the round before.
  void natural_steps(ConstraintRule& rule, int rounds, double step, bool at_once) {
    for (int i = 0; i < rounds; ++i) {
      const Gaps now = gaps();
      optimality_.push_back(now.optimality);
      violation_.push_back(now.violation);
      const GradientWeights after = rule.update(VectorXd::Constant(1, now.violation));
      const GradientWeights w = at_once ? weights_ : after;
      weights_ = after;
      const VectorXd signal = w.objective * cmdp_.reward - cmdp_.costs.transpose() * w.constraints;
      theta_ += step * action_values(cmdp_, problem_.policy(theta_), signal);
    }
  }
  /// Least and largest of the last quarter.
  static std::pair<double, double> range(const std::vector<double>& record) {
    const auto [low, high] = std::minmax_element(
        record.begin() + 3 * static_cast<long>(record.size()) / 4, record.end());
    return {*low, *high};
  }
  static double mean(const std::vector<double>& record) {
    return VectorXd::Map(record.data(), static_cast<Eigen::Index>(record.size())).mean();
  }

  Cmdp cmdp_ = reference_cmdp();
  SoftmaxCmdp problem_{cmdp_};
  VectorXd theta_ = VectorXd::Zero(100);
  GradientWeights weights_{1, VectorXd::Ones(1)};
  std::vector<double> optimality_, violation_;
  int round_ = 0;
};

TEST_F(OnReferenceCmdp, GdpaLeavesTheViolationOfItsLaw) {
  Gdpa::Options options;
  options.penalty = 0.05;
  Gdpa rule(1, options);
  const auto step = [](int r) { return 20 / std::cbrt(r); };
  gradient_steps(rule, 100, step);
  EXPECT_NEAR(gaps().violation, 0.18985, 6e-6);
  gradient_steps(rule, 900, step);
  EXPECT_NEAR(gaps().violation, 0.08816, 6e-6);
  const double penalty = rule.penalty();
  (void)rule.update(problem_.values(theta_).constraints);
  EXPECT_NEAR(rule.multipliers()[0], 0.17633, 6e-6);
  EXPECT_NEAR(gaps().violation, 0.25 * rule.multipliers()[0] / penalty, 0.01 * 0.08816);
  gradient_steps(rule, 4000, step);
  EXPECT_NEAR(rule.multipliers()[0], kMultiplier, 1e-3);
}

TEST_F(OnReferenceCmdp, TheAugmentedLagrangianConvergesToTheOptimum) {
  AugmentedLagrangian::Options options;
  options.normalize = false;
  AugmentedLagrangian rule(1, options);
  gradient_steps(rule, 1000, [](int) { return 10.0; });
  EXPECT_NEAR(gaps().optimality, 0.00168, 6e-6);
  EXPECT_LT(std::abs(gaps().violation), 1e-5);
  gradient_steps(rule, 4000, [](int) { return 10.0; });
  EXPECT_NEAR(gaps().optimality, 0.00033, 6e-6);
}

TEST_F(OnReferenceCmdp, DualAscentWithNaturalGradientsCyclesAboutItsAverage) {
  Lagrangian::Options options;
  options.step = 0.1;
  options.initial = 1;
  options.maximum = 18.916587;
  options.normalize = false;
  Lagrangian rule(1, options);
  natural_steps(rule, 1500, 1, true);
  EXPECT_NEAR(mean(optimality_), 0.0154, 6e-5);
  EXPECT_NEAR(mean(violation_), -0.0487, 6e-5);
  EXPECT_NEAR(range(optimality_).first, -0.0384, 6e-5);
  EXPECT_NEAR(range(optimality_).second, 0.0445, 6e-5);
  EXPECT_NEAR(range(violation_).first, -0.257, 6e-4);
  EXPECT_NEAR(range(violation_).second, 0.222, 6e-4);
}

TEST_F(OnReferenceCmdp, AProportionalTermMakesTheLastIterateConverge) {
  NuPi::Options options;
  options.step = 0.1;
  options.proportional = 10;
  options.initial = 1;
  options.normalize = false;
  NuPi rule(1, options);
  natural_steps(rule, 5000, 1, true);
  EXPECT_LT(std::abs(gaps().optimality), 1e-5);
  EXPECT_LT(std::abs(gaps().violation), 1e-5);
  EXPECT_NEAR(rule.multipliers()[0], kMultiplier, 1e-4);
}

TEST_F(OnReferenceCmdp, SwitchingStaysFeasibleOnAverageAlone) {
  Switching rule(1, {});
  natural_steps(rule, 1500, 0.75, false);
  EXPECT_NEAR(mean(optimality_), 0.0267, 6e-5);
  EXPECT_NEAR(mean(violation_), -0.0993, 6e-5);
  EXPECT_NEAR(range(violation_).first, -0.197, 6e-4);
  EXPECT_NEAR(range(violation_).second, 0.041, 6e-4);
}

}  // namespace
}  // namespace saddle
