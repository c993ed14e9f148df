// SPDX-License-Identifier: Apache-2.0
// From episodes to the weights of constraints.
#include <saddle/agents/judge.h>

namespace saddle {

Judge::Judge(const AgentContext& context, const MeasureOptions& options, double discount,
             std::unique_ptr<ConstraintRule> rule)
    : specs_(context.spec.constraints),
      limits_(context.limits),
      caution_(options.caution),
      measure_(options, discount),
      rule_(std::move(rule)) {
  SADDLE_CHECK(limits_.size() == specs_.size(), limits_.size());
  for (std::size_t k = 0; k < limits_.size(); ++k) {
    measure_.check_limit(specs_[k].name, limits_[k]);
    scale_.push_back(limits_[k] > 0 ? limits_[k] : 1);
  }
}

Verdict Judge::judge(const EpisodeSummary& summary, Metrics& metrics) {
  Eigen::VectorXd g(static_cast<Eigen::Index>(constraints()));
  for (std::size_t k = 0; k < constraints(); ++k) {
    const Measured measured = measure_.measure(summary.episodes, static_cast<int>(k));
    const double cautious = measured.value + caution_ * measured.standard_error;
    g[static_cast<Eigen::Index>(k)] = (cautious - limits_[k]) / scale_[k];
  }
  GradientWeights weights = rule_->update(g);
  report(summary, metrics);
  return {std::move(weights), std::move(g)};
}

void Judge::report(const EpisodeSummary& summary, Metrics& metrics) const {
  metrics.set("return", summary.mean_return);
  metrics.set("length", summary.mean_length);
  metrics.set("episodes", static_cast<double>(summary.finished));
  const Eigen::VectorXd multipliers = rule_->multipliers();
  for (std::size_t k = 0; k < constraints(); ++k) {
    const std::string& name = specs_[k].name;
    metrics.set("cost/" + name, measure_.measure(summary.episodes, static_cast<int>(k)).value);
    metrics.set("limit/" + name, limits_[k]);
    metrics.set("multiplier/" + name, multipliers[static_cast<Eigen::Index>(k)] / scale_[k]);
  }
}

}  // namespace saddle
