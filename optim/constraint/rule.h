// SPDX-License-Identifier: Apache-2.0
// What every first-order method for constraints comes down to: from values to weights of gradients.
#pragma once

#include <cmath>

#include <Eigen/Core>

#include <saddle/base/archive.h>

namespace saddle {

/// Where the next primal step goes: down w₀ ∇f(x) + Σ_k w_k ∇g_k(x).
struct GradientWeights {
  double objective = 1;         ///< w₀ ≥ 0
  Eigen::VectorXd constraints;  ///< w_k ≥ 0, [m]
};

/// A method for  min f(x)  subject to  g_k(x) ≤ 0, k = 1..m,  reduced to its essence: it is told
/// the measured constraint values at the current point and answers with the weights of the next
/// step. Dual ascent, PID, augmented Lagrangian, perturbed ascent, penalties and switching differ
/// in this alone, so a rule works with any primal step, exact or stochastic.
///
///     for (;;) { w = rule.update(g(x));  x -= η (w.objective ∇f(x) + Σ w.constraints[k] ∇g_k(x));
///     }
///
/// Errors: update() throws std::logic_error if g has not m entries and saddle::Error if one of them
/// is not finite; the state is unchanged then.
class ConstraintRule {
 public:
  virtual ~ConstraintRule() = default;

  /// `g` [m]: constraint values at the current point, positive where violated.
  [[nodiscard]] virtual GradientWeights update(const Eigen::VectorXd& g) = 0;

  /// The multiplier estimates λ ≥ 0, [m]; zeros for rules without any.
  [[nodiscard]] virtual Eigen::VectorXd multipliers() const = 0;

  /// Whether it has any.
  [[nodiscard]] virtual bool has_multipliers() const { return true; }

  /// Whether constraints ever get weight. If not, nobody needs to estimate their gradients.
  [[nodiscard]] virtual bool weighs_constraints() const { return true; }

  virtual void state(Archive& archive) = 0;
};

/// What every rule checks first. Errors: as ConstraintRule::update().
inline void check_constraint_values(const Eigen::VectorXd& g, Eigen::Index constraints) {
  SADDLE_CHECK(g.size() == constraints, g.size(), constraints);
  for (Eigen::Index k = 0; k < g.size(); ++k) {
    if (!std::isfinite(g[k])) {
      throw Error(concat("the value of constraint ", k, " is ", g[k],
                         "; a rule needs finite values, so check how it is measured"));
    }
  }
}

}  // namespace saddle
