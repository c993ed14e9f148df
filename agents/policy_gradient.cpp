// SPDX-License-Identifier: Apache-2.0
// The policy gradient.
#include <saddle/agents/policy_gradient.h>

namespace saddle {

SurrogateTerms score_surrogate(const SurrogateRows& rows, double entropy,
                               SurrogateGradient gradient) {
  const ActionDistribution& pi = rows.distribution;
  return sum_rows(rows, gradient, [&](const SurrogateRow& row) {
    SurrogateTerms terms;
    const double log_probability = pi.log_probability(row.head, rows.log_std, row.action);
    terms.loss = -row.share *
                 (row.advantage * log_probability + entropy * pi.entropy(row.head, rows.log_std));
    terms.kl = row.share * pi.kl(row.old_head, rows.old_log_std, row.head, rows.log_std);
    pi.add_score(row.head, rows.log_std, row.action, -row.share * row.advantage, row.d_head,
                 gradient.d_log_std);
    pi.add_entropy_gradient(row.head, -row.share * entropy, row.d_head, gradient.d_log_std);
    return terms;
  });
}

void PolicyGradientUpdate::apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) {
  AlignedFloats combined(batch.advantage.size());
  combine_advantages(batch, batch.weights, combined);
  const auto loss = [this](const SurrogateRows& rows, SurrogateGradient gradient) {
    return score_surrogate(rows, options_.entropy, gradient);
  };
  optimizer_.minimize(policy, batch, combined, loss).write("policy", metrics);
}

}  // namespace saddle
