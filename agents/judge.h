// SPDX-License-Identifier: Apache-2.0
// Holds what episodes cost against the limits, and lets the constraint rule answer.
#pragma once

#include <memory>
#include <vector>

#include <saddle/agents/agent.h>
#include <saddle/agents/episode.h>
#include <saddle/agents/measure.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// What measured costs come to.
struct Verdict {
  GradientWeights weights;    ///< of the next step
  Eigen::VectorXd violation;  ///< g, [C], positive where violated
};

/// The measured costs J_k (see CostMeasure), with standard errors for caution, give
/// g_k = (J_k − d_k) / s_k with s_k = d_k (1 if d_k = 0); the rule turns g into gradient weights.
///
/// The scale s_k makes one rule setting fit any limit; reported multipliers are of the original
/// Lagrangian −J_r + Σ λ_k (J_k − d_k), return per unit of cost.
class Judge {
 public:
  /// `discount` is that of the costs. Errors: saddle::Error as CostMeasure::check_limit().
  Judge(const AgentContext& context, const MeasureOptions& options, double discount,
        std::unique_ptr<ConstraintRule> rule);

  [[nodiscard]] const CostMeasure& measure() const { return measure_; }
  [[nodiscard]] const ConstraintRule& rule() const { return *rule_; }
  [[nodiscard]] std::size_t constraints() const { return scale_.size(); }                  ///< C
  [[nodiscard]] double scale(std::size_t constraint) const { return scale_[constraint]; }  ///< s_k

  /// Tells the rule how the costs of the episodes stand to their limits, and reports.
  [[nodiscard]] Verdict judge(const EpisodeSummary& summary, Metrics& metrics);

  /// Sets the metrics that Agent::update() promises; the rule stays as it is.
  void report(const EpisodeSummary& summary, Metrics& metrics) const;

  void state(Archive& archive) { rule_->state(archive); }

 private:
  std::vector<ConstraintSpec> specs_;   // [C]
  std::vector<double> limits_, scale_;  // [C]
  double caution_;
  CostMeasure measure_;
  std::unique_ptr<ConstraintRule> rule_;
};

}  // namespace saddle
