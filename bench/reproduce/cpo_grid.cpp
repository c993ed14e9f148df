// SPDX-License-Identifier: Apache-2.0
// The closed form of constrained policy optimization against brute force: the best feasible point
// of a fine grid over a two-dimensional trust region.
#include <algorithm>
#include <limits>
#include <numbers>

#include <saddle/base/rng.h>
#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/primal/trust_region.h>
#include "report.h"

namespace saddle::reproduce::cpo_grid {
namespace {

using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::VectorXd;

/// min gᵀs with c + bᵀs ≤ 0 and ½ sᵀH s ≤ δ.
struct Program {
  MatrixXd h;  ///< [2, 2]
  VectorXd g, b;
  double c, radius;
};

Program draw(Rng& rng) {
  const MatrixXd root = MatrixXd::NullaryExpr(2, 2, [&] { return rng.normal(); });
  Program p{root * root.transpose() + 0.2 * MatrixXd::Identity(2, 2),
            VectorXd::NullaryExpr(2, [&] { return rng.normal(); }),
            VectorXd::NullaryExpr(2, [&] { return rng.normal(); }), 0, rng.uniform(0.01, 0.5)};
  // From well inside to beyond the reach of the trust region, √(2δ bᵀH⁻¹b).
  p.c = rng.uniform(-1.3, 1.3) * std::sqrt(2 * p.radius * p.b.dot(solve_positive(p.h, p.b)));
  return p;
}

/// The least gᵀs on a polar grid, or, where nothing is feasible, the least c + bᵀs.
double brute_force(const Program& p, bool& feasible) {
  const MatrixXd inverse_root =
      solve_regular(cholesky_factor(p.h).transpose(), MatrixXd(MatrixXd::Identity(2, 2)));
  double best = std::numeric_limits<double>::infinity(), least = best;
  for (int i = 0; i < 2000; ++i) {
    const double angle = 2 * std::numbers::pi * i / 2000;
    const VectorXd rim =
        std::sqrt(2 * p.radius) * (inverse_root * Vector2d(std::cos(angle), std::sin(angle)));
    for (int k = 0; k <= 200; ++k) {
      const VectorXd s = k / 200.0 * rim;
      const double violation = p.c + p.b.dot(s);
      least = std::min(least, violation);
      if (violation <= 0) best = std::min(best, p.g.dot(s));
    }
  }
  feasible = std::isfinite(best);
  return feasible ? best : least;
}

}  // namespace

int run(const std::string& folder) {
  Report report(folder, "R16 The closed form of CPO against a grid");
  auto out = report.csv("cpo_grid.csv", "instance,case,closed,grid");
  Rng rng(16);
  double ahead = 0, behind = 0, outside = 0;
  int counts[3] = {}, disagreements = 0;
  const int instances = 200;
  for (int i = 0; i < instances; ++i) {
    const Program p = draw(rng);
    const auto metric = [&](const VectorXd& v) { return VectorXd(p.h * v); };
    const auto solved = cpo_step<VectorXd>(metric, p.g, {p.b}, VectorXd::Constant(1, p.c),
                                           {.radius = p.radius, .damping = 0});
    bool feasible = false;
    const double grid = brute_force(p, feasible);
    const bool recovers = solved.kind == StepCase::kRecovery;
    const double violation = p.c + p.b.dot(solved.step);
    const double closed = recovers ? violation : p.g.dot(solved.step);
    ++counts[static_cast<int>(solved.kind)];
    outside = std::max(outside, 0.5 * solved.step.dot(p.h * solved.step) / p.radius - 1);
    if (!recovers) outside = std::max(outside, violation);
    // A sliver of a feasible set may fall between the points of the grid.
    if (recovers == feasible) {
      ++disagreements;
      continue;
    }
    const VectorXd& direction = recovers ? p.b : p.g;
    const double scale = std::sqrt(2 * p.radius * direction.dot(solve_positive(p.h, direction)));
    ahead = std::max(ahead, (grid - closed) / scale);
    behind = std::max(behind, (closed - grid) / scale);
    out << i << ',' << static_cast<int>(solved.kind) << ',' << closed << ',' << grid << '\n';
  }
  report.below("share by which the grid is better than the closed form", 1e-9, behind);
  report.below("share by which the closed form is better than the grid", 0.02, ahead);
  report.below("how far a step leaves the trust region or the limit", 1e-9, outside);
  report.below("instances where the two disagree on feasibility", 3, disagreements);
  report.above("instances without a binding constraint", 20, counts[0]);
  report.above("instances with one", 20, counts[1]);
  report.above("instances that recover", 20, counts[2]);
  return report.finish();
}

}  // namespace saddle::reproduce::cpo_grid
