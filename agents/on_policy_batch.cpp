// SPDX-License-Identifier: Apache-2.0
// From a valued rollout to contributions, advantages and what policies learn from.
#include <saddle/agents/on_policy_batch.h>

#include <algorithm>
#include <cmath>

#include <saddle/agents/advantage.h>
#include <saddle/agents/columns.h>

namespace saddle {
namespace {

/// Of a column of `values` [n, columns].
double deviation(std::span<const float> values, std::size_t column, std::size_t columns) {
  const std::size_t rows = values.size() / columns;
  const auto n = static_cast<double>(rows);
  double mean = 0, squares = 0;
  for (std::size_t i = column; i < values.size(); i += columns) mean += values[i] / n;
  for (std::size_t i = column; i < values.size(); i += columns) {
    squares += (values[i] - mean) * (values[i] - mean) / n;
  }
  return std::sqrt(squares);
}

}  // namespace

void OnPolicyAgent::estimate(Batch& batch, std::span<const float> reward,
                             std::span<const float> costs) const {
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
  estimate_advantage({reward, batch.value, batch.next_value, terminated, truncated}, columns,
                     options.gamma, options.lambda, batch.advantage);
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
  if (policies_.value_size() > 0) {
    batch.value_target.resize(n * (1 + c));
    join_columns(batch.target, batch.cost_target, n, batch.value_target);
  }
}

std::vector<double> OnPolicyAgent::prices(std::span<const float> reward,
                                          std::span<const float> cost) const {
  const double objective = deviation(reward, 0, 1);
  std::vector<double> all;
  for (std::size_t k = 0; k < judge_.constraints(); ++k) {
    const double constraint = deviation(cost, k, judge_.constraints());
    // Where nothing that was done changed a cost, its price is of no effect.
    all.push_back(constraint > 0 ? objective / constraint : 1);
  }
  return all;
}

AlignedFloats OnPolicyAgent::scaled(std::span<const float> cost) const {
  AlignedFloats result(cost.begin(), cost.end());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] /= static_cast<float>(judge_.scale(i % judge_.constraints()));
  }
  return result;
}

AlignedFloats OnPolicyAgent::shaped_reward(std::span<const float> cost,
                                           const GradientWeights& weights) const {
  const std::size_t c = judge_.constraints();
  AlignedFloats shaped(learner_->rollout.reward.size());
  for (std::size_t i = 0; i < shaped.size(); ++i) {
    const std::size_t party = i % shape_.agents % judge_.parties();
    double sum = weights.objective * learner_->rollout.reward[i];
    for (std::size_t k = 0; k < c; ++k) {
      sum -= weights.constraints[static_cast<Eigen::Index>(party * c + k)] * cost[i * c + k];
    }
    shaped[i] = static_cast<float>(sum);
  }
  return shaped;
}

Verdict OnPolicyAgent::weigh_constraints(const EpisodeSummary& summary, Metrics& metrics) {
  Verdict verdict = judge_.judge(summary, metrics);
  if (valued_costs() == 0) {
    verdict.weights.constraints.resize(0);
    verdict.violation.resize(0);
  }
  // A measure adds up steps, and one step is what cost_advantage is about.
  const double steps = judge_.measure().steps(summary.mean_length);
  verdict.violation /= steps;
  verdict.whole_limit /= steps;
  return verdict;
}

Verdict OnPolicyAgent::judge_steps(Batch& batch, std::span<const float> cost,
                                   const EpisodeSummary& summary, Metrics& metrics) {
  const bool deviations = options_.advantage.unit == "deviation";
  if (shapes_reward() && judge_.rule().weighs_constraints()) {
    const AlignedFloats weighed = scaled(cost);
    if (deviations) judge_.set_prices(prices(learner_->rollout.reward, weighed));
    const GradientWeights weights = judge_.judge(summary, metrics).weights;
    estimate(batch, shaped_reward(weighed, weights), {});
    return {};
  }
  estimate(batch, learner_->rollout.reward, cost);
  if (valued_costs() > 0 && deviations) {
    judge_.set_prices(prices(batch.advantage, batch.cost_advantage));
  }
  return weigh_constraints(summary, metrics);
}

