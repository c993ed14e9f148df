// SPDX-License-Identifier: Apache-2.0
// Holds what episodes cost against the limits, and lets the constraint rule answer.
#pragma once

#include <memory>
#include <vector>

#include <saddle/agents/agent.h>
#include <saddle/agents/curriculum.h>
#include <saddle/agents/episode.h>
#include <saddle/agents/measure.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// What measured costs come to.
struct Verdict {
  GradientWeights weights;    ///< of the next step
  Eigen::VectorXd violation;  ///< g, [J,C], positive where violated
  double whole_limit = 1;     ///< in units of g, a scale s_k
};

/// The measured costs J_k (see CostMeasure), with standard errors for caution, give
/// g_k = (J_k − d_k) / s_k with s_k = d_k (1 if d_k = 0); the rule turns g into gradient weights.
/// Costs are those of the team, the mean over agents, or of each agent, as the measure says: there
/// are J = 1 or J = A parties with C constraints each, those of party j in entries j C, …,
/// j C + C − 1.
///
/// The d_k are the limits in force, see Curriculum. The scale s_k, of the limits themselves, makes
/// one rule setting fit any limit; reported multipliers are of the original Lagrangian
/// −J_r + Σ λ_k (J_k − d_k), return per unit of cost. With prices p_k it weighs costs by p_k times
/// the rule's weights, and reports p_k times its multipliers: the rule sees a problem whose
/// multipliers are small numbers, however large returns are.
class Judge {
 public:
  /// Errors: saddle::Error as CostMeasure::check_limit().
  Judge(const AgentContext& context, const CostMeasure& measure, double caution,
        std::unique_ptr<ConstraintRule> rule, const CurriculumOptions& curriculum = {});

  [[nodiscard]] const CostMeasure& measure() const { return measure_; }
  [[nodiscard]] const ConstraintRule& rule() const { return *rule_; }
  [[nodiscard]] std::size_t constraints() const { return scale_.size(); }                  ///< C
  [[nodiscard]] std::size_t parties() const { return parties_; }                           ///< J
  [[nodiscard]] double scale(std::size_t constraint) const { return scale_[constraint]; }  ///< s_k

  void set_progress(double share) { curriculum_.set_progress(share); }
  [[nodiscard]] std::span<const double> limits() const { return curriculum_.in_force(); }  ///< [C]

  /// Tells the rule and the curriculum how the costs of the episodes stand to their limits, and
  /// reports.
  [[nodiscard]] Verdict judge(const EpisodeSummary& summary, Metrics& metrics);

  /// Sets the metrics that Agent::update() promises, of the costliest party, and the same of each
  /// if there are several; the rule stays as it is.
  void report(const EpisodeSummary& summary, Metrics& metrics) const;

  /// What the rule's multipliers come to before any verdict, for costs as they are.
  [[nodiscard]] GradientWeights first_weights() const;

  /// Weights of a verdict, which are of costs in units of their scale, for costs as they are.
  [[nodiscard]] GradientWeights per_unit(GradientWeights weights) const;

  /// What a multiplier of 1 is worth from now on, [C], in the rewards that the weights of the
  /// verdict go with, each for a cost of its scale s_k; 1 unless set.
  void set_prices(std::vector<double> prices);

  void state(Archive& archive) {
    rule_->state(archive);
    archive("curriculum", curriculum_);
  }

 private:
  /// The party whose costs of a constraint, among those of all [J,C], are the highest.
  [[nodiscard]] std::size_t costliest(const std::vector<Measured>& costs,
                                      std::size_t constraint) const;
  [[nodiscard]] std::vector<Measured> measured(const EpisodeSummary& summary) const;  // [J,C]
  void report(const EpisodeSummary& summary, const std::vector<Measured>& costs,
              Metrics& metrics) const;

  std::vector<ConstraintSpec> specs_;  // [C]
  Curriculum curriculum_;
  std::vector<double> scale_, prices_;  // [C]
  std::size_t parties_;
  double caution_;
  CostMeasure measure_;
  std::unique_ptr<ConstraintRule> rule_;
};

}  // namespace saddle
