// SPDX-License-Identifier: Apache-2.0
// Two levels with linear constraints that tie the lower variable to the upper one.
#include <saddle/optim/bilevel/coupled.h>

#include <algorithm>
#include <limits>
#include <utility>

#include <saddle/optim/schedule.h>

namespace saddle {

using Eigen::VectorXd;

CoupledBilevelProblem::CoupledBilevelProblem(std::unique_ptr<BilevelProblem<VectorXd>> levels,
                                             Coupling coupling)
    : levels_(std::move(levels)), coupling_(std::move(coupling)) {
  const auto rows = coupling_.c.size();
  SADDLE_CHECK(levels_ != nullptr);
  SADDLE_CHECK(coupling_.a.rows() == rows && coupling_.b.rows() == rows, coupling_.a.rows(),
               coupling_.b.rows(), rows);
  SADDLE_CHECK(coupling_.equalities >= 0 && coupling_.equalities <= rows, coupling_.equalities);
}

double residual_of(CoupledBilevelProblem& problem, const Pair<VectorXd>& z) {
  const auto lower = solve_lower(problem.levels(), problem.coupling(), z.x, z.y);
  if (!lower) return std::numeric_limits<double>::infinity();
  const VectorXd h = kkt_hypergradient(problem.levels(), problem.coupling(), z.x, *lower);
  return std::max((z.x - problem.levels().project_x(z.x - h)).norm(), (z.y - lower->y).norm());
}

bool locally_infeasible(CoupledBilevelProblem& problem, const Pair<VectorXd>& z, double) {
  return !solve_lower(problem.levels(), problem.coupling(), z.x, z.y);
}

void ImplicitKkt::step(CoupledBilevelProblem& problem, Pair<VectorXd>& z) {
  constexpr int kHalvings = 30;
  BilevelProblem<VectorXd>& levels = problem.levels();
  problem.resample(static_cast<std::uint64_t>(++round_));
  if (round_ == 1) {
    tilt_ = VectorSpace<VectorXd>::normal_like(z.y, rng_);
    tilt_ *= options_.perturbation / tilt_.norm();
  }
  const auto lower = solve_lower(levels, problem.coupling(), z.x, z.y, tilt_);
  if (!lower) return;
  z.y = lower->y;
  const VectorXd h = kkt_hypergradient(levels, problem.coupling(), z.x, *lower);
  double length = PowerSchedule{options_.step, options_.exponent}.at(round_);
  for (int i = 0; i < kHalvings; ++i, length /= 2) {
    const VectorXd x = levels.project_x(z.x - length * h);
    const auto next = solve_lower(levels, problem.coupling(), x, z.y, tilt_);
    if (!next) continue;
    z = {x, next->y};
    return;
  }
}

void ImplicitKkt::state(Archive& archive) {
  archive("round", round_);
  archive("rng", rng_);
  archive_vector(archive, "tilt", tilt_);
}

}  // namespace saddle
