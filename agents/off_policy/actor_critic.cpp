// SPDX-License-Identifier: Apache-2.0
// Gradient steps of off-policy agents.
#include <saddle/agents/off_policy/actor_critic.h>

#include <algorithm>
#include <utility>

namespace saddle {
namespace {

// Purposes of random streams, apart from those of on-policy agents.
enum : std::uint32_t { kRewardQ = 110, kCostQ, kLearningNoise };

}  // namespace

ActorCritic::ActorCritic(const EnvironmentSpec& spec, const OffPolicyOptions& options,
                         const ActorSettings& settings, Actor& actor, int costs,
                         const NetworkFactory& network, std::uint64_t seed)
    : options_(options.critic),
      settings_(settings),
      observation_size_(static_cast<std::size_t>(spec.observation.size)),
      actor_(actor),
      adam_(actor.arena().values().size()),
      smoothing_(options.policy, actor.arena()),
      rng_(seed, stream_id(kLearningNoise, 0)) {
  const auto n = static_cast<std::size_t>(options.replay.batch);
  const int inputs = spec.observation.size + spec.action.size;
  const auto add_critic = [&](int signals, std::uint32_t purpose, std::size_t index) {
    critics_.push_back(std::make_unique<QCritic>(inputs, signals, n, options.network, network,
                                                 options.critic,
                                                 stream(seed, purpose, static_cast<int>(index))));
  };
  for (std::size_t j = 0; j < reward_critics(); ++j) add_critic(1, kRewardQ, j);
  if (costs > 0) add_critic(costs, kCostQ, 0);
  if (settings.stochastic) {
    temperature_.emplace(settings, actor.action_size());
  } else {
    target_actor_ = std::make_unique<TargetNetwork>(actor.shape(), actor.arena(), network);
  }
  head_.resize(n * actor.head_size());
  d_head_.resize(head_.size());
  noise_.resize(n * actor.action_size());
  action_.resize(noise_.size());
  d_action_.resize(noise_.size());
  x_.resize(n * static_cast<std::size_t>(inputs));
  next_value_.resize(n);
  target_.resize(n);
  cost_target_.resize(n * static_cast<std::size_t>(costs));
  log_density_.resize(n);
}

void ActorCritic::learn(const Transitions& batch, const ValueWeights& weights, WorkerPool& pool) {
  SADDLE_CHECK(batch.rows() == target_.size(), batch.rows(), target_.size());
  set_targets(batch, pool);
  fit_critics(batch, pool);
  ++steps_;
  ++progress_.steps;
  if (steps_ % settings_.delay != 0) return;
  improve_policy(batch, weights, pool);
  if (target_actor_) target_actor_->follow(actor_.arena(), options_.tau);
  for (const auto& critic : critics_) critic->follow();
}

void ActorCritic::set_targets(const Transitions& batch, WorkerPool& pool) {
  const Network& network = target_actor_ ? target_actor_->network() : actor_.network();
  network.forward(batch.next_observation, head_);
  draw_noise();
  actor_.act_for_target(head_, noise_, action_, log_density_);
  join(batch.next_observation, action_);
  // What these tasks capture fits into a std::function without an allocation.
  pool.run(static_cast<int>(critics_.size()),
           [this](int j) { critics_[static_cast<std::size_t>(j)]->look_ahead(x_); });
  const double alpha = temperature();
  for (std::size_t i = 0; i < next_value_.size(); ++i) {
    float least = critics_[0]->next_values()[i];
    if (settings_.twin) least = std::min(least, critics_[1]->next_values()[i]);
    next_value_[i] = static_cast<float>(least - alpha * log_density_[i]);
  }
  td_target(batch.reward, batch.terminated, next_value_, options_.gamma, target_);
  if (!values_costs()) return;
  td_target(batch.cost, batch.terminated, critics_.back()->next_values(), options_.cost_gamma,
            cost_target_);
}

void ActorCritic::fit_critics(const Transitions& batch, WorkerPool& pool) {
  join(batch.observation, batch.action);
  pool.run(static_cast<int>(critics_.size()), [this](int task) {
    const auto j = static_cast<std::size_t>(task);
    critics_[j]->fit(x_, j < reward_critics() ? target_ : cost_target_, share_);
  });
  for (std::size_t j = 0; j < reward_critics(); ++j) {
    progress_.reward_loss += critics_[j]->loss() / static_cast<double>(reward_critics());
  }
  if (values_costs()) progress_.cost_loss += critics_.back()->loss();
}

void ActorCritic::improve_policy(const Transitions& batch, const ValueWeights& weights,
                                 WorkerPool& pool) {
  const std::size_t n = batch.rows(), d = actor_.action_size(), width = observation_size_ + d;
  actor_.network().forward_keeping(batch.observation, head_);
  draw_noise();
  actor_.act(head_, noise_, action_, log_density_);
  join(batch.observation, action_);
  pool.run(static_cast<int>(critics_.size()), [this, &weights](int task) {
    constexpr double kOne = 1;
    const auto j = static_cast<std::size_t>(task);
    if (j >= reward_critics()) {
      critics_[j]->look(x_, weights.cost);
    } else if (j == 0 || settings_.stochastic) {
      critics_[j]->look(x_, {&kOne, 1});
    }
  });
  const double share = 1 / static_cast<double>(n);
  double log_density = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const bool second = settings_.stochastic && settings_.twin &&
                        critics_[1]->values()[i] < critics_[0]->values()[i];
    const QCritic& believed = *critics_[second ? 1 : 0];
    for (std::size_t k = 0; k < d; ++k) {
      const std::size_t at = i * width + observation_size_ + k;
      double down = -weights.reward * believed.slope()[at];
      if (values_costs()) down += critics_.back()->slope()[at];
      d_action_[i * d + k] = static_cast<float>(share * down);
    }
    progress_.value += share * believed.values()[i];
    log_density += share * log_density_[i];
  }
  actor_.gradient(head_, noise_, action_, d_action_, share * temperature(), d_head_);
  actor_.network().backward(d_head_);
  smoothing_.pull(actor_.arena());
  adam_.step(actor_.arena(), settings_.learning_rate * left(), 0);
  smoothing_.follow(std::as_const(actor_).arena().values());
  if (temperature_) temperature_->step(log_density, left());
  progress_.log_density += log_density;
  ++progress_.policy_steps;
}

