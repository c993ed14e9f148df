// SPDX-License-Identifier: Apache-2.0
// The agent that learns from the rollout of its own policy: advantages, a rule, a policy update.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <saddle/agents/agent.h>
#include <saddle/agents/episode.h>
#include <saddle/agents/measure.h>
#include <saddle/agents/normalizer.h>
#include <saddle/agents/policy_update.h>
#include <saddle/agents/rollout.h>
#include <saddle/agents/team.h>

namespace saddle {

struct RolloutOptions {
  std::int64_t steps = 250;

  void fields(Fields& f) {
    f("steps", steps, between(1, 1e6), "steps every world takes between two updates");
  }
};

struct AdvantageOptions {
  double gamma = 0.99;
  double lambda = 0.97;
  double cost_gamma = 0.99;
  double cost_lambda = 0.97;

  void fields(Fields& f) {
    f("gamma", gamma, between(0, 1), "discount of the reward");
    f("lambda", lambda, between(0, 1), "generalised advantage estimation, reward");
    f("cost_gamma", cost_gamma, between(0, 1), "discount of the costs");
    f("cost_lambda", cost_lambda, between(0, 1), "generalised advantage estimation, costs");
  }
};

/// Everything on-policy agents have in common; the policy update has its own options.
struct OnPolicyOptions {
  RolloutOptions rollout;
  AdvantageOptions advantage;
  MeasureOptions measure;
  CriticOptions critic;
  NetworkOptions network;
  MultiAgentOptions multi;

  void fields(Fields& f) {
    f.group("rollout", rollout);
    f.group("advantage", advantage);
    f.group("measure", measure);
    f.group("critic", critic);
    f.group("network", network);
    f.group("multi", multi);
  }

  /// Whether every agent's costs have to be within the limits, by themselves.
  [[nodiscard]] bool limits_each(const EnvironmentSpec& spec) const {
    return multi.limits == "each" && spec.agents > 1;
  }

  /// J·C: how many constraints the rule is for.
  [[nodiscard]] int multipliers(const EnvironmentSpec& spec) const {
    return spec.constraint_count() * (limits_each(spec) ? spec.agents : 1);
  }
};

/// Makes the policy update, given the policy it will improve and the stream it may draw from.
using PolicyUpdateFactory = std::function<std::unique_ptr<PolicyUpdate>(Policy&, Rng)>;

/// One iteration: the critics value the rollout; GAE gives an advantage per reward and per cost;
/// the measured costs J_k (see CostMeasure) give g_k = (J_k − d_k) / s_k with s_k = d_k (1 if
/// d_k = 0); the rule turns g into gradient weights; the policy update follows them while the
/// critics are refitted.
///
/// Each row of the batch is one agent at one step, with that agent's reward and costs: where a
/// world has several, each learns from its own, and a team is one because its world pays all alike.
/// MultiAgentOptions says whose parameters are whose and what critics see. J_k is of the mean over
/// agents, or there are J = A sets of C constraints, a multiplier each: those of agent a stand in
/// entries a C, …, a C + C − 1 of what the rule and the policy update see, and concern its rows
/// alone.
///
/// The scale s_k makes one rule setting fit any limit; reported multipliers are of the original
/// Lagrangian −J_r + Σ λ_k (J_k − d_k), return per unit of cost.
class OnPolicyAgent final : public Agent {
 public:
  OnPolicyAgent(const AgentContext& context, const OnPolicyOptions& options,
                const NetworkFactory& network, const PolicyUpdateFactory& update,
                std::unique_ptr<ConstraintRule> rule);

  [[nodiscard]] int steps_per_update() const override {
    return static_cast<int>(options_.rollout.steps);
  }
  [[nodiscard]] std::span<float> first_observation(WorldRange worlds) override;
  [[nodiscard]] StepView slot(int t, WorldRange worlds) override;
  void act(int t, WorldRange worlds) override;
  void act(std::span<const float> observation, std::span<float> action,
           Rng* explore) const override;
  void update(WorkerPool& pool, Metrics& metrics) override;
  [[nodiscard]] CostMeasure cost_measure() const override { return measure_; }
  void policy(Archive& archive) override;
  void state(Archive& archive) override;

 private:
  struct Batch;
  struct Lesson;

  /// What learning needs and acting does not.
  struct Learner {
    Rollout rollout;
    EpisodeTracker episodes;
    std::vector<Rng> noise;  // [B]
    AlignedFloats scratch;   // [B], what act() needs for a world
  };

  /// What the measured costs come to; see PolicyBatch.
  struct Verdict {
    GradientWeights weights;    // [J,C]
    Eigen::VectorXd violation;  // [J,C]
  };

  /// J: how many there are whose costs are measured, the team or each agent.
  [[nodiscard]] std::size_t judged() const;

  /// C if the costs are valued, else 0.
  [[nodiscard]] std::size_t valued_costs() const;

  /// What networks see of observations [n,A,O]: inputs [n,A,I].
  void see(std::span<const float> observation, std::span<float> inputs) const;
  [[nodiscard]] Batch value_rollout(WorkerPool& pool) const;
  void estimate(Batch& batch, std::span<const float> cost) const;

  /// Adds the rollout to the episodes. Returns the cost so far at every step, before it and without
  /// what the step costs: [T,B,J,C], if the measure needs it.
  [[nodiscard]] std::vector<double> follow_episodes();

  using Judged = std::vector<std::vector<Episode>>;  // [J], see CostMeasure::apart()

  /// What each step adds to the measures, [T,B,A,C].
  [[nodiscard]] AlignedFloats contributions(const std::vector<double>& before,
                                            const Judged& episodes) const;
  [[nodiscard]] Verdict weigh_constraints(const Judged& episodes, double mean_length,
                                          Metrics& metrics);

  /// What each policy learns from.
  [[nodiscard]] std::vector<Lesson> lessons(const Batch& batch, const Verdict& verdict) const;
  void check_finite() const;

  AgentContext context_;
  OnPolicyOptions options_;
  CostMeasure measure_;
  std::vector<double> scale_;  // [C]
  Normalizer normalizer_;
  TeamShape shape_;
  TeamPolicy policies_;
  std::vector<std::unique_ptr<PolicyUpdate>> updates_;  // one a policy
  TeamCritic reward_critic_;
  std::optional<TeamCritic> cost_critic_;  // none if constraints get no weight
  std::unique_ptr<ConstraintRule> rule_;
  std::optional<Learner> learner_;  // none if built for acting only
};

}  // namespace saddle
