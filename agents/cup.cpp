// SPDX-License-Identifier: Apache-2.0
// The two steps of CUP.
#include <saddle/agents/cup.h>

#include <vector>

namespace saddle {
namespace {

/// Σ_k w_k A_k times the price, centred.
void weigh_costs(const PolicyBatch& batch, double price, std::span<float> sum) {
  const auto c = static_cast<std::size_t>(batch.weights.constraints.size());
  double mean = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    double cost = 0;
    for (std::size_t k = 0; k < c; ++k) {
      cost += price * batch.weights.constraints[static_cast<Eigen::Index>(k)] *
              batch.cost_advantage[i * c + k];
    }
    sum[i] = static_cast<float>(cost);
    mean += cost / static_cast<double>(sum.size());
  }
  for (float& a : sum) a = static_cast<float>(a - mean);
}

}  // namespace

SurrogateTerms projection_surrogate(const SurrogateRows& rows, SurrogateGradient gradient) {
  return sum_rows(rows, gradient, [&](const SurrogateRow& row) {
    const double divergence = row.now.kl(row.old);
    const double cost = row.ratio * row.advantage;
    SurrogateTerms terms;
    terms.loss = row.share * (cost + divergence);
    terms.kl = row.share * divergence;
    row.now.add_score(row.action, row.share * cost, row.d_head, gradient.d_log_std);
    row.now.add_kl_gradient(row.old, row.share, row.d_head, gradient.d_log_std);
    return terms;
  });
}

void CupUpdate::apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) {
  const std::size_t n = batch.advantage.size();
  const auto constraints = batch.weights.constraints.size();
  const double objective = batch.weights.objective;
  AlignedFloats advantage(n);
  const double scale =
      combine_advantages(batch, {1, Eigen::VectorXd::Zero(constraints)}, advantage);
  EpochReport improved, projected;
  if (objective > 0) {
    const auto loss = [this](const SurrogateRows& rows, SurrogateGradient gradient) {
      return clipped_surrogate(rows, options_.clip, options_.entropy, gradient);
    };
    improved = optimizer_.minimize(policy, batch, advantage, loss);
  }
  if ((batch.weights.constraints.array() > 0).any()) {
    weigh_costs(batch, options_.correction * scale / (objective > 0 ? objective : 1), advantage);
    AlignedFloats head(batch.head.size());
    policy.heads(batch.observation, head);
    const std::vector<float> log_std(policy.log_std().begin(), policy.log_std().end());
    PolicyBatch half = batch;
    half.head = head;
    half.log_std = log_std;
    projected = optimizer_.minimize(policy, half, advantage, projection_surrogate);
  }
  improved.write("policy", metrics);
  projected.write("projection", metrics);
}

}  // namespace saddle
