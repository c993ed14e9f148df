// SPDX-License-Identifier: Apache-2.0
// Ding et al. 2023: on a constrained MDP the last iterate of primal-dual natural gradients swings,
// and regularised (RPG-PD), optimistic (OPG-PD) and PI-controlled ones converge.
#include <saddle/optim/constraint/lagrangian.h>
#include <saddle/optim/constraint/method.h>
#include <saddle/optim/constraint/nupi.h>
#include <saddle/optim/constraint/optimistic.h>
#include <saddle/optim/constraint/regularized.h>
#include "natural_policy.h"

namespace saddle::reproduce::last_iterate {
namespace {

template <class Rule>
typename Rule::Options options(double step) {
  typename Rule::Options o;
  o.step = step;
  o.initial = 1;
  o.maximum = kGridBound;
  o.normalize = false;
  return o;
}

/// Optimistic steps of the policy's probabilities and of the multiplier.
Record optimistic(int rounds, double step) {
  const Cmdp cmdp = reference_cmdp();
  DirectCmdp problem(cmdp);
  RuleMethod<Eigen::VectorXd> method(
      std::make_unique<OptimisticLagrangian>(1, options<OptimisticLagrangian>(step)),
      std::make_unique<OptimisticStep<Eigen::VectorXd>>(step), Direction::kNatural);
  Pair<Eigen::VectorXd> z{Eigen::VectorXd::Constant(100, 0.25), Eigen::VectorXd::Ones(1)};
  Record record;
  for (int i = 0; i < rounds; ++i) {
    const ConstrainedValues at = problem.values(z.x);
    record.gap.push_back(kGridOptimum + at.objective);
    record.violation.push_back(at.constraints[0]);
    record.multiplier.push_back(z.y[0]);
    method.step(problem, z);
  }
  return record;
}

}  // namespace

int run(const std::string& folder) {
  Report report(folder, "R7 Last-iterate convergence on a constrained MDP");
  Lagrangian dual(1, options<Lagrangian>(0.1));
  const Record plain = natural_policy(dual, 5000, 1, Order::kAtOnce);
  report.near("NPG-PD: average gap, T = 5000", 0.0071, Record::mean(plain.gap), 0.01);
  report.near("NPG-PD: lowest violation, last quarter", -0.257, Record::lowest(plain.violation),
              0.01);
  report.near("NPG-PD: highest violation, last quarter", 0.222, Record::highest(plain.violation),
              0.01);
  plain.write(report, "last_iterate_plain.csv");

  const struct {
    double tau, gap, violation;
  } regularized[] = {{0.1, 0.2609, 0.0165}, {0.03, 0.00019, 0.0047}, {0.01, -0.00056, 0.0032}};
  for (const auto& [tau, gap, violation] : regularized) {
    auto o = options<RegularizedLagrangian>(0.02);
    o.regularization = tau;
    RegularizedLagrangian rule(1, o);
    const Record record = natural_policy(rule, 20000, 0.1, Order::kAtOnce, tau);
    const auto label = [tau = tau](const char* what) {
      return concat("RPG-PD, tau = ", tau, ": ", what);
    };
    // To half a unit of the digit that is known.
    report.between(label("last gap"), gap - 6e-5, gap + 6e-5, record.gap.back());
    report.between(label("last violation"), violation - 6e-5, violation + 6e-5,
                   record.violation.back());
    if (tau >= 0.03) {
      report.below(label("swing of the violation, last quarter"), 1e-3,
                   Record::highest(record.violation) - Record::lowest(record.violation));
    }
    if (tau == 0.03) record.write(report, "last_iterate_regularized.csv");
  }

  const Record last = optimistic(20000, 0.05);
  report.below("OPG-PD: |violation|, T = 5000", 2e-4, std::abs(last.violation[4999]));
  report.below("OPG-PD: |gap|, T = 20000", 1e-5, std::abs(last.gap.back()));
  report.below("OPG-PD: |violation|, T = 20000", 1e-5, std::abs(last.violation.back()));
  report.near("OPG-PD: multiplier", kGridMultiplier, last.multiplier.back(), 0.003);
  last.write(report, "last_iterate_optimistic.csv");

  auto o = options<NuPi>(0.1);
  o.proportional = 10;
  NuPi rule(1, o);
  const Record controlled = natural_policy(rule, 5000, 1, Order::kAtOnce);
  report.below("NPG with a PI dual: |gap|, T = 5000", 1e-5, std::abs(controlled.gap.back()));
  report.below("NPG with a PI dual: |violation|", 1e-5, std::abs(controlled.violation.back()));
  controlled.write(report, "last_iterate_pi.csv");
  return report.finish();
}

}  // namespace saddle::reproduce::last_iterate
