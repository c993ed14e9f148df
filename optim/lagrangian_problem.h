// SPDX-License-Identifier: Apache-2.0
// A constrained problem as the game that its Lagrangian is.
#pragma once

#include <algorithm>
#include <limits>

#include <saddle/optim/problem.h>

namespace saddle {

/// min over x ∈ X, max over λ ∈ [0, maximum]^m and ν ∈ R^p, of f(x) + λᵀg(x) + νᵀh(x).
/// Every method for games is by this a method for constraints. Refers to the problem it is given.
template <class V>
class LagrangianProblem final : public MinMaxProblem<V, Eigen::VectorXd> {
 public:
  explicit LagrangianProblem(ConstrainedProblem<V>& problem,
                             double maximum = std::numeric_limits<double>::infinity())
      : problem_(problem), maximum_(maximum) {}

  double value(const V& x, const Eigen::VectorXd& y) override {
    const ConstrainedValues at = problem_.values(x);
    return at.objective + y.dot(at.constraints);
  }
  V gradient_x(const V& x, const Eigen::VectorXd& y) override {
    return problem_.gradient(x, {1, y});
  }
  Eigen::VectorXd gradient_y(const V& x, const Eigen::VectorXd&) override {
    return problem_.values(x).constraints;
  }
  V project_x(const V& x) const override { return problem_.project(x); }
  Eigen::VectorXd project_y(const Eigen::VectorXd& y) const override {
    Eigen::VectorXd inside = y;
    for (int k = 0; k < problem_.inequalities(); ++k) inside[k] = std::clamp(y[k], 0.0, maximum_);
    return inside;
  }
  void resample(std::uint64_t batch) override { problem_.resample(batch); }

 private:
  ConstrainedProblem<V>& problem_;
  double maximum_;
};

}  // namespace saddle
