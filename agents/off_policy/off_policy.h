// SPDX-License-Identifier: Apache-2.0
// The agent that learns from all that was ever done: a memory, critics of actions, a rule.
#pragma once

#include <optional>
#include <vector>

#include <saddle/agents/agent.h>
#include <saddle/agents/judge.h>
#include <saddle/agents/normalizer.h>
#include <saddle/agents/off_policy/actor_critic.h>
#include <saddle/agents/off_policy/reward_scale.h>

namespace saddle {

/// One iteration: the steps of all worlds go to the memory; `ratio` gradient steps for each follow,
/// see ActorCritic, where costs weigh as the rule says. The rule answers whenever episodes have
/// ended since it last did and the policy has been acting, so that a multiplier moves with what
/// whole episodes cost, not with every gradient step. As in OnPolicyAgent, values discount, the
/// measure may not, and the multiplier makes up for it; agents share policy and critics, each row
/// being one agent at one step.
///
/// Observations are kept as they were and normalised when they are drawn; so are rewards, if that
/// is wanted. The rule's weights are of rewards as they are, and go with them into other units.
/// Where a measure reshapes costs, what a step adds to it depends on its threshold now, so it too
/// is computed then.
class OffPolicyAgent final : public Agent {
 public:
  /// Errors: saddle::Error if actions are not a bounded box.
  OffPolicyAgent(const AgentContext& context, const OffPolicyOptions& options,
                 const ActorSettings& settings, const NetworkFactory& network,
                 std::unique_ptr<ConstraintRule> rule);

  void set_progress(double share) override;
  [[nodiscard]] std::span<const double> limits() const override { return judge_.limits(); }
  [[nodiscard]] int steps_per_update() const override {
    return static_cast<int>(options_.rollout.steps);
  }
  [[nodiscard]] std::span<float> first_observation(WorldRange worlds) override;
  [[nodiscard]] StepView slot(int t, WorldRange worlds) override;
  void act(int t, WorldRange worlds) override;
  void act(std::span<const float> observation, std::span<float> memory, std::span<float> action,
           Rng* explore) const override;
  void update(WorkerPool& pool, Metrics& metrics) override;
  [[nodiscard]] CostMeasure cost_measure() const override { return judge_.measure(); }
  void policy(Archive& archive) override;
  void state(Archive& archive) override;

 private:
  /// What learning needs and acting does not.
  struct Learner {
    Rollout rollout;
    EpisodeTracker episodes;
    Replay replay;
    Transitions batch;
    ActorCritic actor_critic;
    RewardScale reward_scale;
    Rng draw;                         // of batches
    std::vector<Rng> noise;           // [B], of actions
    AlignedFloats observation, head;  // [B,A,O] and [B,A,H] of the step being acted
    ValueWeights weights;
    std::vector<double> threshold;  // [C], of the measure
    ValueWeights scaled_weights;    // in the units of critics
    std::int64_t steps = 0;         // environment steps in the memory or gone from it
    double owed = 0;                // gradient steps
  };

  /// Moves the rollout to the memory; `costs_so_far` is of Rollout::add_to().
  void remember(const std::vector<double>& costs_so_far);
  void follow_rule(const EpisodeSummary& summary, Metrics& metrics);
  void weigh(const GradientWeights& weights, std::span<const Episode> episodes);
  void learn(WorkerPool& pool);

  /// What a unit of the critics' reward is.
  [[nodiscard]] double reward_unit() const;

  AgentContext context_;
  OffPolicyOptions options_;
  Judge judge_;
  Normalizer normalizer_;
  Actor actor_;
  std::optional<Learner> learner_;  // none if built for acting only
};

}  // namespace saddle
