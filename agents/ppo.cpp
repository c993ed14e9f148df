// SPDX-License-Identifier: Apache-2.0
// The clipped surrogate.
#include <saddle/agents/ppo.h>

#include <algorithm>

namespace saddle {

SurrogateTerms clipped_surrogate(const SurrogateRows& rows, double clip, double entropy,
                                 SurrogateGradient gradient) {
  const ActionDistribution& pi = rows.distribution;
  return sum_rows(rows, gradient, [&](const SurrogateRow& row) {
    const double plain = row.ratio * row.advantage;
    const double clipped = std::clamp(row.ratio, 1 - clip, 1 + clip) * row.advantage;
    SurrogateTerms terms;
    terms.loss = -row.share * std::min(plain, clipped);
    terms.kl = row.share * pi.kl(row.old_head, rows.old_log_std, row.head, rows.log_std);
    if (plain <= clipped) {
      pi.add_score(row.head, rows.log_std, row.action, -row.share * plain, row.d_head,
                   gradient.d_log_std);
    } else {
      terms.unused = row.share;
    }
    if (entropy > 0) {
      terms.loss -= row.share * entropy * pi.entropy(row.head, rows.log_std);
      pi.add_entropy_gradient(row.head, -row.share * entropy, row.d_head, gradient.d_log_std);
    }
    return terms;
  });
}

void PpoUpdate::apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) {
  AlignedFloats combined(batch.advantage.size());
  combine_advantages(batch, batch.weights, combined);
  const auto loss = [this](const SurrogateRows& rows, SurrogateGradient gradient) {
    return clipped_surrogate(rows, options_.clip, options_.entropy, gradient);
  };
  optimizer_.minimize(policy, batch, combined, loss).write("policy", metrics);
}

}  // namespace saddle
