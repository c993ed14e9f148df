// SPDX-License-Identifier: Apache-2.0
// Are the gradients that you wrote the gradients of the values that you wrote?
#include <saddle/optim/gradient_check.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>

namespace saddle {
namespace {

using Eigen::VectorXd;

GradientError worst(std::initializer_list<GradientError> errors) {
  return *std::max_element(
      errors.begin(), errors.end(),
      [](const GradientError& a, const GradientError& b) { return a.largest < b.largest; });
}

}  // namespace

GradientError check_gradient(const std::function<double(const VectorXd&)>& value, const VectorXd& x,
                             const VectorXd& gradient, double epsilon) {
  SADDLE_CHECK(x.size() == gradient.size(), x.size(), gradient.size());
  const double scale = std::max(1.0, gradient.norm());
  GradientError error;
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    const VectorXd shift = epsilon * VectorXd::Unit(x.size(), i);
    const double measured = (value(x + shift) - value(x - shift)) / (2 * epsilon);
    double difference = std::abs(measured - gradient[i]) / scale;
    if (std::isnan(difference)) difference = std::numeric_limits<double>::infinity();
    if (difference > error.largest) error = {difference, i, gradient[i], measured};
  }
  return error;
}

GradientError check_gradient(MinMaxProblem<VectorXd>& problem, const VectorXd& x,
                             const VectorXd& y) {
  const auto of_x = [&](const VectorXd& at) { return problem.value(at, y); };
  const auto of_y = [&](const VectorXd& at) { return problem.value(x, at); };
  return worst({check_gradient(of_x, x, problem.gradient_x(x, y)),
                check_gradient(of_y, y, problem.gradient_y(x, y))});
}

GradientError check_gradient(ConstrainedProblem<VectorXd>& problem, const VectorXd& x) {
  const Eigen::Index count = problem.values(x).constraints.size();
  const auto objective = [&](const VectorXd& at) { return problem.values(at).objective; };
  GradientError error =
      check_gradient(objective, x, problem.gradient(x, {1, VectorXd::Zero(count)}));
  for (Eigen::Index k = 0; k < count; ++k) {
    const auto constraint = [&](const VectorXd& at) { return problem.values(at).constraints[k]; };
    const VectorXd gradient = problem.gradient(x, {0, VectorXd::Unit(count, k)});
    error = worst({error, check_gradient(constraint, x, gradient)});
  }
  return error;
}

GradientError check_gradient(BilevelProblem<VectorXd>& problem, const VectorXd& x,
                             const VectorXd& y, const VectorXd& v) {
  const auto outer_x = [&](const VectorXd& at) { return problem.outer_value(at, y); };
  const auto outer_y = [&](const VectorXd& at) { return problem.outer_value(x, at); };
  const auto inner_x = [&](const VectorXd& at) { return problem.inner_value(at, y); };
  const auto inner_y = [&](const VectorXd& at) { return problem.inner_value(x, at); };
  const auto along_x = [&](const VectorXd& at) { return v.dot(problem.inner_gradient(at, y).y); };
  const auto along_y = [&](const VectorXd& at) { return v.dot(problem.inner_gradient(x, at).y); };
  const auto outer = problem.outer_gradient(x, y), inner = problem.inner_gradient(x, y);
  return worst({check_gradient(outer_x, x, outer.x), check_gradient(outer_y, y, outer.y),
                check_gradient(inner_x, x, inner.x), check_gradient(inner_y, y, inner.y),
                check_gradient(along_x, x, problem.jacobian_xy(x, y, v)),
                check_gradient(along_y, y, problem.hessian_yy(x, y, v))});
}

}  // namespace saddle
