// SPDX-License-Identifier: Apache-2.0
// The surrogate of FOCOPS.
#include <saddle/agents/focops.h>

namespace saddle {

SurrogateTerms focops_surrogate(const SurrogateRows& rows, double temperature, double radius,
                                SurrogateGradient gradient) {
  return sum_rows(rows, gradient, [&](const SurrogateRow& row) {
    const double divergence = row.now.kl(row.old);
    SurrogateTerms terms;
    terms.kl = row.share * divergence;
    if (divergence > radius) {
      terms.unused = row.share;
      return terms;
    }
    const double gain = row.ratio * row.advantage / temperature;
    terms.loss = row.share * (divergence - gain);
    row.now.add_kl_gradient(row.old, row.share, row.d_head, gradient.d_log_std);
    row.now.add_score(row.action, -row.share * gain, row.d_head, gradient.d_log_std);
    return terms;
  });
}

void FocopsUpdate::apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) {
  const auto loss = [this](const SurrogateRows& rows, SurrogateGradient gradient) {
    return focops_surrogate(rows, options_.temperature, options_.radius, gradient);
  };
  optimizer_.follow_weights(policy, batch, loss, metrics);
}

}  // namespace saddle