AlignedFloats OnPolicyAgent::contributions(const std::vector<double>& before,
                                           const EpisodeSummary& summary) const {
  const Rollout& rollout = learner_->rollout;
  const CostMeasure& measure = judge_.measure();
  const std::vector<std::vector<Episode>> episodes = measure.apart(summary.episodes);
  const std::size_t c = judge_.constraints(), together = shape_.agents / episodes.size();
  AlignedFloats result(rollout.cost.size());
  for (std::size_t j = 0; j < episodes.size(); ++j) {
    for (std::size_t k = 0; k < c; ++k) {
      const double threshold = measure.threshold(episodes[j], static_cast<int>(k));
      for (std::size_t i = j; i * c < before.size(); i += episodes.size()) {
        const std::size_t first = i * together * c + k;  // of those who are measured together
        double step = 0;
        for (std::size_t a = 0; a < together; ++a) {
          step += rollout.cost[first + a * c] / static_cast<double>(together);
        }
        const double start = before[i * c + k];
        const auto added = static_cast<float>(measure.contribution(start, start + step, threshold));
        for (std::size_t a = 0; a < together; ++a) result[first + a * c] = added;
      }
    }
  }
  return result;
}

std::vector<OnPolicyAgent::Lesson> OnPolicyAgent::lessons(const Batch& batch,
                                                          const Verdict& verdict) const {
  const Rollout& rollout = learner_->rollout;
  const std::size_t agents = shape_.agents, c = valued_costs(), n = rollout.rows();
  const auto seen = std::span<const float>(batch.observation).first(n * shape_.inputs);
  std::vector<Lesson> all(policies_.count());
  for (std::size_t a = 0; a < all.size(); ++a) {
    Lesson& lesson = all[a];
    const auto log_std = policies_.policy(a).log_std();
    lesson.log_std.assign(log_std.begin(), log_std.end());
    PolicyBatch whole{seen,
                      rollout.drawn,
                      rollout.head,
                      lesson.log_std,
                      rollout.log_probability,
                      batch.advantage,
                      batch.cost_advantage,
                      verdict.weights,
                      verdict.violation,
                      verdict.whole_limit,
                      progress_};
    whole.value_target = batch.value_target;
    whole.value_weight = options_.critic.weight;
    const bool separate = all.size() > 1;
    if (separate && judge_.measure().each_agent()) {
      const auto first = static_cast<Eigen::Index>(a * c), size = static_cast<Eigen::Index>(c);
      whole.weights.constraints = verdict.weights.constraints.segment(first, size).eval();
      whole.violation = verdict.violation.segment(first, size).eval();
    } else if (judge_.measure().each_agent()) {
      // A column for each agent and constraint, in which the others have no part.
      lesson.cost_advantage.resize(n * agents * c);
      for (std::size_t i = 0; i < n; ++i) {
        std::copy_n(batch.cost_advantage.begin() + static_cast<std::ptrdiff_t>(i * c), c,
                    lesson.cost_advantage.begin() +
                        static_cast<std::ptrdiff_t>((i * agents + i % agents) * c));
      }
      whole.cost_advantage = lesson.cost_advantage;
      // As the mean of such a column is smaller.
      whole.violation /= static_cast<double>(agents);
      whole.whole_limit /= static_cast<double>(agents);
    }
    std::optional<Sequences> sequences;
    if (policies_.memory_size() > 0) {
      sequences.emplace(rollout, Lanes{agents, all.size(), a}, sequence());
      lesson.observation = sequences->rows(seen, learner_->policy_memory.before());
      lesson.starts = sequences->starts();
      whole.observation = lesson.observation;
      whole.starts = lesson.starts;
    }
    // The rows of its agent, and in the order of its sequences.
    const auto own = [&](std::span<const float>& rows, std::size_t width, AlignedFloats& copy) {
      if (!separate && !sequences) return;
      AlignedFloats picked;
      if (sequences) {
        picked = sequences->in_order(rows);
      } else {
        picked.resize(rows.size() / agents);
        gather_agent(rows, width, agents, a, picked);
      }
      copy = std::move(picked);
      rows = copy;
    };
    if (!sequences) own(whole.observation, shape_.inputs, lesson.observation);
    own(whole.action, policies_.policy(a).action_size(), lesson.action);
    own(whole.head, policies_.policy(a).head_size(), lesson.head);
    own(whole.log_probability, 1, lesson.log_probability);
    own(whole.advantage, 1, lesson.advantage);
    own(whole.cost_advantage, c, lesson.cost_advantage);
    own(whole.value_target, policies_.value_size(), lesson.value_target);
    lesson.batch = whole;
  }
  return all;
}

}  // namespace saddle
