// SPDX-License-Identifier: Apache-2.0
// Values of a rollout, from critics or from value heads of policies, and how the latter learn.
#include <saddle/agents/on_policy_batch.h>

#include <algorithm>
#include <utility>

#include <saddle/agents/columns.h>

namespace saddle {

std::size_t OnPolicyAgent::valued_costs() const {
  if (policies_.value_size() > 0) return policies_.value_size() - 1;
  return cost_critic_ ? judge_.constraints() : 0;
}

OnPolicyAgent::Batch OnPolicyAgent::value_rollout(WorkerPool& pool) {
  const Rollout& rollout = learner_->rollout;
  const std::size_t n = rollout.rows(), o = rollout.row_width(), c = valued_costs();
  const std::size_t per_step = n / static_cast<std::size_t>(rollout.steps());
  const std::size_t agents = shape_.agents, width = shape_.inputs, s = shape_.state;
  const bool remembers = policies_.memory_size() > 0, heads = policies_.value_size() > 0;
  // Fixed chunks, so that bits do not depend on the number of threads, and whole teams.
  const std::size_t chunk_rows = std::max<std::size_t>(256 / agents, 1) * agents;
  Batch batch;
  batch.observation.resize((n + per_step) * width);
  batch.state.resize(rollout.state.size());
  AlignedFloats value(n + per_step), cost_value((n + per_step) * c);

  const std::size_t chunks = (n + per_step + chunk_rows - 1) / chunk_rows;
  pool.run(static_cast<int>(chunks), [&](int chunk) {
    const std::size_t first = static_cast<std::size_t>(chunk) * chunk_rows;
    const std::size_t rows = std::min(chunk_rows, n + per_step - first);
    const auto x = std::span(batch.observation).subspan(first * width, rows * width);
    see(std::span(rollout.observation).subspan(first * o, rows * o), x);
    const std::size_t world = first / agents, worlds = rows / agents;
    if (s > 0) {
      state_normalizer_.apply(std::span(rollout.state).subspan(world * s, worlds * s),
                              std::span(batch.state).subspan(world * s, worlds * s));
    }
    if (remembers || heads) return;
    const std::size_t seen = shape_.joint_inputs();
    const auto y = batch.seen().subspan(world * seen, worlds * seen);
    reward_critic_->values(y, std::span(value).subspan(first, rows));
    if (c > 0) cost_critic_->values(y, std::span(cost_value).subspan(first * c, rows * c));
  });
  if (heads) {
    // Said while acting, but for what is seen last.
    AlignedFloats all = rollout.value;
    all.resize((n + per_step) * (1 + c));
    policies_.values(std::span(batch.observation).last(per_step * width),
                     learner_->policy_memory.at(rollout.steps(), {0, rollout.worlds()}),
                     std::span(all).last(per_step * (1 + c)), {});
    split_columns(all, 1 + c, value, cost_value);
  } else if (remembers) {
    value_steps(pool, *reward_critic_, learner_->reward_memory, batch.seen(), value);
    if (c > 0) value_steps(pool, *cost_critic_, learner_->cost_memory, batch.seen(), cost_value);
  }
  batch.next_value.assign(value.begin() + static_cast<std::ptrdiff_t>(per_step), value.end());
  batch.next_cost_value.assign(cost_value.begin() + static_cast<std::ptrdiff_t>(per_step * c),
                               cost_value.end());
  value.resize(n);
  cost_value.resize(n * c);
  batch.value = std::move(value);
  batch.cost_value = std::move(cost_value);
  value_successors(batch);
  return batch;
}

void OnPolicyAgent::value_successors(Batch& batch) const {
  const Rollout& rollout = learner_->rollout;
  const std::size_t n = rollout.rows(), o = rollout.row_width(), c = valued_costs();
  const std::size_t agents = shape_.agents, width = shape_.joint_inputs(), s = shape_.state;
  AlignedFloats successor(width);
  for (std::size_t i = 0; i < n; i += agents) {
    if (!rollout.truncated[i / agents]) continue;
    if (s > 0) {
      state_normalizer_.apply(std::span(rollout.next_state).subspan(i / agents * s, s), successor);
    } else {
      see(std::span(rollout.next_observation).subspan(i * o, agents * o), successor);
    }
    const auto row = batch.seen().subspan(i / agents * width, width);
    // With the memory after the row.
    const auto value = [&](const auto& networks, const MemoryTrack& memory, std::span<float> out) {
      AlignedFloats left(memory.width());
      const auto before = memory.before().subspan(i / agents * left.size(), left.size());
      if (!left.empty()) networks.values(row, before, out, left);
      networks.values(successor, left, out, {});
    };
    const auto next = std::span(batch.next_value).subspan(i, agents);
    const auto next_cost = std::span(batch.next_cost_value).subspan(i * c, agents * c);
    if (policies_.value_size() > 0) {
      AlignedFloats all(agents * (1 + c));
      value(policies_, learner_->policy_memory, all);
      split_columns(all, 1 + c, next, next_cost);
      continue;
    }
    value(*reward_critic_, learner_->reward_memory, next);
    if (c > 0) value(*cost_critic_, learner_->cost_memory, next_cost);
  }
}

void OnPolicyAgent::value_steps(WorkerPool& pool, const TeamCritic& critic, MemoryTrack& memory,
                                std::span<const float> seen, std::span<float> values) const {
  const Rollout& rollout = learner_->rollout;
  const int steps = rollout.steps(), worlds = rollout.worlds();
  const auto per_step = static_cast<std::size_t>(worlds);
  const std::size_t width = seen.size() / per_step / (static_cast<std::size_t>(steps) + 1);
  const std::size_t outputs = values.size() / (seen.size() / width);
  pool.run((worlds + kWorldBlock - 1) / kWorldBlock, [&](int block) {
    const int first = block * kWorldBlock;
    const WorldRange range{first, std::min(kWorldBlock, worlds - first)};
    const auto count = static_cast<std::size_t>(range.count);
    for (int t = 0; t <= steps; ++t) {
      const std::size_t row =
          static_cast<std::size_t>(t) * per_step + static_cast<std::size_t>(first);
      if (t > 0) memory.forget(t, range, rollout);
      critic.values(seen.subspan(row * width, count * width), memory.at(t, range),
                    values.subspan(row * outputs, count * outputs),
                    t < steps ? memory.at(t + 1, range) : std::span<float>());
    }
  });
}

void OnPolicyAgent::teach(std::size_t policy, Lesson& lesson, Metrics& metrics) {
  Policy& learning = policies_.policy(policy);
  if (learning.value_size() > 0) {
    lesson.value_target = learning.scale_targets(lesson.batch.value_target);
    lesson.batch.value_target = lesson.value_target;
    // There whatever the update does: a table of metrics has the same columns in every row.
    metrics.set("critic/reward_loss", 0);
    if (valued_costs() > 0) metrics.set("critic/cost_loss", 0);
  }
  lesson.batch.smoothing = &smoothings_[policy];
  updates_[policy]->apply(learning, lesson.batch, metrics);
  smoothings_[policy].follow(std::as_const(learning).arena().values());
}

}  // namespace saddle
