// SPDX-License-Identifier: Apache-2.0
// Lu 2022 (GDPA) on the reference CMDP, softmax policies and exact gradients, beside plain
// primal-dual descent and the augmented Lagrangian.
#include <algorithm>

#include <saddle/optim/constraint/augmented_lagrangian.h>
#include <saddle/optim/constraint/lagrangian.h>
#include "gdpa_law.h"
#include "natural_policy.h"

namespace saddle::reproduce::gdpa_cmdp {
namespace {

/// Which player moves first; it shows in the phase of a cycle, which decays slowly.
enum class First { kMultiplier, kPolicy };

/// Steps of constant length along the exact policy gradient.
Record gradient_steps(ConstraintRule& rule, int rounds, double step, First first) {
  SoftmaxCmdp problem(reference_cmdp());
  Eigen::VectorXd theta = Eigen::VectorXd::Zero(100);
  Record record;
  for (int i = 0; i <= rounds; ++i) {
    const ConstrainedValues at = problem.values(theta);
    record.gap.push_back(kGridOptimum + at.objective);
    record.violation.push_back(at.constraints[0]);
    record.multiplier.push_back(rule.multipliers()[0]);
    const bool skip = i == 0 && first == First::kPolicy;
    const GradientWeights w =
        skip ? GradientWeights{1, rule.multipliers()} : rule.update(at.constraints);
    theta -= step * problem.gradient(theta, w);
  }
  return record;
}

}  // namespace

int run(const std::string& folder) {
  Report report(folder, "R5 GDPA on a constrained MDP, beside primal-dual and AL");
  SoftmaxCmdp problem(reference_cmdp());
  Gdpa::Options options;
  options.penalty = 0.05;
  options.perturbation = 0.25;
  GdpaRun gdpa(problem, Eigen::VectorXd::Zero(100), 20, options);
  auto out = report.csv("gdpa_cmdp.csv", "round,violation,law,multiplier");
  const struct {
    int round;
    double violation;
  } known[] = {{100, 0.18985}, {1000, 0.08816}, {5000, 0.05072}, {20000, 0.03190}};
  GdpaState at;
  int rises = 0;
  for (int round = 100; round <= 20000; round += 100) {
    const double before = at.violation;
    gdpa.rounds(100);
    at = gdpa.now();
    rises += round > 1000 && at.violation > before ? 1 : 0;
    out << round << ',' << at.violation << ',' << at.law << ',' << at.multiplier << '\n';
    for (const auto& [end, violation] : known) {
      if (round != end) continue;
      const std::string when = ", r = " + std::to_string(end);
      report.near("GDPA: violation" + when, violation, at.violation, 1e-3);
      if (end >= 1000) report.near("GDPA: its law" + when, at.law, at.violation, 0.01);
    }
  }
  report.near("GDPA: optimality gap, r = 20000", -0.00477, kGridOptimum + at.objective, 0.005);
  report.between("GDPA: multiplier, r = 20000", 0.1722, 0.1742, at.multiplier);
  report.below("GDPA: times that the violation rose after r = 1000", 1, rises);

  AugmentedLagrangian::Options of_al;
  of_al.normalize = false;
  AugmentedLagrangian al(1, of_al);
  const Record augmented = gradient_steps(al, 20000, 10, First::kMultiplier);
  report.near("AL: gap, r = 1000", 0.00168, augmented.gap[1000], 0.01);
  report.near("AL: gap, r = 5000", 0.00033, augmented.gap[5000], 0.02);
  report.near("AL: gap, r = 20000", 0.00008, augmented.gap[20000], 0.1);
  report.below("AL: |violation|, r = 20000", 1e-5, std::abs(augmented.violation[20000]));
  augmented.write(report, "gdpa_cmdp_al.csv");

  Lagrangian::Options of_dual;
  of_dual.step = 0.1;
  of_dual.normalize = false;
  Lagrangian dual(1, of_dual);
  const Record plain = gradient_steps(dual, 20000, 10, First::kPolicy);
  report.near("primal-dual: lowest violation, last quarter", -0.028,
              Record::lowest(plain.violation), 0.02);
  report.near("primal-dual: highest violation, last quarter", 0.050,
              Record::highest(plain.violation), 0.02);
  plain.write(report, "gdpa_cmdp_plain.csv");
  return report.finish();
}

}  // namespace saddle::reproduce::gdpa_cmdp
