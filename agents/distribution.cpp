// SPDX-License-Identifier: Apache-2.0
// Gaussian and softmax policies.
#include <saddle/agents/distribution.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace saddle {
namespace {

std::size_t choice(std::span<const float> action) { return static_cast<std::size_t>(action[0]); }

}  // namespace

ActionDistribution ActionDistribution::over(const Space& action) {
  if (action.is_discrete()) return {true, action.count, 0, 1};
  return {false, action.size, action.size, action.size};
}

ActionDensity& ActionDensity::of(const ActionDistribution& family, std::span<const float> log_std) {
  discrete_ = family.discrete;
  log_std_ = log_std;
  std_.resize(log_std.size());
  inverse_std_.resize(log_std.size());
  for (std::size_t i = 0; i < std_.size(); ++i) {
    std_[i] = std::exp(static_cast<double>(log_std[i]));
    inverse_std_[i] = 1 / std_[i];
  }
  return *this;
}

ActionDensity& ActionDensity::at(std::span<const float> head) {
  head_ = head;
  if (!discrete_) return *this;
  p_.resize(head.size());
  log_p_.resize(head.size());
  // From the largest on, so that nothing overflows.
  const double top = *std::max_element(head.begin(), head.end());
  double sum = 0;
  for (std::size_t k = 0; k < head.size(); ++k) {
    log_p_[k] = head[k] - top;
    sum += p_[k] = std::exp(log_p_[k]);
  }
  const double log_sum = std::log(sum), inverse = 1 / sum;
  for (std::size_t k = 0; k < head.size(); ++k) {
    log_p_[k] -= log_sum;
    p_[k] *= inverse;
  }
  return *this;
}

void ActionDensity::sample(Rng* rng, std::span<float> action) const {
  if (!discrete_) {
    for (std::size_t i = 0; i < action.size(); ++i) {
      action[i] = static_cast<float>(head_[i] + (rng ? std_[i] * rng->normal() : 0.0));
    }
    return;
  }
  if (!rng) {
    action[0] = static_cast<float>(std::max_element(head_.begin(), head_.end()) - head_.begin());
    return;
  }
  double left = rng->uniform();
  std::size_t k = 0;
  for (; k + 1 < head_.size(); ++k) {
    left -= p_[k];
    if (left < 0) break;
  }
  action[0] = static_cast<float>(k);
}

double ActionDensity::log_probability(std::span<const float> action) const {
  if (discrete_) return log_p_[choice(action)];
  double sum = 0;
  for (std::size_t i = 0; i < action.size(); ++i) {
    const double scaled = (action[i] - head_[i]) * inverse_std_[i];
    sum += -0.5 * scaled * scaled - log_std_[i] - kHalfLog2Pi;
  }
  return sum;
}

double ActionDensity::entropy() const {
  double sum = 0;
  for (const float s : log_std_) sum += s + kHalfLog2Pi + 0.5;
  if (!discrete_) return sum;
  for (std::size_t k = 0; k < head_.size(); ++k) sum -= p_[k] * log_p_[k];
  return sum;
}

double ActionDensity::kl(const ActionDensity& q) const {
  double sum = 0;
  if (discrete_) {
    for (std::size_t k = 0; k < head_.size(); ++k) {
      sum += p_[k] * (log_p_[k] - q.log_p_[k]);
    }
    return sum;
  }
  for (std::size_t i = 0; i < head_.size(); ++i) {
    const double ratio = std_[i] / q.std_[i];
    const double shift = (static_cast<double>(head_[i]) - q.head_[i]) * q.inverse_std_[i];
    sum += static_cast<double>(q.log_std_[i]) - log_std_[i] +
           0.5 * (ratio * ratio + shift * shift - 1);
  }
  return sum;
}

void ActionDensity::add_score(std::span<const float> action, double weight, std::span<float> d_head,
                              std::span<float> d_log_std) const {
  if (discrete_) {
    for (std::size_t k = 0; k < head_.size(); ++k) {
      const double hit = k == choice(action) ? 1 : 0;
      d_head[k] += static_cast<float>(weight * (hit - p_[k]));
    }
    return;
  }
  for (std::size_t i = 0; i < head_.size(); ++i) {
    const double scaled = (action[i] - head_[i]) * inverse_std_[i];
    d_head[i] += static_cast<float>(weight * scaled * inverse_std_[i]);
    d_log_std[i] += static_cast<float>(weight * (scaled * scaled - 1));
  }
}

void ActionDensity::add_kl_gradient(const ActionDensity& q, double weight, std::span<float> d_head,
                                    std::span<float> d_log_std) const {
  if (discrete_) {
    const double divergence = kl(q);
    for (std::size_t k = 0; k < head_.size(); ++k) {
      d_head[k] += static_cast<float>(weight * p_[k] * (log_p_[k] - q.log_p_[k] - divergence));
    }
    return;
  }
  for (std::size_t i = 0; i < head_.size(); ++i) {
    const double ratio = std_[i] / q.std_[i];
    d_head[i] += static_cast<float>(weight * (static_cast<double>(head_[i]) - q.head_[i]) *
                                    q.inverse_std_[i] * q.inverse_std_[i]);
    d_log_std[i] += static_cast<float>(weight * (ratio * ratio - 1));
  }
}

void ActionDensity::add_curvature(std::span<const float> v_head, std::span<const float> v_log_std,
                                  double weight, std::span<float> d_head,
                                  std::span<float> d_log_std) const {
  if (discrete_) {
    double mean = 0;
    for (std::size_t k = 0; k < head_.size(); ++k) mean += p_[k] * v_head[k];
    for (std::size_t k = 0; k < head_.size(); ++k) {
      d_head[k] += static_cast<float>(weight * p_[k] * (v_head[k] - mean));
    }
    return;
  }
  for (std::size_t i = 0; i < head_.size(); ++i) {
    d_head[i] += static_cast<float>(weight * v_head[i] * inverse_std_[i] * inverse_std_[i]);
    d_log_std[i] += static_cast<float>(weight * 2 * v_log_std[i]);
  }
}

void ActionDensity::add_entropy_gradient(double weight, std::span<float> d_head,
                                         std::span<float> d_log_std) const {
  for (float& d : d_log_std) d += static_cast<float>(weight);
  if (!discrete_) return;
  const double bits = entropy();
  for (std::size_t k = 0; k < head_.size(); ++k) {
    d_head[k] -= static_cast<float>(weight * p_[k] * (log_p_[k] + bits));
  }
}

}  // namespace saddle
