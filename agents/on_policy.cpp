// SPDX-License-Identifier: Apache-2.0
// On-policy learning.
#include <saddle/agents/on_policy.h>

#include <saddle/agents/on_policy_batch.h>

namespace saddle {
namespace {

// Purposes of random streams; those of worlds belong to envs.
enum : std::uint32_t { kPolicyInit = 100, kRewardCritic, kCostCritic, kUpdate, kActionNoise };

Rng stream(std::uint64_t seed, std::uint32_t purpose, int index = 0) {
  return Rng(seed, stream_id(purpose, static_cast<std::uint32_t>(index)));
}

Policy initial_policy(const AgentContext& context, const NetworkOptions& options,
                      const NetworkFactory& network) {
  Rng rng = stream(context.seed, kPolicyInit);
  return Policy(context.spec, options, network, rng);
}

}  // namespace

OnPolicyAgent::OnPolicyAgent(const AgentContext& context, const OnPolicyOptions& options,
                             const NetworkFactory& network, const PolicyUpdateFactory& update,
                             std::unique_ptr<ConstraintRule> rule)
    : context_(context),
      options_(options),
      judge_(context, options.measure, options.advantage.cost_gamma, std::move(rule)),
      normalizer_(static_cast<std::size_t>(context.spec.observation.size)),
      policy_(initial_policy(context, options.network, network)),
      update_(update(policy_, stream(context.seed, kUpdate))),
      reward_critic_(context.spec.observation.size, 1, options.network, network, options.critic,
                     stream(context.seed, kRewardCritic)) {
  const int constraints = context.spec.constraint_count();
  if (constraints > 0 && (judge_.rule().weighs_constraints() || update_->keeps_constraints())) {
    cost_critic_.emplace(context.spec.observation.size, constraints, options.network, network,
                         options.critic, stream(context.seed, kCostCritic));
  }
  if (context.worlds == 0) return;
  learner_.emplace(Learner{
      Rollout(context.spec, policy_.distribution().head_size, steps_per_update(), context.worlds),
      EpisodeTracker(context.worlds, context.spec.agents, constraints, context.spec.horizon,
                     judge_.measure().discount()),
      {},
      AlignedFloats(static_cast<std::size_t>(context.worlds * context.spec.agents *
                                             context.spec.observation.size))});
  for (int i = 0; i < context.worlds; ++i) {
    learner_->noise.push_back(stream(context.seed, kActionNoise, i));
  }
}

std::span<float> OnPolicyAgent::first_observation(WorldRange worlds) {
  return learner_->rollout.first_observation(worlds);
}

StepView OnPolicyAgent::slot(int t, WorldRange worlds) { return learner_->rollout.slot(t, worlds); }

void OnPolicyAgent::act(int t, WorldRange worlds) {
  Rollout& rollout = learner_->rollout;
  const auto [first, count] = rollout.rows(t, worlds);
  const auto agents = static_cast<std::size_t>(context_.spec.agents);
  const std::size_t o = rollout.row_width(), h = policy_.head_size(), d = policy_.action_size();
  const auto scratch = std::span(learner_->scratch)
                           .subspan(static_cast<std::size_t>(worlds.first) * agents * o, count * o);
  normalizer_.apply(std::span(rollout.observation).subspan(first * o, count * o), scratch);
  const auto head = std::span(rollout.head).subspan(first * h, count * h);
  policy_.network().forward(scratch, head);
  for (std::size_t i = 0; i < count; ++i) {
    Rng& noise = learner_->noise[static_cast<std::size_t>(worlds.first) + i / agents];
    const auto action = std::span(rollout.action).subspan((first + i) * d, d);
    const auto row = head.subspan(i * h, h);
    policy_.distribution().sample(row, policy_.log_std(), &noise, action);
    rollout.log_probability[first + i] =
        static_cast<float>(policy_.distribution().log_probability(row, policy_.log_std(), action));
    policy_.to_world(action, action);
  }
}

void OnPolicyAgent::act(std::span<const float> observation, std::span<float> action,
                        Rng* explore) const {
  const std::size_t h = policy_.head_size(), d = policy_.action_size();
  const std::size_t rows = action.size() / d;
  AlignedFloats normalized(observation.size()), head(rows * h);
  normalizer_.apply(observation, normalized);
  policy_.network().forward(normalized, head);
  for (std::size_t i = 0; i < rows; ++i) {
    policy_.distribution().sample(std::span(head).subspan(i * h, h), policy_.log_std(), explore,
                                  action.subspan(i * d, d));
  }
  policy_.to_world(action, action);
}

Verdict OnPolicyAgent::weigh_constraints(const EpisodeSummary& summary, Metrics& metrics) {
  Verdict verdict = judge_.judge(summary, metrics);
  if (!cost_critic_) {
    verdict.weights.constraints.resize(0);
    verdict.violation.resize(0);
  }
  // A measure adds up steps, and one step is what cost_advantage is about.
  verdict.violation /= judge_.measure().steps(summary.mean_length);
  return verdict;
}

void OnPolicyAgent::update(WorkerPool& pool, Metrics& metrics) {
  Rollout& rollout = learner_->rollout;
  Batch batch = value_rollout(pool);
  const bool reshapes = judge_.measure().reshapes();
  const std::vector<double> before = rollout.add_to(learner_->episodes, reshapes);
  const EpisodeSummary summary = learner_->episodes.summarize();
  if (reshapes) {
    estimate(batch, contributions(before, summary));
  } else {
    estimate(batch, rollout.cost);
  }
  const Verdict verdict = weigh_constraints(summary, metrics);
  const auto seen =
      std::span<const float>(batch.observation).first(rollout.rows() * rollout.row_width());
  const std::vector<float> old_log_std(policy_.log_std().begin(), policy_.log_std().end());
  const PolicyBatch policy_batch{seen,
                                 batch.action,
                                 rollout.head,
                                 old_log_std,
                                 rollout.log_probability,
                                 batch.advantage,
                                 batch.cost_advantage,
                                 verdict.weights,
                                 verdict.violation};

  // Each network learns on its own, so the three go side by side without ever waiting.
  Metrics policy_metrics;
  double reward_loss = 0, cost_loss = 0;
  pool.run(cost_critic_ ? 3 : 2, [&](int task) {
    if (task == 0) update_->apply(policy_, policy_batch, policy_metrics);
    if (task == 1) reward_loss = reward_critic_.fit(seen, batch.target);
    if (task == 2) cost_loss = cost_critic_->fit(seen, batch.cost_target);
  });
  check_finite();

  for (const auto& [name, value] : policy_metrics.values()) metrics.set(name, value);
  metrics.set("critic/reward_loss", reward_loss);
  if (cost_critic_) metrics.set("critic/cost_loss", cost_loss);
  normalizer_.merge(
      std::span<const float>(rollout.observation).first(rollout.rows() * rollout.row_width()));
  rollout.restart();
}

void OnPolicyAgent::check_finite() const {
  require_finite(policy_.arena());
  require_finite(reward_critic_.arena());
  if (cost_critic_) require_finite(cost_critic_->arena());
}

void OnPolicyAgent::policy(Archive& archive) {
  archive("policy", policy_);
  archive("normalizer", normalizer_);
}

void OnPolicyAgent::state(Archive& archive) {
  archive("update", *update_);
  archive("reward_critic", reward_critic_);
  if (cost_critic_) archive("cost_critic", *cost_critic_);
  archive("rule", judge_);
  archive("episodes", learner_->episodes);
  for (std::size_t i = 0; i < learner_->noise.size(); ++i) {
    archive("noise/" + std::to_string(i), learner_->noise[i]);
  }
  const std::size_t width = learner_->scratch.size();
  archive("observation", std::span(learner_->rollout.observation).first(width));
}

}  // namespace saddle
