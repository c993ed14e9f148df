// SPDX-License-Identifier: Apache-2.0
// On-policy learning.
#include <saddle/agents/on_policy.h>

#include <algorithm>
#include <cmath>

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
      measure_(options.measure, options.advantage.cost_gamma),
      normalizer_(static_cast<std::size_t>(context.spec.observation.size)),
      policy_(initial_policy(context, options.network, network)),
      update_(update(policy_, stream(context.seed, kUpdate))),
      reward_critic_(context.spec.observation.size, 1, options.network, network, options.critic,
                     stream(context.seed, kRewardCritic)),
      rule_(std::move(rule)) {
  const int constraints = context.spec.constraint_count();
  SADDLE_CHECK(context.limits.size() == context.spec.constraints.size(), context.limits.size());
  for (std::size_t k = 0; k < context.limits.size(); ++k) {
    const double limit = context.limits[k];
    measure_.check_limit(context.spec.constraints[k].name, limit);
    scale_.push_back(limit > 0 ? limit : 1);
  }
  if (constraints > 0 && (rule_->weighs_constraints() || update_->keeps_constraints())) {
    cost_critic_.emplace(context.spec.observation.size, constraints, options.network, network,
                         options.critic, stream(context.seed, kCostCritic));
  }
  if (context.worlds == 0) return;
  learner_.emplace(Learner{
      Rollout(context.spec, policy_.distribution().head_size, steps_per_update(), context.worlds),
      EpisodeTracker(context.worlds, context.spec.agents, constraints, context.spec.horizon,
                     measure_.discount()),
      {},
      AlignedFloats(static_cast<std::size_t>(context.worlds * context.spec.agents *
                                             context.spec.observation.size))});
  for (int i = 0; i < context.worlds; ++i) {
    learner_->noise.push_back(stream(context.seed, kActionNoise, i));
  }
}

std::span<float> OnPolicyAgent::first_observation(WorldRange worlds) {
  const auto [first, count] = learner_->rollout.rows(0, worlds);
  const std::size_t o = learner_->rollout.row_width();
  return std::span(learner_->rollout.observation).subspan(first * o, count * o);
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

OnPolicyAgent::Verdict OnPolicyAgent::weigh_constraints(const EpisodeSummary& summary,
                                                        Metrics& metrics) {
  const std::size_t c = scale_.size();
  Eigen::VectorXd g(static_cast<Eigen::Index>(c));
  std::vector<Measured> measured;
  for (std::size_t k = 0; k < c; ++k) {
    measured.push_back(measure_.measure(summary.episodes, static_cast<int>(k)));
    const double cautious =
        measured[k].value + options_.measure.caution * measured[k].standard_error;
    g[static_cast<Eigen::Index>(k)] = (cautious - context_.limits[k]) / scale_[k];
  }
  GradientWeights weights = rule_->update(g);
  if (!cost_critic_) {
    weights.constraints.resize(0);
    g.resize(0);
  }

  metrics.set("return", summary.mean_return);
  metrics.set("length", summary.mean_length);
  metrics.set("episodes", static_cast<double>(summary.finished));
  const Eigen::VectorXd multipliers = rule_->multipliers();
  for (std::size_t k = 0; k < c; ++k) {
    const std::string& name = context_.spec.constraints[k].name;
    metrics.set("cost/" + name, measured[k].value);
    metrics.set("limit/" + name, context_.limits[k]);
    metrics.set("multiplier/" + name, multipliers[static_cast<Eigen::Index>(k)] / scale_[k]);
  }
  // A measure adds up steps, and one step is what cost_advantage is about.
  return {std::move(weights), g / measure_.steps(summary.mean_length)};
}

void OnPolicyAgent::update(WorkerPool& pool, Metrics& metrics) {
  Rollout& rollout = learner_->rollout;
  Batch batch = value_rollout(pool);
  const std::vector<double> before = follow_episodes();
  const EpisodeSummary summary = learner_->episodes.summarize();
  if (measure_.reshapes()) {
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
  const auto finite = [](std::span<const float> values) {
    return std::ranges::all_of(values, [](float v) { return std::isfinite(v); });
  };
  if (!finite(policy_.arena().values()) || !finite(reward_critic_.arena().values()) ||
      (cost_critic_ && !finite(cost_critic_->arena().values()))) {
    throw Error(
        "training diverged: a network parameter is no longer finite; lower the learning "
        "rates or start again from the last checkpoint with other options");
  }
}

void OnPolicyAgent::policy(Archive& archive) {
  archive("policy", policy_);
  archive("normalizer", normalizer_);
}

void OnPolicyAgent::state(Archive& archive) {
  archive("update", *update_);
  archive("reward_critic", reward_critic_);
  if (cost_critic_) archive("cost_critic", *cost_critic_);
  archive("rule", *rule_);
  archive("episodes", learner_->episodes);
  for (std::size_t i = 0; i < learner_->noise.size(); ++i) {
    archive("noise/" + std::to_string(i), learner_->noise[i]);
  }
  const std::size_t width = learner_->scratch.size();
  archive("observation", std::span(learner_->rollout.observation).first(width));
}

}  // namespace saddle
