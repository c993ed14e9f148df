// SPDX-License-Identifier: Apache-2.0
// The squashed normal.
#include <saddle/agents/off_policy/squashed.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <saddle/agents/distribution.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

double log_std(float head) { return std::clamp<double>(head, kLowLogStd, kHighLogStd); }

/// log(1 − tanh²(u)).
double log_slope(double u) {
  const double far = std::abs(u);
  return 2 * (std::numbers::ln2 - far - std::log1p(std::exp(-2 * far)));
}

}  // namespace

double squash(std::span<const float> head, std::span<const float> noise, std::span<float> action) {
  const std::size_t d = action.size();
  SADDLE_CHECK(head.size() == 2 * d && noise.size() == d, head.size(), noise.size(), d);
  double sum = 0;
  for (std::size_t i = 0; i < d; ++i) {
    const double s = log_std(head[d + i]), e = noise[i];
    const double u = head[i] + std::exp(s) * e;
    action[i] = static_cast<float>(std::tanh(u));
    sum += -0.5 * e * e - s - kHalfLog2Pi - log_slope(u);
  }
  return sum;
}

void squash_gradient(std::span<const float> head, std::span<const float> noise,
                     std::span<const float> action, std::span<const float> d_action, double weight,
                     std::span<float> d_head) {
  const std::size_t d = action.size();
  SADDLE_CHECK(
      head.size() == 2 * d && noise.size() == d && d_action.size() == d && d_head.size() == 2 * d,
      head.size(), d);
  for (std::size_t i = 0; i < d; ++i) {
    const double a = action[i], s = log_std(head[d + i]);
    const double by_u = d_action[i] * (1 - a * a) + 2 * weight * a;
    const bool clamped = head[d + i] < kLowLogStd || head[d + i] > kHighLogStd;
    d_head[i] = static_cast<float>(by_u);
    d_head[d + i] = clamped ? 0.0f : static_cast<float>(by_u * std::exp(s) * noise[i] - weight);
  }
}

}  // namespace saddle
