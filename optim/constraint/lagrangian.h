// SPDX-License-Identifier: Apache-2.0
// Projected dual gradient ascent.
#pragma once

#include <saddle/base/fields.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// λ ← P_[0,maximum](λ + η g(x)), with the weights of the Lagrangian f + λᵀg: w₀ = 1, w = λ, or
/// with `normalize` the same direction at a length that does not grow with λ: w₀ = 1/(1+Σλ), w =
/// λ/(1+Σλ).
///
/// Converges on strongly convex problems; on linear ones only the average of the iterates does.
/// Ref  Arrow, Hurwicz and Uzawa 1958; for policies, Ray, Achiam and Amodei 2019.
class Lagrangian final : public ConstraintRule {
 public:
  struct Options {
    double step = 0.05;
    double initial = 0;
    double maximum = 100;
    bool normalize = true;

    void fields(Fields& f) {
      f("step", step, positive(), "dual step η");
      f("initial", initial, at_least(0), "multipliers at the start");
      f("maximum", maximum, positive(), "largest multiplier");
      f("normalize", normalize, "divide the weights by 1 + Σ λ");
    }
  };

  Lagrangian(int constraints, const Options& options);

  [[nodiscard]] GradientWeights update(const Eigen::VectorXd& g) override;
  [[nodiscard]] Eigen::VectorXd multipliers() const override { return multipliers_; }
  void state(Archive& archive) override;

 private:
  Options options_;
  Eigen::VectorXd multipliers_;
};

}  // namespace saddle
