// SPDX-License-Identifier: Apache-2.0
// From a rollout to values, contributions and advantages.
#include <saddle/agents/on_policy_batch.h>

#include <algorithm>

#include <saddle/agents/advantage.h>

namespace saddle {

std::size_t OnPolicyAgent::valued_costs() const { return cost_critic_ ? judge_.constraints() : 0; }

OnPolicyAgent::Batch OnPolicyAgent::value_rollout(WorkerPool& pool) const {
  // Fixed chunks, so that bits do not depend on the number of threads.
  constexpr std::size_t kChunk = 1024;
  const Rollout& rollout = learner_->rollout;
  const std::size_t n = rollout.rows(), o = rollout.row_width(), c = valued_costs();
  const std::size_t per_step = n / static_cast<std::size_t>(rollout.steps());
  Batch batch;
  batch.observation.resize(rollout.observation.size());
  batch.action.resize(rollout.action.size());
  policy_.to_policy(rollout.action, batch.action);
  AlignedFloats value(n + per_step), cost_value((n + per_step) * c);

  const std::size_t chunks = (n + per_step + kChunk - 1) / kChunk;
  pool.run(static_cast<int>(chunks), [&](int chunk) {
    const std::size_t first = static_cast<std::size_t>(chunk) * kChunk;
    const std::size_t rows = std::min(kChunk, n + per_step - first);
    const auto x = std::span(batch.observation).subspan(first * o, rows * o);
    normalizer_.apply(std::span(rollout.observation).subspan(first * o, rows * o), x);
    reward_critic_.values(x, std::span(value).subspan(first, rows));
    if (c > 0) cost_critic_->values(x, std::span(cost_value).subspan(first * c, rows * c));
  });
  batch.next_value.assign(value.begin() + static_cast<std::ptrdiff_t>(per_step), value.end());
  batch.next_cost_value.assign(cost_value.begin() + static_cast<std::ptrdiff_t>(per_step * c),
                               cost_value.end());
  value.resize(n);
  cost_value.resize(n * c);
  batch.value = std::move(value);
  batch.cost_value = std::move(cost_value);

  // Where an episode was cut, the next row belongs to another episode: value the true successor.
  AlignedFloats successor(o);
  const auto agents = static_cast<std::size_t>(context_.spec.agents);
  for (std::size_t i = 0; i < n; ++i) {
    if (!rollout.truncated[i / agents]) continue;
    normalizer_.apply(std::span(rollout.next_observation).subspan(i * o, o), successor);
    reward_critic_.values(successor, std::span(batch.next_value).subspan(i, 1));
    if (c > 0) {
      cost_critic_->values(successor, std::span(batch.next_cost_value).subspan(i * c, c));
    }
  }
  return batch;
}

void OnPolicyAgent::estimate(Batch& batch, std::span<const float> costs) const {
  const Rollout& rollout = learner_->rollout;
  const AdvantageOptions& options = options_.advantage;
  const std::size_t n = rollout.rows(), c = valued_costs();
  const auto agents = static_cast<std::size_t>(context_.spec.agents);
  const std::size_t columns = n / static_cast<std::size_t>(rollout.steps());
  std::vector<std::uint8_t> terminated(n), truncated(n);
  for (std::size_t i = 0; i < n; ++i) {
    terminated[i] = rollout.terminated[i / agents];
    truncated[i] = rollout.truncated[i / agents];
  }
  batch.advantage.resize(n);
  batch.target.resize(n);
  estimate_advantage({rollout.reward, batch.value, batch.next_value, terminated, truncated},
                     columns, options.gamma, options.lambda, batch.advantage);
  for (std::size_t i = 0; i < n; ++i) batch.target[i] = batch.advantage[i] + batch.value[i];

  batch.cost_advantage.resize(n * c);
  batch.cost_target.resize(n * c);
  AlignedFloats cost(n), value(n), next_value(n), advantage(n);
  for (std::size_t k = 0; k < c; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      cost[i] = costs[i * c + k];
      value[i] = batch.cost_value[i * c + k];
      next_value[i] = batch.next_cost_value[i * c + k];
    }
    estimate_advantage({cost, value, next_value, terminated, truncated}, columns,
                       options.cost_gamma, options.cost_lambda, advantage);
    for (std::size_t i = 0; i < n; ++i) {
      batch.cost_target[i * c + k] = advantage[i] + value[i];
      batch.cost_advantage[i * c + k] = advantage[i] / static_cast<float>(judge_.scale(k));
    }
  }
}

AlignedFloats OnPolicyAgent::contributions(const std::vector<double>& before,
                                           const EpisodeSummary& summary) const {
  const Rollout& rollout = learner_->rollout;
  const CostMeasure& measure = judge_.measure();
  const std::size_t agents = rollout.agents(), c = judge_.constraints();
  AlignedFloats result(rollout.cost.size());
  for (std::size_t k = 0; k < c; ++k) {
    const double threshold = measure.threshold(summary.episodes, static_cast<int>(k));
    for (std::size_t i = 0; i * c < before.size(); ++i) {
      const std::size_t first = i * agents * c + k;  // of the step's first agent
      const double start = before[i * c + k], end = start + rollout.team_cost(i, k);
      const auto added = static_cast<float>(measure.contribution(start, end, threshold));
      for (std::size_t a = 0; a < agents; ++a) result[first + a * c] = added;
    }
  }
  return result;
}

}  // namespace saddle
