// SPDX-License-Identifier: Apache-2.0
// A rule and a primal step, run on a problem.
#pragma once

#include <functional>
#include <memory>

#include <saddle/optim/constraint/method.h>
#include <saddle/optim/linear_algebra.h>

namespace saddle {

/// A problem's point while `rule` moves it by `primal`.
template <class Rule>
struct RuleRun {
  ConstrainedProblem<Eigen::VectorXd>& problem;
  Eigen::VectorXd x;
  Rule rule;
  std::unique_ptr<PrimalStep<Eigen::VectorXd>> primal;

  void step() {
    const GradientWeights w = rule.update(problem.values(x).constraints);
    x = problem.project(primal->next(x, problem.gradient(x, w)));
  }
  void steps(
      int count, const std::function<void()>& observe = [] {}) {
    for (int i = 0; i < count; ++i) {
      step();
      observe();
    }
  }
  [[nodiscard]] double violation() const { return problem.values(x).constraints.maxCoeff(); }
  [[nodiscard]] double multiplier() const { return rule.multipliers()[0]; }
};

[[nodiscard]] inline std::unique_ptr<PrimalStep<Eigen::VectorXd>> gradient_step(
    double scale, double exponent = 0) {
  return std::make_unique<GradientStep<Eigen::VectorXd>>(PowerSchedule{scale, exponent});
}

}  // namespace saddle
