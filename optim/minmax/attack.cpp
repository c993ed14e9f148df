// SPDX-License-Identifier: Apache-2.0
// The inner maximum over a box by steps along the sign of the gradient: FGSM and PGD.
#include <saddle/optim/minmax/attack.h>

#include <saddle/optim/project.h>

namespace saddle {

using Eigen::VectorXd;

VectorXd sign_of(const VectorXd& a) { return a.array().sign(); }

VectorXd fast_gradient_sign(const AttackGradient& gradient, Eigen::Index n, double radius) {
  SADDLE_CHECK(n > 0 && radius >= 0, n, radius);
  const VectorXd slope = gradient(VectorXd::Zero(n));
  SADDLE_CHECK(slope.size() == n, slope.size(), n);
  return radius * sign_of(slope);
}

VectorXd projected_sign_ascent(const AttackGradient& gradient, const VectorXd& start,
                               const AttackOptions& options) {
  SADDLE_CHECK(options.radius >= 0 && options.step > 0, options.radius, options.step);
  VectorXd delta = project_box(start, -options.radius, options.radius);
  for (std::int64_t k = 0; k < options.steps; ++k) {
    const VectorXd slope = gradient(delta);
    SADDLE_CHECK(slope.size() == delta.size(), slope.size(), delta.size());
    delta = project_box(delta + options.step * sign_of(slope), -options.radius, options.radius);
  }
  return delta;
}

VectorXd random_perturbation(Eigen::Index n, double radius, Rng& rng) {
  SADDLE_CHECK(n > 0 && radius >= 0, n, radius);
  return VectorXd::NullaryExpr(n, [&] { return rng.uniform(-radius, radius); });
}

}  // namespace saddle
