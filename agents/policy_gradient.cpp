// SPDX-License-Identifier: Apache-2.0
// The policy gradient.
#include <saddle/agents/policy_gradient.h>

namespace saddle {

SurrogateTerms score_surrogate(const SurrogateRows& rows, double entropy,
                               SurrogateGradient gradient) {
  return sum_rows(rows, gradient, [&](const SurrogateRow& row) {
    SurrogateTerms terms;
    const double log_probability = row.now.log_probability(row.action);
    terms.loss = -row.share * (row.advantage * log_probability + entropy * row.now.entropy());
    terms.kl = row.share * row.old.kl(row.now);
    row.now.add_score(row.action, -row.share * row.advantage, row.d_head, gradient.d_log_std);
    row.now.add_entropy_gradient(-row.share * entropy, row.d_head, gradient.d_log_std);
    return terms;
  });
}

void PolicyGradientUpdate::apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) {
  const auto loss = [this](const SurrogateRows& rows, SurrogateGradient gradient) {
    return score_surrogate(rows, options_.entropy, gradient);
  };
  optimizer_.follow_weights(policy, batch, loss, metrics);
}

}  // namespace saddle
