// SPDX-License-Identifier: Apache-2.0
// One gradient step of an off-policy agent: critics, policy, temperature, targets.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <saddle/agents/off_policy/actor.h>
#include <saddle/agents/off_policy/q_critic.h>
#include <saddle/agents/off_policy/replay.h>
#include <saddle/agents/off_policy/temperature.h>
#include <saddle/base/metrics.h>
#include <saddle/envs/worker_pool.h>

namespace saddle {

/// How much reward and costs weigh in the policy's step: up w Q_r − Σ_k w_k Q_k.
struct ValueWeights {
  double reward = 1;
  std::vector<double> cost;  ///< [C], none if costs are not valued
};

/// Deterministic and soft actor-critic. With a' the action that the policy, or its target network
/// where it has one, takes in s', and α = 0 where the policy is deterministic:
///
///     critics  y = r + γ (1 − terminated) (min_j Q'_j(s',a') − α log π(a'|s')), and for every cost
///              y_k = c_k + γ_c (1 − terminated) Q'_k(s',a')
///     policy   up  w Q(s,a) − Σ_k w_k Q_k(s,a) − α log π(a|s)  at a ~ π(s): Q is min_j Q_j where
///              the policy is stochastic, Q_1 where it is deterministic
///     targets  θ' ← θ' + τ (θ − θ')
///
/// Policy and targets move once in `delay` steps. Works on batches of one size.
class ActorCritic {
 public:
  /// `costs` is how many are valued. The actor must outlive it.
  ActorCritic(const EnvironmentSpec& spec, const OffPolicyOptions& options,
              const ActorSettings& settings, Actor& actor, int costs, const NetworkFactory& network,
              std::uint64_t seed);

  /// Told the share of the run that is over, in [0, 1]: learning rates go by it.
  void set_progress(double share) { share_ = share; }

  /// Learns from a batch whose observations are as networks see them.
  void learn(const Transitions& batch, const ValueWeights& weights, WorkerPool& pool);

  /// Sets the means over the steps since the last report; zeros if there were none.
  void report(Metrics& metrics);

  /// Errors: saddle::Error if a parameter is infinite or NaN.
  void check_finite() const;

  void state(Archive& archive);

 private:
  struct Progress {
    int steps = 0, policy_steps = 0;
    double reward_loss = 0, cost_loss = 0, value = 0, log_density = 0;
  };

  [[nodiscard]] std::size_t reward_critics() const { return settings_.twin ? 2 : 1; }
  [[nodiscard]] bool values_costs() const { return critics_.size() > reward_critics(); }
  /// How much of the rates of policy and temperature is left.
  [[nodiscard]] double left() const { return remaining(settings_.schedule, share_); }
  [[nodiscard]] double temperature() const { return temperature_ ? temperature_->value() : 0; }

  void set_targets(const Transitions& batch, WorkerPool& pool);
  void fit_critics(const Transitions& batch, WorkerPool& pool);
  void improve_policy(const Transitions& batch, const ValueWeights& weights, WorkerPool& pool);
  void draw_noise();
  void join(std::span<const float> observation, std::span<const float> action);

  QCriticOptions options_;
  ActorSettings settings_;
  std::size_t observation_size_;
  Actor& actor_;
  std::unique_ptr<TargetNetwork> target_actor_;    // none if stochastic
  std::vector<std::unique_ptr<QCritic>> critics_;  // of the reward, then of the costs
  Adam adam_;
  Smoothing smoothing_;
  std::optional<Temperature> temperature_;  // none if deterministic
  Rng rng_;
  std::int64_t steps_ = 0;
  double share_ = 0;  // of the run that is over; told anew before every rollout
  Progress progress_;

  // Of one step, N rows.
  AlignedFloats head_, d_head_;              // [N,H]
  AlignedFloats noise_, action_, d_action_;  // [N,D]
  AlignedFloats x_;                          // [N,O+D]
  AlignedFloats next_value_, target_;        // [N]
  AlignedFloats cost_target_;                // [N,C]
  std::vector<double> log_density_;          // [N]
};

}  // namespace saddle