void ActorCritic::draw_noise() {
  if (!settings_.stochastic && settings_.target_noise == 0) return;
  for (float& e : noise_) e = static_cast<float>(rng_.normal());
}

void ActorCritic::join(std::span<const float> observation, std::span<const float> action) {
  const std::size_t o = observation_size_, d = actor_.action_size();
  auto to = x_.begin();
  for (std::size_t i = 0; i < target_.size(); ++i) {
    to = std::ranges::copy(observation.subspan(i * o, o), to).out;
    to = std::ranges::copy(action.subspan(i * d, d), to).out;
  }
}

void ActorCritic::report(Metrics& metrics) {
  const double steps = std::max(progress_.steps, 1);
  const double policy_steps = std::max(progress_.policy_steps, 1);
  metrics.set("policy/value", progress_.value / policy_steps);
  metrics.set("policy/learning_rate", settings_.learning_rate * left());
  if (temperature_) {
    metrics.set("policy/entropy", -progress_.log_density / policy_steps);
    metrics.set("policy/temperature", temperature_->value());
  }
  metrics.set("critic/reward_loss", progress_.reward_loss / steps);
  if (values_costs()) metrics.set("critic/cost_loss", progress_.cost_loss / steps);
  progress_ = {};
}

void ActorCritic::check_finite() const {
  require_finite(actor_.arena());
  for (const auto& critic : critics_) require_finite(critic->arena());
  if (temperature_) require_finite(temperature_->arena());
}

void ActorCritic::state(Archive& archive) {
  archive("adam", adam_);
  archive("smoothing", smoothing_);
  if (target_actor_) archive("target_policy", *target_actor_);
  for (std::size_t j = 0; j < reward_critics(); ++j) {
    archive("reward_critic/" + std::to_string(j), *critics_[j]);
  }
  if (values_costs()) archive("cost_critic", *critics_.back());
  if (temperature_) archive("temperature", *temperature_);
  archive("rng", rng_);
  archive("steps", steps_);
}

}  // namespace saddle
