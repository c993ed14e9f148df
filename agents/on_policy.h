// SPDX-License-Identifier: Apache-2.0
// The agent that learns from the rollout of its own policy: advantages, a rule, a policy update.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <saddle/agents/agent.h>
#include <saddle/agents/judge.h>
#include <saddle/agents/normalizer.h>
#include <saddle/agents/policy_update.h>
#include <saddle/agents/rollout.h>
#include <saddle/agents/team.h>

namespace saddle {

struct AdvantageOptions {
  double gamma = 0.99;
  double lambda = 0.97;
  double cost_gamma = 0.99;
  double cost_lambda = 0.97;
  std::string unit = "limit";

  void fields(Fields& f) {
    f("gamma", gamma, between(0, 1), "discount of the reward");
    f("lambda", lambda, between(0, 1), "generalised advantage estimation, reward");
    f("cost_gamma", cost_gamma, between(0, 1), "discount of the costs");
    f("cost_lambda", cost_lambda, between(0, 1), "generalised advantage estimation, costs");
    f("unit", unit, {"limit", "deviation"},
      "of costs against the reward where multipliers weigh them: a limit against 1, or a standard "
      "deviation of each advantage, which makes one dual step fit rewards of any size; of each "
      "step's reward and costs where critic.costs is shaped");
  }
};

/// Which policy a run ends with, and what holds it back on the way.
struct PolicyOptions {
  double average = 0;
  SmoothingOptions smoothing;

  void fields(Fields& f) {
    f("average", average, between(0, 1),
      "share of the run, up to its end, whose policies are averaged into the one that is saved and "
      "evaluated; 0: the last one");
    smoothing.fields(f);
  }
};

/// Everything on-policy agents have in common; the policy update has its own options.
struct OnPolicyOptions {
  RolloutOptions rollout;
  AdvantageOptions advantage;
  MeasureOptions measure;
  CriticOptions critic;
  NetworkOptions network;
  PolicyOptions policy;
  MultiAgentOptions multi;
  CurriculumOptions curriculum;

