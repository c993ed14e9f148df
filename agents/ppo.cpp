// SPDX-License-Identifier: Apache-2.0
// The clipped surrogate and its epochs.
#include <saddle/agents/ppo.h>

#include <algorithm>
#include <cmath>

#include <saddle/agents/minibatch.h>

namespace saddle {

void combine_advantages(const PolicyBatch& batch, std::span<float> combined) {
  const std::size_t n = batch.advantage.size();
  const auto constraints = static_cast<std::size_t>(batch.weights.constraints.size());
  SADDLE_CHECK(combined.size() == n && batch.cost_advantage.size() == n * constraints, n,
               combined.size(), batch.cost_advantage.size());
  double mean = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double a = batch.weights.objective * batch.advantage[i];
    for (std::size_t k = 0; k < constraints; ++k) {
      a -= batch.weights.constraints[static_cast<Eigen::Index>(k)] *
           batch.cost_advantage[i * constraints + k];
    }
    combined[i] = static_cast<float>(a);
    mean += a / static_cast<double>(n);
  }
  double variance = 0;
  for (const float a : combined) variance += (a - mean) * (a - mean) / static_cast<double>(n);
  const double scale = 1 / (std::sqrt(variance) + 1e-8);
  for (float& a : combined) a = static_cast<float>((a - mean) * scale);
}

SurrogateTerms clipped_surrogate(const ActionDistribution& distribution,
                                 std::span<const float> head, std::span<const float> log_std,
                                 std::span<const float> old_head,
                                 std::span<const float> old_log_std, std::span<const float> action,
                                 std::span<const float> old_log_probability,
                                 std::span<const float> advantage, double clip, double entropy,
                                 std::span<float> d_head, std::span<float> d_log_std) {
  const auto h = static_cast<std::size_t>(distribution.head_size);
  const auto d = static_cast<std::size_t>(distribution.action_size);
  const std::size_t n = advantage.size();
  SADDLE_CHECK(head.size() == n * h && old_head.size() == n * h && action.size() == n * d &&
                   old_log_probability.size() == n && d_head.size() == n * h,
               n, head.size(), old_head.size(), action.size(), d_head.size());
  const double share = 1 / static_cast<double>(n);
  std::ranges::fill(d_head, 0.0f);
  SurrogateTerms terms;
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = head.subspan(i * h, h);
    const auto a = action.subspan(i * d, d);
    const auto d_row = d_head.subspan(i * h, h);
    const double ratio =
        std::exp(distribution.log_probability(row, log_std, a) - old_log_probability[i]);
    const double plain = ratio * advantage[i];
    const double clipped = std::clamp(ratio, 1 - clip, 1 + clip) * advantage[i];
    const double bits = distribution.entropy(row, log_std);
    terms.loss -= share * (std::min(plain, clipped) + entropy * bits);
    terms.entropy += share * bits;
    terms.kl += share * distribution.kl(old_head.subspan(i * h, h), old_log_std, row, log_std);
    if (plain <= clipped) {
      distribution.add_score(row, log_std, a, -share * plain, d_row, d_log_std);
    } else {
      terms.clip_fraction += share;
    }
    if (entropy > 0) distribution.add_entropy_gradient(row, -share * entropy, d_row, d_log_std);
  }
  return terms;
}

void PpoUpdate::apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) {
  const std::size_t n = batch.advantage.size(), o = batch.observation.size() / n;
  const std::size_t h = policy.head_size(), d = policy.action_size();
  AlignedFloats combined(n);
  combine_advantages(batch, combined);

  Minibatches minibatches(n, static_cast<std::size_t>(options_.minibatch));
  const std::size_t m = minibatches.piece(0).size();
  AlignedFloats observation(m * o), action(m * d), old_head(m * h), old_log_probability(m),
      advantage(m), head(m * h), d_head(m * h);
  SurrogateTerms mean;
  std::int64_t epoch = 0;
  while (epoch < options_.epochs && mean.kl <= options_.target_kl) {
    ++epoch;
    mean = {};
    minibatches.shuffle(rng_);
    for (std::size_t i = 0; i < minibatches.count(); ++i) {
      const auto rows = minibatches.piece(i);
      const auto here = std::span(head).first(rows.size() * h);
      const auto d_here = std::span(d_head).first(rows.size() * h);
      policy.network().forward_keeping(gather(batch.observation, o, rows, observation), here);
      const SurrogateTerms terms = clipped_surrogate(
          policy.distribution(), here, policy.log_std(), gather(batch.head, h, rows, old_head),
          batch.log_std, gather(batch.action, d, rows, action),
          gather(batch.log_probability, 1, rows, old_log_probability),
          gather(combined, 1, rows, advantage), options_.clip, options_.entropy, d_here,
          policy.log_std_gradient());
      policy.network().backward(d_here);
      adam_.step(policy.arena(), options_.learning_rate, options_.max_gradient_norm);
      const double share = static_cast<double>(rows.size()) / static_cast<double>(n);
      mean.loss += share * terms.loss;
      mean.kl += share * terms.kl;
      mean.entropy += share * terms.entropy;
      mean.clip_fraction += share * terms.clip_fraction;
    }
  }
  metrics.set("policy/loss", mean.loss);
  metrics.set("policy/kl", mean.kl);
  metrics.set("policy/entropy", mean.entropy);
  metrics.set("policy/clip_fraction", mean.clip_fraction);
  metrics.set("policy/epochs", static_cast<double>(epoch));
}

}  // namespace saddle
