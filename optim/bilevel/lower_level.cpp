// SPDX-License-Identifier: Apache-2.0
// Lower levels solved exactly, with linear constraints or without, and the hypergradient there.
#include <saddle/optim/bilevel/lower_level.h>

#include <algorithm>
#include <vector>

#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/primal/least_distance.h>

namespace saddle {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

using Levels = BilevelProblem<VectorXd>;

constexpr int kNewtonSteps = 100;
constexpr double kSettled = 1e-13;
constexpr double kViolation =
    1e-9;  ///< of constraints that contradict each other by rounding alone

MatrixXd dense_hessian(Levels& problem, const VectorXd& x, const VectorXd& y) {
  MatrixXd hessian(y.size(), y.size());
  for (Index i = 0; i < y.size(); ++i) {
    hessian.col(i) = problem.hessian_yy(x, y, VectorXd::Unit(y.size(), i));
  }
  return hessian;
}

/// An equality is two inequalities here, its negative after all rows.
MatrixXd one_sided(const MatrixXd& rows, int equalities) {
  MatrixXd both(rows.rows() + equalities, rows.cols());
  both << rows, -rows.bottomRows(equalities);
  return both;
}

/// The step and multipliers of  min ½ sᵀH s + gᵀs  subject to  offset + B s ≤ 0 (or = 0).
std::optional<LowerSolution> quadratic_program(const MatrixXd& hessian, const VectorXd& gradient,
                                               const MatrixXd& b, const VectorXd& offset,
                                               int equalities) {
  const VectorXd free = -solve_positive(hessian, gradient);
  if (b.rows() == 0) return LowerSolution{free, VectorXd()};
  const MatrixXd rows = one_sided(b, equalities);
  const MatrixXd solved = solve_positive(hessian, MatrixXd(rows.transpose()));
  const auto mu = least_distance(rows * solved, one_sided(offset, equalities) + rows * free);
  if (!mu) return std::nullopt;
  VectorXd multipliers = mu->head(b.rows());
  multipliers.tail(equalities) -= mu->tail(equalities);
  return LowerSolution{free - solved * *mu, multipliers};
}

/// The largest amount by which a constraint is broken.
double violation(const Coupling& coupling, const VectorXd& x, const VectorXd& y) {
  if (coupling.c.size() == 0) return 0;
  const VectorXd excess =
      one_sided(coupling.a * x + coupling.b * y - coupling.c, coupling.equalities);
  return std::max(0.0, excess.maxCoeff());
}

}  // namespace

std::optional<LowerSolution> solve_lower(Levels& problem, const Coupling& coupling,
                                         const VectorXd& x, const VectorXd& start,
                                         const VectorXd& tilt) {
  const VectorXd slope = tilt.size() > 0 ? tilt : VectorXd::Zero(start.size());
  const VectorXd shift = coupling.c.size() > 0 ? VectorXd(coupling.a * x - coupling.c) : VectorXd();
  const auto value = [&](const VectorXd& y) { return problem.inner_value(x, y) + slope.dot(y); };
  VectorXd y = start;
  for (int i = 0; i < kNewtonSteps; ++i) {
    const MatrixXd hessian = dense_hessian(problem, x, y);
    if (!is_positive_definite(hessian)) return std::nullopt;
    const VectorXd gradient = problem.inner_gradient(x, y).y + slope;
    const VectorXd offset = shift.size() > 0 ? VectorXd(shift + coupling.b * y) : VectorXd();
    const auto step = quadratic_program(hessian, gradient, coupling.b, offset, coupling.equalities);
    if (!step || !step->y.allFinite()) return std::nullopt;
    if (step->y.norm() <= kSettled * (1 + y.norm())) {
      if (violation(coupling, x, y) > kViolation * (1 + y.norm())) return std::nullopt;
      return LowerSolution{y + step->y, step->multipliers};
    }
    // The first step is taken whole, since only then does y satisfy the constraints.
    const double fall = gradient.dot(step->y);
    double length = 1;
    while (i > 0 && fall < 0 && length > 1e-8 &&
           value(y + length * step->y) > value(y) + 1e-4 * length * fall + 1e-14) {
      length /= 2;
    }
    y += length * step->y;
  }
  return std::nullopt;
}

VectorXd kkt_hypergradient(Levels& problem, const Coupling& coupling, const VectorXd& x,
                           const LowerSolution& lower) {
  const auto [outer_x, outer_y] = problem.outer_gradient(x, lower.y);
  const MatrixXd hessian = dense_hessian(problem, x, lower.y);
  VectorXd v = solve_regular(hessian, outer_y);
  std::vector<Index> tight;
  const Index inequalities = coupling.c.size() - coupling.equalities;
  for (Index i = 0; i < coupling.c.size(); ++i) {
    if (i >= inequalities || lower.multipliers[i] > 0) tight.push_back(i);
  }
  if (tight.empty()) return outer_x - problem.jacobian_xy(x, lower.y, v);
  const MatrixXd rows = coupling.b(tight, Eigen::all);
  const MatrixXd solved = solve_regular(hessian, MatrixXd(rows.transpose()));
  // Constraints that repeat each other share their multiplier: the shortest w.
  const VectorXd w = least_squares(rows * solved, rows * v);
  v -= solved * w;
  return outer_x - problem.jacobian_xy(x, lower.y, v) -
         MatrixXd(coupling.a(tight, Eigen::all)).transpose() * w;
}

std::optional<VectorXd> solve_lower(Levels& problem, const VectorXd& x, const VectorXd& start) {
  const auto lower = solve_lower(problem, {}, x, start, {});
  return lower ? std::optional<VectorXd>(lower->y) : std::nullopt;
}

VectorXd exact_hypergradient(Levels& problem, const VectorXd& x, const VectorXd& y) {
  return kkt_hypergradient(problem, {}, x, {y, {}});
}

}  // namespace saddle
