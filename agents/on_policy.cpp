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

AgentStreams streams(std::uint64_t seed, std::uint32_t purpose) {
  return [=](int agent) { return stream(seed, purpose, agent); };
}

TeamShape shape_of(const EnvironmentSpec& spec, const MultiAgentOptions& options) {
  const auto agents = static_cast<std::size_t>(spec.agents);
  const std::size_t index = options.index && agents > 1 ? agents : 0;
  const bool central = options.critic == "central";
  return {agents, static_cast<std::size_t>(spec.observation.size) + index,
          options.parameters == "separate", central,
          central ? static_cast<std::size_t>(spec.state) : 0};
}

/// Of each policy: 0, or 1 for the reward and one for each cost.
std::size_t value_heads(const OnPolicyOptions& options, const TeamShape& shape,
                        const Judge& judge) {
  if (options.critic.trunk != "policy") return 0;
  if (shape.central && (shape.agents > 1 || shape.state > 0)) {
    throw Error(
        "critics that see all agents, or a central state, cannot be heads of a policy that sees "
        "one agent; leave multi.critic at own, or critic.trunk at shared");
  }
  const bool costs = judge.rule().weighs_constraints() && options.critic.costs == "valued";
  return 1 + (costs ? judge.constraints() : 0);
}

TeamPolicy first_policies(const AgentContext& context, const TeamShape& shape,
                          const NetworkOptions& options, const NetworkFactory& network,
                          std::size_t values) {
  EnvironmentSpec seen = context.spec;
  seen.observation.size = static_cast<int>(shape.inputs);
  return {shape, seen, options, network, streams(context.seed, kPolicyInit), values};
}

}  // namespace

OnPolicyAgent::OnPolicyAgent(const AgentContext& context, const OnPolicyOptions& options,
                             const NetworkFactory& network, const PolicyUpdateFactory& update,
                             std::unique_ptr<ConstraintRule> rule)
    : context_(context),
      options_(options),
      judge_(context,
             CostMeasure(options.measure, context.spec.constraints, options.advantage.cost_gamma,
                         options.limits_each(context.spec)),
             options.measure.caution, std::move(rule), options.curriculum),
      normalizer_(static_cast<std::size_t>(context.spec.observation.size),
                  options.network.normalize),
      shape_(shape_of(context.spec, options.multi)),
      state_normalizer_(shape_.state, options.network.normalize),
      policies_(first_policies(context, shape_, options.network, network,
                               value_heads(options, shape_, judge_))) {
  const bool heads = policies_.value_size() > 0;
  if (!heads) {
    reward_critic_.emplace(shape_, 1, options.network, network, options.critic,
                           streams(context.seed, kRewardCritic));
  }
  if (options.policy.average > 0) {
    average_.emplace(
        first_policies(context, shape_, options.network, network, policies_.value_size()));
  }
  const int constraints = context.spec.constraint_count();
  for (std::size_t a = 0; a < policies_.count(); ++a) {
    Policy& policy = policies_.policy(a);
    updates_.push_back(update(policy, stream(context.seed, kUpdate, static_cast<int>(a))));
    smoothings_.emplace_back(options.policy.smoothing, policy.arena());
  }
  if (heads && !updates_[0]->teaches_values()) {
    throw Error(
        "with critic.trunk=policy values learn by the gradient steps of the policy, and this agent "
        "takes none; leave critic.trunk at shared, or take one that does, as ppo");
  }
  if (shapes_reward() && updates_[0]->keeps_constraints()) {
    throw Error(
        "this agent keeps constraints by the values of costs, which critic.costs=shaped does "
        "without; leave it at valued");
  }
  if (!heads && constraints > 0 && !shapes_reward() &&
      (judge_.rule().weighs_constraints() || updates_[0]->keeps_constraints())) {
    cost_critic_.emplace(shape_, judge_.constraints(), options.network, network, options.critic,
                         streams(context.seed, kCostCritic));
  }
  if (context.worlds == 0) return;
  const auto track = [&](std::size_t width) {
    return MemoryTrack(steps_per_update(), context.worlds, width);
  };
  learner_.emplace(
      Learner{Rollout(context.spec, policies_.policy(0).distribution().head_size,
                      steps_per_update(), context.worlds, policies_.value_size(), shape_.state),
              EpisodeTracker(context.worlds, context.spec.agents, constraints, context.spec.horizon,
                             judge_.measure().discount(), context.spec.opponents),
              {},
              track(policies_.memory_size()),
              track(reward_critic_ ? reward_critic_->memory_size() : 0),
              track(cost_critic_ ? cost_critic_->memory_size() : 0)});
  for (int i = 0; i < context.worlds; ++i) {
    learner_->noise.push_back(stream(context.seed, kActionNoise, i));
  }
}

