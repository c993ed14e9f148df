// SPDX-License-Identifier: Apache-2.0
// The clipped surrogate.
#include <saddle/agents/ppo.h>

#include <algorithm>

namespace saddle {

SurrogateTerms clipped_surrogate(const SurrogateRows& rows, double clip, double entropy,
                                 SurrogateGradient gradient) {
  return sum_rows(rows, gradient, [&](const SurrogateRow& row) {
    const double plain = row.ratio * row.advantage;
    const double clipped = std::clamp(row.ratio, 1 - clip, 1 + clip) * row.advantage;
    SurrogateTerms terms;
    terms.loss = -row.share * std::min(plain, clipped);
    terms.kl = row.share * row.old.kl(row.now);
    if (plain <= clipped) {
      row.now.add_score(row.action, -row.share * plain, row.d_head, gradient.d_log_std);
    } else {
      terms.unused = row.share;
    }
    if (entropy > 0) {
      terms.loss -= row.share * entropy * row.now.entropy();
      row.now.add_entropy_gradient(-row.share * entropy, row.d_head, gradient.d_log_std);
    }
    return terms;
  });
}

void PpoUpdate::apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) {
  const auto loss = [this](const SurrogateRows& rows, SurrogateGradient gradient) {
    return clipped_surrogate(rows, options_.clip, options_.entropy, gradient);
  };
  optimizer_.follow_weights(policy, batch, loss, metrics);
}

}  // namespace saddle
