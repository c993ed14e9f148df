// SPDX-License-Identifier: Apache-2.0
// Gaussian and softmax policies.
#include <saddle/agents/distribution.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace saddle {
namespace {

/// log Σ exp, without overflow.
double log_sum_exp(std::span<const float> logits) {
  const double top = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(logit - top);
  return top + std::log(sum);
}

std::size_t choice(std::span<const float> action) { return static_cast<std::size_t>(action[0]); }

}  // namespace

ActionDistribution ActionDistribution::over(const Space& action) {
  if (action.is_discrete()) return {true, action.count, 0, 1};
  return {false, action.size, action.size, action.size};
}

void ActionDistribution::sample(std::span<const float> head, std::span<const float> log_std,
                                Rng* rng, std::span<float> action) const {
  if (!discrete) {
    for (std::size_t i = 0; i < action.size(); ++i) {
      const double noise = rng ? std::exp(static_cast<double>(log_std[i])) * rng->normal() : 0.0;
      action[i] = static_cast<float>(head[i] + noise);
    }
    return;
  }
  if (!rng) {
    action[0] = static_cast<float>(std::max_element(head.begin(), head.end()) - head.begin());
    return;
  }
  const double normaliser = log_sum_exp(head);
  double left = rng->uniform();
  std::size_t k = 0;
  for (; k + 1 < head.size(); ++k) {
    left -= std::exp(head[k] - normaliser);
    if (left < 0) break;
  }
  action[0] = static_cast<float>(k);
}

double ActionDistribution::log_probability(std::span<const float> head,
                                           std::span<const float> log_std,
                                           std::span<const float> action) const {
  if (discrete) return head[choice(action)] - log_sum_exp(head);
  double sum = 0;
  for (std::size_t i = 0; i < action.size(); ++i) {
    const double scaled = (action[i] - head[i]) * std::exp(-static_cast<double>(log_std[i]));
    sum += -0.5 * scaled * scaled - log_std[i] - kHalfLog2Pi;
  }
  return sum;
}

double ActionDistribution::entropy(std::span<const float> head,
                                   std::span<const float> log_std) const {
  double sum = 0;
  if (!discrete) {
    for (const float s : log_std) sum += s + kHalfLog2Pi + 0.5;
    return sum;
  }
  const double normaliser = log_sum_exp(head);
  for (const float logit : head) sum -= std::exp(logit - normaliser) * (logit - normaliser);
  return sum;
}

double ActionDistribution::kl(std::span<const float> head_p, std::span<const float> log_std_p,
                              std::span<const float> head_q,
                              std::span<const float> log_std_q) const {
  double sum = 0;
  if (discrete) {
    const double p_normaliser = log_sum_exp(head_p), q_normaliser = log_sum_exp(head_q);
    for (std::size_t k = 0; k < head_p.size(); ++k) {
      const double log_p = head_p[k] - p_normaliser;
      sum += std::exp(log_p) * (log_p - (head_q[k] - q_normaliser));
    }
    return sum;
  }
  for (std::size_t i = 0; i < head_p.size(); ++i) {
    const double log_ratio = static_cast<double>(log_std_p[i]) - log_std_q[i];
    const double shift =
        (static_cast<double>(head_p[i]) - head_q[i]) * std::exp(-static_cast<double>(log_std_q[i]));
    sum += -log_ratio + 0.5 * (std::exp(2 * log_ratio) + shift * shift - 1);
  }
  return sum;
}

void ActionDistribution::add_score(std::span<const float> head, std::span<const float> log_std,
                                   std::span<const float> action, double weight,
                                   std::span<float> d_head, std::span<float> d_log_std) const {
  if (discrete) {
    const double normaliser = log_sum_exp(head);
    for (std::size_t k = 0; k < head.size(); ++k) {
      const double hit = k == choice(action) ? 1 : 0;
      d_head[k] += static_cast<float>(weight * (hit - std::exp(head[k] - normaliser)));
    }
    return;
  }
  for (std::size_t i = 0; i < action.size(); ++i) {
    const double inverse_std = std::exp(-static_cast<double>(log_std[i]));
    const double scaled = (action[i] - head[i]) * inverse_std;
    d_head[i] += static_cast<float>(weight * scaled * inverse_std);
    d_log_std[i] += static_cast<float>(weight * (scaled * scaled - 1));
  }
}

void ActionDistribution::add_kl_gradient(std::span<const float> head_p,
                                         std::span<const float> log_std_p,
                                         std::span<const float> head_q,
                                         std::span<const float> log_std_q, double weight,
                                         std::span<float> d_head,
                                         std::span<float> d_log_std) const {
  if (discrete) {
    const double p_normaliser = log_sum_exp(head_p), q_normaliser = log_sum_exp(head_q);
    const double divergence = kl(head_p, {}, head_q, {});
    for (std::size_t k = 0; k < head_p.size(); ++k) {
      const double log_p = head_p[k] - p_normaliser, log_q = head_q[k] - q_normaliser;
      d_head[k] += static_cast<float>(weight * std::exp(log_p) * (log_p - log_q - divergence));
    }
    return;
  }
  for (std::size_t i = 0; i < head_p.size(); ++i) {
    const double precision = std::exp(-2 * static_cast<double>(log_std_q[i]));
    const double ratio = std::exp(2 * (static_cast<double>(log_std_p[i]) - log_std_q[i]));
    d_head[i] +=
        static_cast<float>(weight * (static_cast<double>(head_p[i]) - head_q[i]) * precision);
    d_log_std[i] += static_cast<float>(weight * (ratio - 1));
  }
}

void ActionDistribution::add_curvature(std::span<const float> head, std::span<const float> log_std,
                                       std::span<const float> v_head,
                                       std::span<const float> v_log_std, double weight,
                                       std::span<float> d_head, std::span<float> d_log_std) const {
  if (discrete) {
    const double normaliser = log_sum_exp(head);
    double mean = 0;
    for (std::size_t k = 0; k < head.size(); ++k)
      mean += std::exp(head[k] - normaliser) * v_head[k];
    for (std::size_t k = 0; k < head.size(); ++k) {
      d_head[k] += static_cast<float>(weight * std::exp(head[k] - normaliser) * (v_head[k] - mean));
    }
    return;
  }
  for (std::size_t i = 0; i < head.size(); ++i) {
    const double precision = std::exp(-2 * static_cast<double>(log_std[i]));
    d_head[i] += static_cast<float>(weight * precision * v_head[i]);
    d_log_std[i] += static_cast<float>(weight * 2 * v_log_std[i]);
  }
}

void ActionDistribution::add_entropy_gradient(std::span<const float> head, double weight,
                                              std::span<float> d_head,
                                              std::span<float> d_log_std) const {
  for (float& d : d_log_std) d += static_cast<float>(weight);
  if (!discrete) return;
  const double normaliser = log_sum_exp(head);
  const double bits = entropy(head, {});
  for (std::size_t k = 0; k < head.size(); ++k) {
    const double log_p = head[k] - normaliser;
    d_head[k] -= static_cast<float>(weight * std::exp(log_p) * (log_p + bits));
  }
}

}  // namespace saddle