  void fields(Fields& f) {
    f.group("rollout", rollout);
    f.group("advantage", advantage);
    f.group("measure", measure);
    f.group("critic", critic);
    f.group("network", network);
    f.group("policy", policy);
    f.group("multi", multi);
    f.group("curriculum", curriculum);
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
/// the judge turns measured costs into gradient weights; the policy update follows them while the
/// critics are refitted. With `critic.trunk=policy` the values are heads of the policies' networks,
/// and learn with them.
///
/// Each row of the batch is one agent at one step, with that agent's reward and costs: where a
/// world has several, each learns from its own, and a team is one because its world pays all alike.
/// MultiAgentOptions says whose parameters are whose and what critics see. Where each agent's costs
/// are judged, the multipliers of agent a concern its rows alone.
///
/// With `critic.costs=shaped` costs are taken off the reward, r − Σ_k w_k c_k / s_k at each step
/// with the weights and scales of the judge, and one critic values what is left.
/// Ref  Tessler, Mankowitz and Mannor 2019, arXiv:1805.11074, algorithm 1.
///
/// With `policy.average` = s > 0, what acts outside training is the mean of the parameters after
/// each update since the share 1 − s of the run was over, and before that the policy as it is. For
/// softmax policies that are linear in their parameters it is the normalised geometric mean.
/// Ref  Ruppert 1988; Polyak and Juditsky 1992, averaging of iterates; over a share at the end:
///      Rakhlin, Shamir and Sridharan 2012, arXiv:1109.5647, section 5.
class OnPolicyAgent final : public Agent {
 public:
  OnPolicyAgent(const AgentContext& context, const OnPolicyOptions& options,
                const NetworkFactory& network, const PolicyUpdateFactory& update,
                std::unique_ptr<ConstraintRule> rule);

  void set_progress(double share) override;
  [[nodiscard]] std::span<const double> limits() const override { return judge_.limits(); }
  [[nodiscard]] int steps_per_update() const override {
    return static_cast<int>(options_.rollout.steps);
  }
  [[nodiscard]] std::span<float> first_observation(WorldRange worlds) override {
    return learner_->rollout.first_observation(worlds);
  }
  [[nodiscard]] std::span<float> first_state(WorldRange worlds) override {
    return learner_->rollout.first_state(worlds);
  }
  [[nodiscard]] StepView slot(int t, WorldRange worlds) override {
    return learner_->rollout.slot(t, worlds);
  }
  void act(int t, WorldRange worlds) override;
  [[nodiscard]] std::size_t memory_size() const override { return policies_.memory_size(); }
  void act(std::span<const float> observation, std::span<float> memory, std::span<float> action,
           Rng* explore) const override;
  void update(WorkerPool& pool, Metrics& metrics) override;
  [[nodiscard]] CostMeasure cost_measure() const override { return judge_.measure(); }
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
    MemoryTrack policy_memory, reward_memory, cost_memory;
  };

  /// Steps of a sequence.
  [[nodiscard]] std::size_t sequence() const {
    return static_cast<std::size_t>(options_.network.sequence);
  }
  /// C if the costs are valued, else 0.
  [[nodiscard]] std::size_t valued_costs() const;
  /// Whether costs are taken off the reward.
  [[nodiscard]] bool shapes_reward() const { return options_.critic.costs == "shaped"; }

  /// What networks see of observations [n,A,O]: inputs [n,A,I].
  void see(std::span<const float> observation, std::span<float> inputs) const;
  [[nodiscard]] Batch value_rollout(WorkerPool& pool);
  /// Where an episode was cut, the next row belongs to another: takes the true successor's value.
  void value_successors(Batch& batch) const;
  /// Of a critic that remembers, step by step: values [T+1,B,A,…] of what it sees, [T+1,B,…].
  void value_steps(WorkerPool& pool, const TeamCritic& critic, MemoryTrack& memory,
                   std::span<const float> seen, std::span<float> values) const;
  void estimate(Batch& batch, std::span<const float> reward, std::span<const float> cost) const;

  /// For Judge::set_prices(): the standard deviation of rewards or of their advantages [N], in that
  /// of each column of costs or of theirs [N,C], which are in units of their scales.
  [[nodiscard]] std::vector<double> prices(std::span<const float> reward,
                                           std::span<const float> cost) const;
  /// Costs [T,B,A,C], each in units of its constraint's scale.
  [[nodiscard]] AlignedFloats scaled(std::span<const float> cost) const;
  /// The rewards less such costs under these weights.
  [[nodiscard]] AlignedFloats shaped_reward(std::span<const float> cost,
                                            const GradientWeights& weights) const;

  /// What each step adds to the measures, [T,B,A,C]; `before` is of Rollout::add_to().
  [[nodiscard]] AlignedFloats contributions(const std::vector<double>& before,
                                            const EpisodeSummary& summary) const;
  /// As a PolicyBatch takes it.
  [[nodiscard]] Verdict weigh_constraints(const EpisodeSummary& summary, Metrics& metrics);
  /// The advantages of a batch whose steps cost `cost` [T,B,A,C], and the verdict on them.
  [[nodiscard]] Verdict judge_steps(Batch& batch, std::span<const float> cost,
                                    const EpisodeSummary& summary, Metrics& metrics);

  /// Has the policy learn, and its value heads.
  void teach(std::size_t policy, Lesson& lesson, Metrics& metrics);
  /// What each policy learns from.
  [[nodiscard]] std::vector<Lesson> lessons(const Batch& batch, const Verdict& verdict) const;
  void check_finite() const;

  /// What acts outside training.
  [[nodiscard]] const TeamPolicy& final_policies() const {
    return average_ ? *average_ : policies_;
  }
  void average();

  AgentContext context_;
  OnPolicyOptions options_;
  Judge judge_;
  Normalizer normalizer_;
  TeamShape shape_;
  Normalizer state_normalizer_;  // of nothing if critics do not see central states
  TeamPolicy policies_;
  std::optional<TeamPolicy> average_;                   // none without `policy.average`
  std::int64_t averaged_ = 0;                           // policies in it
  std::vector<std::unique_ptr<PolicyUpdate>> updates_;  // one a policy
  std::vector<Smoothing> smoothings_;                   // likewise
  std::optional<TeamCritic> reward_critic_;             // none if policies have value heads
  std::optional<TeamCritic> cost_critic_;               // likewise, or if constraints get no weight
  std::optional<Learner> learner_;                      // none if built for acting only
  double progress_ = 0;                                 // told anew before every rollout
};

}  // namespace saddle
