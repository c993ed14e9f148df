// SPDX-License-Identifier: Apache-2.0
// The optimum of tabular worlds, by the linear program.
#include <saddle/apps/optimum.h>

#include <saddle/base/check.h>
#include <saddle/optim/problems/cmdp.h>

namespace saddle {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// With a limit for each constraint, or with none for any.
Cmdp cmdp_of(const TabularModel& model, const std::vector<double>& limits) {
  const Eigen::Index s = model.states, pairs = s * model.actions;
  const auto c = static_cast<Eigen::Index>(limits.size());
  return {model.states,
          model.actions,
          model.continuation,
          Eigen::VectorXd::Map(model.start.data(), s),
          Eigen::Map<const RowMajor>(model.transition.data(), pairs, s),
          Eigen::VectorXd::Map(model.reward.data(), pairs),
          Eigen::Map<const RowMajor>(model.cost.data(), pairs, c).transpose(),
          Eigen::VectorXd::Map(limits.data(), c)};
}

}  // namespace

Optimum optimum(const TabularModel& model, const std::vector<double>& limits) {
  const Cmdp cmdp = cmdp_of(model, limits);
  const CmdpSolution solution = [&] {
    try {
      return solve_exactly(cmdp);
    } catch (const Error& error) {
      throw Error(concat("found no policy of '", model.id, "' within its limits (", error.what(),
                         "); raise one with --cost-limit"));
    }
  }();
  Optimum best;
  const RowMajor policy = policy_of(cmdp, solution.occupancy);
  best.policy.assign(policy.data(), policy.data() + policy.size());
  best.multipliers.assign(solution.multipliers.begin(), solution.multipliers.end());
  best.sums = expected_sums(model, best.policy);
  return best;
}

}  // namespace saddle