void OnPolicyAgent::set_progress(double share) {
  progress_ = share;
  judge_.set_progress(share);
}

void OnPolicyAgent::see(std::span<const float> observation, std::span<float> inputs) const {
  const auto o = static_cast<std::size_t>(context_.spec.observation.size), width = shape_.inputs;
  if (width == o) {
    normalizer_.apply(observation, inputs);
    return;
  }
  for (std::size_t i = 0; i * o < observation.size(); ++i) {
    const auto row = inputs.subspan(i * width, width);
    normalizer_.apply(observation.subspan(i * o, o), row.first(o));
    std::ranges::fill(row.subspan(o), 0.0f);
    row[o + i % shape_.agents] = 1;
  }
}

void OnPolicyAgent::act(int t, WorldRange worlds) {
  Rollout& rollout = learner_->rollout;
  const auto [first, count] = rollout.rows(t, worlds);
  const std::size_t agents = shape_.agents, o = rollout.row_width();
  const std::size_t h = policies_.policy(0).head_size(), d = policies_.policy(0).action_size();
  // Kept from call to call, so that they allocate nothing.
  thread_local AlignedFloats inputs, scratch;
  thread_local ActionDensity pi;
  inputs.resize(count * shape_.inputs);
  scratch.resize(count / agents * policies_.scratch_width());
  see(std::span(rollout.observation).subspan(first * o, count * o), inputs);
  const auto head = std::span(rollout.head).subspan(first * h, count * h);
  const std::size_t values = policies_.value_size();
  const auto value = std::span(rollout.value).subspan(first * values, count * values);
  MemoryTrack& memory = learner_->policy_memory;
  if (t > 0) memory.forget(t, worlds, rollout);
  policies_.heads(inputs, memory.at(t, worlds), head, value, memory.at(t + 1, worlds), scratch);
  for (std::size_t a = 0; a < policies_.count(); ++a) {
    const Policy& policy = policies_.policy(a);
    pi.of(policy.distribution(), policy.log_std());
    for (std::size_t i = a; i < count; i += policies_.count()) {
      Rng& noise = learner_->noise[static_cast<std::size_t>(worlds.first) + i / agents];
      const auto drawn = std::span(rollout.drawn).subspan((first + i) * d, d);
      pi.at(head.subspan(i * h, h)).sample(&noise, drawn);
      rollout.log_probability[first + i] = static_cast<float>(pi.log_probability(drawn));
      policy.to_world(drawn, std::span(rollout.action).subspan((first + i) * d, d));
    }
  }
}

void OnPolicyAgent::act(std::span<const float> observation, std::span<float> memory,
                        std::span<float> action, Rng* explore) const {
  const std::size_t agents = shape_.agents, h = policies_.policy(0).head_size(),
                    d = policies_.policy(0).action_size();
  const std::size_t rows = action.size() / d;
  SADDLE_CHECK(rows % agents == 0, rows, agents);
  // Kept from call to call: allocating took a third of the time of an action.
  thread_local AlignedFloats inputs, head, scratch;
  thread_local ActionDensity pi;
  inputs.resize(rows * shape_.inputs);
  head.resize(rows * h);
  scratch.resize(rows / agents * policies_.scratch_width());
  see(observation, inputs);
  const TeamPolicy& policies = final_policies();
  policies.heads(inputs, memory, head, {}, memory, scratch);
  for (std::size_t a = 0; a < policies.count(); ++a) {
    pi.of(policies.policy(a).distribution(), policies.policy(a).log_std());
    for (std::size_t i = a; i < rows; i += policies.count()) {
      pi.at(std::span<const float>(head).subspan(i * h, h))
          .sample(explore, action.subspan(i * d, d));
    }
  }
  policies_.policy(0).to_world(action, action);
}

