// SPDX-License-Identifier: Apache-2.0
// Off-policy learning.
#include <saddle/agents/off_policy/off_policy.h>

#include <algorithm>

namespace saddle {
namespace {

// Purposes of random streams, apart from those of ActorCritic and of on-policy agents.
enum : std::uint32_t { kActorInit = 120, kDraw, kExploration };

Actor initial_actor(const AgentContext& context, const ActorSettings& settings,
                    const NetworkOptions& options, const NetworkFactory& network) {
  Rng rng = stream(context.seed, kActorInit);
  return Actor(context.spec, settings, options, network, rng);
}

}  // namespace

OffPolicyAgent::OffPolicyAgent(const AgentContext& context, const OffPolicyOptions& options,
                               const ActorSettings& settings, const NetworkFactory& network,
                               std::unique_ptr<ConstraintRule> rule)
    : context_(context),
      options_(options),
      judge_(context,
             CostMeasure(options.measure, context.spec.constraints, options.critic.cost_gamma),
             options.measure.caution, std::move(rule), options.curriculum),
      normalizer_(static_cast<std::size_t>(context.spec.observation.size),
                  options.network.normalize),
      actor_(initial_actor(context, settings, options.network, network)) {
  if (context.worlds == 0) return;
  const EnvironmentSpec& spec = context.spec;
  const int costs = judge_.rule().weighs_constraints() ? spec.constraint_count() : 0;
  const TransitionShape shape{static_cast<std::size_t>(spec.observation.size),
                              static_cast<std::size_t>(spec.action.size),
                              static_cast<std::size_t>(costs), judge_.measure().reshapes()};
  const auto rows =
      static_cast<std::size_t>(context.worlds) * static_cast<std::size_t>(spec.agents);
  learner_.emplace(
      Learner{Rollout(spec, 0, steps_per_update(), context.worlds),
              EpisodeTracker(context.worlds, spec.agents, spec.constraint_count(), spec.horizon,
                             judge_.measure().discount(), spec.opponents),
              Replay(shape, static_cast<std::size_t>(options.replay.size)),
              Transitions(shape, static_cast<std::size_t>(options.replay.batch)),
              ActorCritic(spec, options, settings, actor_, costs, network, context.seed),
              RewardScale(rows, options.critic.gamma),
              stream(context.seed, kDraw),
              {},
              AlignedFloats(rows * shape.observation),
              AlignedFloats(rows * actor_.head_size()),
              {},
              {},
              {}});
  for (int i = 0; i < context.worlds; ++i) {
    learner_->noise.push_back(stream(context.seed, kExploration, i));
  }
  learner_->weights.cost.resize(shape.constraints);
  learner_->threshold.resize(shape.constraints);
  weigh(judge_.first_weights(), {});
}

void OffPolicyAgent::set_progress(double share) {
  judge_.set_progress(share);
  if (learner_) learner_->actor_critic.set_progress(share);
}

std::span<float> OffPolicyAgent::first_observation(WorldRange worlds) {
  return learner_->rollout.first_observation(worlds);
}

StepView OffPolicyAgent::slot(int t, WorldRange worlds) {
  return learner_->rollout.slot(t, worlds);
}

void OffPolicyAgent::act(int t, WorldRange worlds) {
  Learner& l = *learner_;
  const auto [first, count] = l.rollout.rows(t, worlds);
  const std::size_t agents = l.rollout.agents(), o = l.rollout.row_width();
  const std::size_t h = actor_.head_size(), d = actor_.action_size();
  const std::size_t place = static_cast<std::size_t>(worlds.first) * agents;
  const auto action = std::span(l.rollout.action).subspan(first * d, count * d);
  const auto head = std::span(l.head).subspan(place * h, count * h);
  const bool uniform = l.steps + std::int64_t{t} * context_.worlds < options_.replay.start;
  if (!uniform) {
    const auto observation = std::span(l.observation).subspan(place * o, count * o);
    normalizer_.apply(std::span(l.rollout.observation).subspan(first * o, count * o), observation);
    actor_.network().forward(observation, head);
  }
  for (std::size_t i = 0; i < count; ++i) {
    Rng& noise = l.noise[static_cast<std::size_t>(worlds.first) + i / agents];
    const auto row = action.subspan(i * d, d);
    if (uniform) {
      for (float& a : row) a = static_cast<float>(noise.uniform(-1, 1));
    } else {
      actor_.act(head.subspan(i * h, h), &noise, row);
    }
  }
  actor_.scale().to_world(action, action);
}

void OffPolicyAgent::act(std::span<const float> observation, std::span<float> /*memory*/,
                         std::span<float> action, Rng* explore) const {
  const std::size_t h = actor_.head_size(), d = actor_.action_size();
  const std::size_t rows = action.size() / d;
  AlignedFloats normalized(observation.size()), head(rows * h);
  normalizer_.apply(observation, normalized);
  actor_.network().forward(normalized, head);
  for (std::size_t i = 0; i < rows; ++i) {
    actor_.act(std::span<const float>(head).subspan(i * h, h), explore, action.subspan(i * d, d));
  }
  actor_.scale().to_world(action, action);
}

void OffPolicyAgent::update(WorkerPool& pool, Metrics& metrics) {
  Learner& l = *learner_;
  const bool was_uniform = l.steps < options_.replay.start;
  remember(l.rollout.add_to(l.episodes, judge_.measure()));
  if (options_.critic.normalize_reward) {
    l.reward_scale.add(l.rollout.reward, l.rollout.terminated, l.rollout.truncated);
  }
  normalizer_.merge(std::span<const float>(l.rollout.observation)
                        .first(l.rollout.rows() * l.rollout.row_width()));
  const std::int64_t added = std::int64_t{l.rollout.steps()} * l.rollout.worlds();
  l.rollout.restart();
  l.steps += added;

  const EpisodeSummary summary = l.episodes.summarize();
  if (summary.finished > 0 && !was_uniform) {
    follow_rule(summary, metrics);
  } else {
    judge_.report(summary, metrics);
  }
  l.scaled_weights = l.weights;
  for (double& weight : l.scaled_weights.cost) weight /= reward_unit();
  if (l.steps >= options_.replay.start) {
    l.owed += options_.replay.ratio * static_cast<double>(added);
    for (; l.owed >= 1; l.owed -= 1) learn(pool);
  }
  l.actor_critic.check_finite();
  l.actor_critic.report(metrics);
  if (options_.critic.normalize_reward) metrics.set("critic/reward_unit", reward_unit());
  metrics.set("replay/transitions", static_cast<double>(l.replay.size()));
}

void OffPolicyAgent::remember(const std::vector<double>& costs_so_far) {
  Learner& l = *learner_;
  const Rollout& rollout = l.rollout;
  const std::size_t agents = rollout.agents(), c = judge_.constraints();
  const std::size_t o = rollout.row_width(), d = actor_.action_size(), kept = l.weights.cost.size();
  const bool reshapes = judge_.measure().reshapes();
  std::vector<float> action(d), cost(kept), so_far(reshapes ? kept : 0);
  for (std::size_t row = 0; row < rollout.rows(); ++row) {
    const std::size_t step = row / agents;
    actor_.scale().to_policy(std::span(rollout.action).subspan(row * d, d), action);
    for (float& a : action) a = std::clamp(a, -1.0f, 1.0f);  // rounding
    for (std::size_t k = 0; k < kept; ++k) {
      cost[k] =
          reshapes ? static_cast<float>(rollout.team_cost(step, k)) : rollout.cost[row * c + k];
      if (reshapes) so_far[k] = static_cast<float>(costs_so_far[step * c + k]);
    }
    l.replay.add({std::span(rollout.observation).subspan(row * o, o), action,
                  std::span(rollout.next_observation).subspan(row * o, o), rollout.reward[row],
                  cost, so_far, rollout.terminated[step] != 0});
  }
}

void OffPolicyAgent::follow_rule(const EpisodeSummary& summary, Metrics& metrics) {
  Learner& l = *learner_;
  const Verdict verdict = judge_.judge(summary, metrics);
  if (!l.weights.cost.empty()) weigh(judge_.per_unit(verdict.weights), summary.episodes);
}

void OffPolicyAgent::weigh(const GradientWeights& weights, std::span<const Episode> episodes) {
  Learner& l = *learner_;
  l.weights.reward = weights.objective;
  for (std::size_t k = 0; k < l.weights.cost.size(); ++k) {
    l.weights.cost[k] = weights.constraints[static_cast<Eigen::Index>(k)];
    l.threshold[k] = judge_.measure().threshold(episodes, static_cast<int>(k));
  }
}

double OffPolicyAgent::reward_unit() const {
  return options_.critic.normalize_reward ? learner_->reward_scale.value() : 1;
}

void OffPolicyAgent::learn(WorkerPool& pool) {
  Learner& l = *learner_;
  Transitions& batch = l.batch;
  l.replay.sample(l.draw, batch);
  normalizer_.apply(batch.observation, batch.observation);
  normalizer_.apply(batch.next_observation, batch.next_observation);
  const double unit = reward_unit();
  for (float& reward : batch.reward) reward = static_cast<float>(reward / unit);
  const std::size_t c = l.weights.cost.size();
  for (std::size_t i = 0; i < batch.cost_so_far.size(); ++i) {
    const double before = batch.cost_so_far[i];
    batch.cost[i] = static_cast<float>(
        judge_.measure().contribution(before, before + batch.cost[i], l.threshold[i % c]));
  }
  l.actor_critic.learn(batch, l.scaled_weights, pool);
}

void OffPolicyAgent::policy(Archive& archive) {
  archive("policy", actor_);
  archive("normalizer", normalizer_);
}

void OffPolicyAgent::state(Archive& archive) {
  Learner& l = *learner_;
  archive("learner", l.actor_critic);
  archive("rule", judge_);
  archive("replay", l.replay);
  archive("episodes", l.episodes);
  if (options_.critic.normalize_reward) archive("reward_scale", l.reward_scale);
  archive("draw", l.draw);
  for (std::size_t i = 0; i < l.noise.size(); ++i) {
    archive("noise/" + std::to_string(i), l.noise[i]);
  }
  archive("reward_weight", l.weights.reward);
  archive("cost_weight", std::span(l.weights.cost));
  archive("threshold", std::span(l.threshold));
  archive("steps", l.steps);
  archive("owed", l.owed);
  archive("observation", std::span(l.rollout.observation).first(l.observation.size()));
}

}  // namespace saddle
