// SPDX-License-Identifier: Apache-2.0
// Jain et al. 2022, figures 1 and 7: primal-dual natural gradients (GDA) and switching (CRPO) on
// the 5×5 grid, with the hyperparameters that the paper found best. Coin betting is not here.
#include <saddle/optim/constraint/lagrangian.h>
#include <saddle/optim/constraint/switching.h>
#include "natural_policy.h"

namespace saddle::reproduce::painless_cmdp {

int run(const std::string& folder) {
  Report report(folder, "R6 Towards painless policy optimization for constrained MDPs");
  const CmdpSolution exact = solve_exactly(reference_cmdp());
  report.near("optimal value of the linear program", kGridOptimum, exact.value, 1e-9);
  report.near("multiplier of the linear program", kGridMultiplier, exact.multipliers[0], 1e-8);

  Lagrangian::Options options;
  options.step = 0.1;
  options.initial = 1;
  options.maximum = kGridBound;
  options.normalize = false;
  Lagrangian dual(1, options);
  const Record gda = natural_policy(dual, 1500, 1, Order::kAtOnce);
  report.near("GDA: average optimality gap, T = 1500", 0.0154, Record::mean(gda.gap), 0.005);
  report.near("GDA: average violation", -0.0487, Record::mean(gda.violation), 0.005);
  report.near("GDA: lowest gap, last quarter", -0.0384, Record::lowest(gda.gap), 0.005);
  report.near("GDA: highest gap, last quarter", 0.0445, Record::highest(gda.gap), 0.005);
  report.near("GDA: lowest violation, last quarter", -0.257, Record::lowest(gda.violation), 0.005);
  report.near("GDA: highest violation, last quarter", 0.222, Record::highest(gda.violation), 0.005);
  report.near("GDA: highest multiplier, last quarter", 0.386, Record::highest(gda.multiplier),
              0.005);

  Switching switching(1, {});
  const Record crpo = natural_policy(switching, 1500, 0.75, Order::kTurns);
  report.near("CRPO: average optimality gap, T = 1500", 0.0267, Record::mean(crpo.gap), 0.005);
  report.near("CRPO: average violation", -0.0993, Record::mean(crpo.violation), 0.005);
  report.near("CRPO: lowest violation, last quarter", -0.197, Record::lowest(crpo.violation),
              0.005);
  report.near("CRPO: highest violation, last quarter", 0.041, Record::highest(crpo.violation),
              0.01);
  gda.write(report, "painless_gda.csv");
  crpo.write(report, "painless_crpo.csv");
  return report.finish();
}

}  // namespace saddle::reproduce::painless_cmdp