void OnPolicyAgent::update(WorkerPool& pool, Metrics& metrics) {
  Rollout& rollout = learner_->rollout;
  Batch batch = value_rollout(pool);
  const CostMeasure& measure = judge_.measure();
  const std::vector<double> before = rollout.add_to(learner_->episodes, measure);
  const EpisodeSummary summary = learner_->episodes.summarize();
  const Verdict verdict = judge_steps(
      batch, measure.reshapes() ? contributions(before, summary) : rollout.cost, summary, metrics);
  std::vector<Lesson> taught = lessons(batch, verdict);
  const auto seen = batch.seen().first(rollout.rows() / shape_.agents * shape_.joint_inputs());

  // Each network learns on its own, so they go side by side without ever waiting; and so does the
  // normaliser, which nobody looks at meanwhile.
  const std::size_t policies = policies_.count();
  std::vector<Metrics> policy_metrics(policies);
  double reward_loss = 0, cost_loss = 0;
  const auto fit = [&](TeamCritic& critic, const MemoryTrack& memory,
                       std::span<const float> target) {
    if (memory.width() == 0) return critic.fit(seen, target, progress_);
    return critic.fit(seen, target, rollout, memory, sequence(), progress_);
  };
  pool.run(static_cast<int>(policies) + 3, [&](int task) {
    const auto a = static_cast<std::size_t>(task);
    if (a < policies) teach(a, taught[a], policy_metrics[a]);
    if (a == policies && reward_critic_) {
      reward_loss = fit(*reward_critic_, learner_->reward_memory, batch.target);
    }
    if (a == policies + 1 && cost_critic_) {
      cost_loss = fit(*cost_critic_, learner_->cost_memory, batch.cost_target);
    }
    if (a == policies + 2) {
      normalizer_.merge(
          std::span<const float>(rollout.observation).first(rollout.rows() * rollout.row_width()));
      if (shape_.state > 0) {
        state_normalizer_.merge(std::span<const float>(rollout.state).first(seen.size()));
      }
    }
  });
  check_finite();
  average();

  // Means over policies.
  for (std::size_t i = 0; i < policy_metrics[0].values().size(); ++i) {
    double sum = 0;
    for (const Metrics& own : policy_metrics) sum += own.values()[i].second;
    metrics.set(policy_metrics[0].values()[i].first, sum / static_cast<double>(policies));
  }
  if (reward_critic_) metrics.set("critic/reward_loss", reward_loss);
  if (cost_critic_) metrics.set("critic/cost_loss", cost_loss);
  learner_->policy_memory.restart(rollout);
  learner_->reward_memory.restart(rollout);
  learner_->cost_memory.restart(rollout);
  rollout.restart();
}

void OnPolicyAgent::check_finite() const {
  for (std::size_t a = 0; a < policies_.count(); ++a) require_finite(policies_.policy(a).arena());
  if (reward_critic_) reward_critic_->check_finite();
  if (cost_critic_) cost_critic_->check_finite();
}

void OnPolicyAgent::average() {
  if (!average_) return;
  if (progress_ < 1 - options_.policy.average) averaged_ = 0;
  ++averaged_;
  average_->move_towards(policies_, 1 / static_cast<double>(averaged_));
}

void OnPolicyAgent::policy(Archive& archive) {
  archive("policy", average_ ? *average_ : policies_);
  archive("normalizer", normalizer_);
}

void OnPolicyAgent::state(Archive& archive) {
  for (std::size_t a = 0; a < updates_.size(); ++a) {
    archive(updates_.size() > 1 ? concat("update/", a) : "update", *updates_[a]);
    archive(updates_.size() > 1 ? concat("smoothing/", a) : "smoothing", smoothings_[a]);
  }
  if (average_) {
    archive("trained", policies_);
    archive("averaged", averaged_);
  }
  if (reward_critic_) archive("reward_critic", *reward_critic_);
  if (cost_critic_) archive("cost_critic", *cost_critic_);
  if (shape_.state > 0) {
    archive("state_normalizer", state_normalizer_);
    archive("central_state", learner_->rollout.first_state({0, context_.worlds}));
  }
  archive("rule", judge_);
  archive("episodes", learner_->episodes);
  for (std::size_t i = 0; i < learner_->noise.size(); ++i) {
    archive("noise/" + std::to_string(i), learner_->noise[i]);
  }
  const auto rows = static_cast<std::size_t>(context_.worlds) * shape_.agents;
  archive("observation",
          std::span(learner_->rollout.observation).first(rows * learner_->rollout.row_width()));
  learner_->policy_memory.state(archive, "memory/policy");
  learner_->reward_memory.state(archive, "memory/reward_critic");
  learner_->cost_memory.state(archive, "memory/cost_critic");
}

}  // namespace saddle
