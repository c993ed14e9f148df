// SPDX-License-Identifier: Apache-2.0
// Losses of a policy over rows of a batch: what they see, what they return.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <span>

#include <saddle/agents/distribution.h>

namespace saddle {

/// n rows: the policy now, the one it is compared with, and how good the actions were.
struct SurrogateRows {
  const ActionDistribution& distribution;
  std::span<const float> head, log_std;          ///< [n,H], [S] of the policy now
  std::span<const float> old_head, old_log_std;  ///< [n,H], [S] of the policy compared with
  std::span<const float> action;                 ///< [n,D]
  std::span<const float> old_log_probability;    ///< [n], under the policy that acted
  std::span<const float> advantage;              ///< [n]
};

/// Means over the rows.
struct SurrogateTerms {
  double loss = 0;     ///< what the gradient is of
  double kl = 0;       ///< KL(policy compared with ‖ policy now), or the other way round
  double entropy = 0;  ///< of the policy now
  double unused = 0;   ///< share of the rows that have no part in the gradient
};

/// The gradient of a loss: overwrites d_head [n,H], adds to d_log_std [S].
struct SurrogateGradient {
  std::span<float> d_head, d_log_std;
};

using SurrogateLoss = std::function<SurrogateTerms(const SurrogateRows&, SurrogateGradient)>;

/// One of the rows, with ρ = π(a|s)/π_old(a|s).
struct SurrogateRow {
  const ActionDensity &now, &old;
  std::span<const float> action;
  double ratio, advantage;
  double share;  ///< 1/n
  std::span<float> d_head;
};

/// Σ of what `each` returns for a SurrogateRow: its terms, already times the share. Sets the
/// entropy.
template <class Each>
SurrogateTerms sum_rows(const SurrogateRows& rows, SurrogateGradient gradient, Each&& each) {
  const ActionDistribution& pi = rows.distribution;
  const auto h = static_cast<std::size_t>(pi.head_size),
             d = static_cast<std::size_t>(pi.action_size);
  const std::size_t n = rows.advantage.size();
  SADDLE_CHECK(
      rows.head.size() == n * h && rows.old_head.size() == n * h && rows.action.size() == n * d &&
          rows.old_log_probability.size() == n && gradient.d_head.size() == n * h,
      n, rows.head.size(), rows.old_head.size(), rows.action.size(), gradient.d_head.size());
  const double share = 1 / static_cast<double>(n);
  std::ranges::fill(gradient.d_head, 0.0f);
  // Kept from call to call, so that they allocate nothing.
  thread_local ActionDensity now, old;
  now.of(pi, rows.log_std);
  old.of(pi, rows.old_log_std);
  SurrogateTerms sum;
  for (std::size_t i = 0; i < n; ++i) {
    now.at(rows.head.subspan(i * h, h));
    old.at(rows.old_head.subspan(i * h, h));
    const auto action = rows.action.subspan(i * d, d);
    const double ratio = std::exp(now.log_probability(action) - rows.old_log_probability[i]);
    const SurrogateTerms terms = each(SurrogateRow{now, old, action, ratio, rows.advantage[i],
                                                   share, gradient.d_head.subspan(i * h, h)});
    sum.loss += terms.loss;
    sum.kl += terms.kl;
    sum.unused += terms.unused;
    sum.entropy += share * now.entropy();
  }
  return sum;
}

}  // namespace saddle
