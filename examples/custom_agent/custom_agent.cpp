// SPDX-License-Identifier: Apache-2.0
// An agent and a constraint rule of one's own, by name:
// saddle train Pendulum-v0 --plugin ./libcustom_agent.so --agent spo --constraint quadratic
#include <saddle/agents/epochs.h>
#include <saddle/agents/on_policy_builder.h>
#include <saddle/agents/plugin.h>
#include <saddle/optim/vector.h>

namespace {

/// Where PPO clips, a parabola: L = −mean of  ρ A − |A| (ρ − 1)² / 2ε, the best ρ being 1 ± ε.
/// Ref  Xie et al. 2024, Simple policy optimization.
class SpoUpdate final : public saddle::PolicyUpdate {
 public:
  using Options = saddle::EpochOptions;
  SpoUpdate(saddle::Policy& policy, const Options& options, saddle::Rng rng)
      : optimizer_(policy, options, rng) {}

  void apply(saddle::Policy& policy, const saddle::PolicyBatch& batch,
             saddle::Metrics& metrics) override {
    saddle::AlignedFloats advantage(batch.advantage.size());
    combine_advantages(batch, batch.weights, advantage);
    const auto loss = [&](const saddle::SurrogateRows& rows, saddle::SurrogateGradient gradient) {
      return sum_rows(rows, gradient, [&](const saddle::SurrogateRow& row) {
        const double pull = std::abs(row.advantage) / kEpsilon, change = row.ratio - 1;
        const double slope = row.ratio * (row.advantage - pull * change);  // of ρ, along log π
        row.now.add_score(row.action, -row.share * slope, row.d_head, gradient.d_log_std);
        return saddle::SurrogateTerms{
            .loss = -row.share * (row.ratio * row.advantage - pull * change * change / 2),
            .kl = row.share * row.old.kl(row.now)};
      });
    };
    optimizer_.minimize(policy, batch, advantage, loss).write("policy", metrics);
  }

  [[nodiscard]] bool teaches_values() const override { return true; }

  void state(saddle::Archive& archive) override { optimizer_.state(archive); }

 private:
  static constexpr double kEpsilon = 0.2;
  saddle::EpochOptimizer optimizer_;
};

/// The price of a violation grows with it: weights of the gradient of f + κ/2 Σ [g]₊².
class Quadratic final : public saddle::ConstraintRule {
 public:
  struct Options {
    double penalty = 10;
    void fields(saddle::Fields& f) { f("penalty", penalty, saddle::positive(), "κ"); }
  };

  Quadratic(int constraints, const Options& options)
      : penalty_(options.penalty), weights_(Eigen::VectorXd::Zero(constraints)) {}

  [[nodiscard]] saddle::GradientWeights update(const Eigen::VectorXd& g) override {
    saddle::check_constraint_values(g, weights_.size());
    weights_ = penalty_ * g.cwiseMax(0);
    return {1, weights_};
  }
  [[nodiscard]] Eigen::VectorXd multipliers() const override { return weights_; }
  void state(saddle::Archive& archive) override {
    saddle::archive_fixed(archive, "weights", weights_);
  }

 private:
  double penalty_;
  Eigen::VectorXd weights_;
};

void register_names(saddle::AgentRegistry& agents, saddle::RuleRegistry& rules) {
  agents.add("spo", saddle::on_policy_entry<SpoUpdate>(
                        "spo", "simple policy optimization: PPO with a parabola for the clip",
                        "Xie et al. 2024, Simple policy optimization"));
  rules.add("quadratic", saddle::rule_entry<Quadratic>("a quadratic penalty", "no paper"));
}

}  // namespace

SADDLE_AGENT_PLUGIN(register_names)
