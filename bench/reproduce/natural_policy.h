// SPDX-License-Identifier: Apache-2.0
// Natural policy gradients on the reference grid under a rule, both players moving at once, as the
// papers write them.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <saddle/optim/constraint/rule.h>
#include <saddle/optim/problems/cmdp.h>
#include "report.h"

namespace saddle::reproduce {

constexpr double kGridOptimum = 1.652721843;
constexpr double kGridMultiplier = 0.173230303;
constexpr double kGridBound = 18.916587;  ///< 2/(ζ(1 − γ)), above every multiplier

/// Optimality gap, violation and multiplier of each iterate.
struct Record {
  std::vector<double> gap, violation, multiplier;

  [[nodiscard]] static double mean(const std::vector<double>& values) {
    return Eigen::VectorXd::Map(values.data(), static_cast<Eigen::Index>(values.size())).mean();
  }
  /// Of the last quarter.
  [[nodiscard]] static double lowest(const std::vector<double>& v) {
    return *std::min_element(v.begin() + 3 * static_cast<std::ptrdiff_t>(v.size()) / 4, v.end());
  }
  [[nodiscard]] static double highest(const std::vector<double>& v) {
    return *std::max_element(v.begin() + 3 * static_cast<std::ptrdiff_t>(v.size()) / 4, v.end());
  }
  void write(const Report& report, const std::string& name) const {
    auto out = report.csv(name, "iteration,gap,violation,multiplier");
    for (std::size_t i = 0; i < gap.size(); i += 5) {
      out << i << ',' << gap[i] << ',' << violation[i] << ',' << multiplier[i] << '\n';
    }
  }
};

enum class Order {
  kAtOnce,  ///< the policy answers the multiplier of the round before
  kTurns,   ///< the policy answers the multiplier that its violation has just made
};

/// π ← π e^{−ηQ}/Z on the Lagrangian's cost, from the uniform policy and λ = 1.
[[nodiscard]] inline Record natural_policy(ConstraintRule& rule, int rounds, double step,
                                           Order order, double entropy = 0) {
  const Cmdp cmdp = reference_cmdp();
  SoftmaxCmdp policies(cmdp, entropy), plain(cmdp);
  Eigen::VectorXd theta = Eigen::VectorXd::Zero(100);
  GradientWeights before{1, rule.multipliers()};
  Record record;
  for (int i = 0; i < rounds; ++i) {
    const ConstrainedValues at = plain.values(theta);
    record.gap.push_back(kGridOptimum + at.objective);
    record.violation.push_back(at.constraints[0]);
    record.multiplier.push_back(rule.multipliers()[0]);
    const GradientWeights after = rule.update(at.constraints);
    theta -= step * policies.natural_gradient(theta, order == Order::kAtOnce ? before : after);
    before = after;
  }
  return record;
}

}  // namespace saddle::reproduce
