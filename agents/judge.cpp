// SPDX-License-Identifier: Apache-2.0
// From episodes to the weights of constraints.
#include <saddle/agents/judge.h>

namespace saddle {

Judge::Judge(const AgentContext& context, const CostMeasure& measure, double caution,
             std::unique_ptr<ConstraintRule> rule, const CurriculumOptions& curriculum)
    : specs_(context.spec.constraints),
      curriculum_(context.limits, curriculum),
      parties_(measure.each_agent() ? static_cast<std::size_t>(context.spec.agents) : 1),
      caution_(caution),
      measure_(measure),
      rule_(std::move(rule)) {
  SADDLE_CHECK(context.limits.size() == specs_.size(), context.limits.size());
  for (std::size_t k = 0; k < specs_.size(); ++k) {
    const double limit = context.limits[k];
    measure_.check_limit(specs_[k].name, limit);
    scale_.push_back(limit > 0 ? limit : 1);
    prices_.push_back(1);
  }
}

void Judge::set_prices(std::vector<double> prices) {
  SADDLE_CHECK(prices.size() == prices_.size(), prices.size(), prices_.size());
  prices_ = std::move(prices);
}

GradientWeights Judge::first_weights() const { return per_unit({1, rule_->multipliers()}); }

GradientWeights Judge::per_unit(GradientWeights weights) const {
  for (Eigen::Index i = 0; i < weights.constraints.size(); ++i) {
    weights.constraints[i] /= scale_[static_cast<std::size_t>(i) % constraints()];
  }
  return weights;
}

std::vector<Measured> Judge::measured(const EpisodeSummary& summary) const {
  std::vector<Measured> costs;
  for (const std::vector<Episode>& party : measure_.apart(summary.episodes)) {
    for (std::size_t k = 0; k < constraints(); ++k) {
      costs.push_back(measure_.measure(party, static_cast<int>(k)));
    }
  }
  costs.resize(parties() * constraints());
  return costs;
}

std::size_t Judge::costliest(const std::vector<Measured>& costs, std::size_t constraint) const {
  const std::size_t c = constraints();
  std::size_t party = 0;
  for (std::size_t j = 1; j < parties(); ++j) {
    if (costs[j * c + constraint].value > costs[party * c + constraint].value) party = j;
  }
  return party;
}

Verdict Judge::judge(const EpisodeSummary& summary, Metrics& metrics) {
  const std::vector<Measured> costs = measured(summary);
  Eigen::VectorXd g(static_cast<Eigen::Index>(costs.size()));
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const double cautious = costs[i].value + caution_ * costs[i].standard_error;
    const std::size_t k = i % constraints();
    g[static_cast<Eigen::Index>(i)] = (cautious - limits()[k]) / scale_[k];
  }
  GradientWeights weights = rule_->update(g);
  for (Eigen::Index i = 0; i < weights.constraints.size(); ++i) {
    weights.constraints[i] *= prices_[static_cast<std::size_t>(i) % constraints()];
  }
  report(summary, costs, metrics);
  std::vector<double> highest;
  for (std::size_t k = 0; k < constraints(); ++k) {
    highest.push_back(costs[costliest(costs, k) * constraints() + k].value);
  }
  curriculum_.correct(highest);
  return {std::move(weights), std::move(g)};
}

void Judge::report(const EpisodeSummary& summary, Metrics& metrics) const {
  report(summary, measured(summary), metrics);
}

void Judge::report(const EpisodeSummary& summary, const std::vector<Measured>& costs,
                   Metrics& metrics) const {
  metrics.set("return", summary.mean_return);
  metrics.set("length", summary.mean_length);
  metrics.set("episodes", static_cast<double>(summary.finished));
  const Eigen::VectorXd multipliers = rule_->multipliers();
  const std::size_t c = constraints();
  for (std::size_t k = 0; k < c; ++k) {
    const std::string& name = specs_[k].name;
    const auto report_of = [&](const std::string& end, std::size_t party) {
      const std::size_t i = party * c + k;
      metrics.set(concat("cost/", name, end), costs[i].value);
      if (end.empty()) metrics.set("limit/" + name, limits()[k]);
      if (!rule_->has_multipliers()) return;
      metrics.set(concat("multiplier/", name, end),
                  prices_[k] * multipliers[static_cast<Eigen::Index>(i)] / scale_[k]);
    };
    report_of("", costliest(costs, k));
    for (std::size_t j = 0; parties() > 1 && j < parties(); ++j) report_of(concat("/", j), j);
  }
}

}  // namespace saddle
