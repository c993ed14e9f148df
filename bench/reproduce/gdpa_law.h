// SPDX-License-Identifier: Apache-2.0
// GDPA beside its law: the violation that it leaves after r rounds is τ λ/β_r.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <saddle/optim/constraint/gdpa.h>
#include <saddle/optim/constraint/method.h>

namespace saddle::reproduce {

/// What GDPA knows after r rounds.
struct GdpaState {
  Eigen::VectorXd x;
  double objective = 0, violation = 0, multiplier = 0, law = 0;
  double stationarity = 0;  ///< ‖∇f + λ∇g‖
};

/// One round at a time, on a problem with one constraint.
class GdpaRun {
 public:
  GdpaRun(ConstrainedProblem<Eigen::VectorXd>& problem, Eigen::VectorXd start, double step,
          const Gdpa::Options& options)
      : problem_(problem),
        tau_(options.perturbation),
        rule_(1, options),
        primal_({step, -1.0 / 3}),
        x_(std::move(start)) {}

  void rounds(int count) {
    for (int i = 0; i < count; ++i) {
      const GradientWeights w = rule_.update(problem_.values(x_).constraints);
      x_ = problem_.project(primal_.next(x_, problem_.gradient(x_, w)));
    }
  }
  [[nodiscard]] GdpaState now() const {
    const ConstrainedValues at = problem_.values(x_);
    Gdpa finished = rule_;  // finishes the multiplier of this round when it sees g(x)
    (void)finished.update(at.constraints);
    const double lambda = finished.multipliers()[0];
    const Eigen::VectorXd slope = problem_.gradient(x_, {1, finished.multipliers()});
    return {x_,          at.objective, at.constraints[0], lambda, tau_ * lambda / rule_.penalty(),
            slope.norm()};
  }

 private:
  ConstrainedProblem<Eigen::VectorXd>& problem_;
  double tau_;
  Gdpa rule_;
  GradientStep<Eigen::VectorXd> primal_;
  Eigen::VectorXd x_;
};

}  // namespace saddle::reproduce
