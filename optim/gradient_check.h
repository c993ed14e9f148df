// SPDX-License-Identifier: Apache-2.0
// Are the gradients that you wrote the gradients of the values that you wrote?
#pragma once

#include <functional>

#include <saddle/optim/problem.h>

namespace saddle {

/// The largest difference between a gradient and central differences, relative to the size of the
/// gradient or 1, whichever is larger. About 1e-9 for a right gradient of a smooth function, and of
/// the order of 1 for a wrong one.
struct GradientError {
  double largest = 0;
  Eigen::Index entry = 0;  ///< where it is
  double written = 0;      ///< the gradient's entry there
  double measured = 0;     ///< the difference quotient's
};

/// Compares `gradient`, meant to be ∇`value`(x), with (value(x + εe_i) − value(x − εe_i))/2ε.
[[nodiscard]] GradientError check_gradient(
    const std::function<double(const Eigen::VectorXd&)>& value, const Eigen::VectorXd& x,
    const Eigen::VectorXd& gradient, double epsilon = 1e-5);

/// Both players' gradients at (x, y); the worse error.
[[nodiscard]] GradientError check_gradient(MinMaxProblem<Eigen::VectorXd>& problem,
                                           const Eigen::VectorXd& x, const Eigen::VectorXd& y);

/// The gradients of the objective and of each constraint at x; the worst error.
[[nodiscard]] GradientError check_gradient(ConstrainedProblem<Eigen::VectorXd>& problem,
                                           const Eigen::VectorXd& x);

/// Both gradients, the Hessian product and the cross derivative at (x, y), the last two along v;
/// the worst error.
[[nodiscard]] GradientError check_gradient(BilevelProblem<Eigen::VectorXd>& problem,
                                           const Eigen::VectorXd& x, const Eigen::VectorXd& y,
                                           const Eigen::VectorXd& v);

}  // namespace saddle
