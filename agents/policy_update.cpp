// SPDX-License-Identifier: Apache-2.0
// Advantages under the weights of a rule.
#include <saddle/agents/policy_update.h>

#include <cmath>

namespace saddle {

double combine_advantages(const PolicyBatch& batch, const GradientWeights& weights,
                          std::span<float> combined) {
  const std::size_t n = batch.advantage.size();
  const auto constraints = static_cast<std::size_t>(weights.constraints.size());
  SADDLE_CHECK(combined.size() == n && batch.cost_advantage.size() == n * constraints, n,
               combined.size(), batch.cost_advantage.size());
  double mean = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double a = weights.objective * batch.advantage[i];
    for (std::size_t k = 0; k < constraints; ++k) {
      a -= weights.constraints[static_cast<Eigen::Index>(k)] *
           batch.cost_advantage[i * constraints + k];
    }
    combined[i] = static_cast<float>(a);
    mean += a / static_cast<double>(n);
  }
  double variance = 0;
  for (const float a : combined) variance += (a - mean) * (a - mean) / static_cast<double>(n);
  const double scale = 1 / (std::sqrt(variance) + 1e-8);
  for (float& a : combined) a = static_cast<float>((a - mean) * scale);
  return scale;
}

}  // namespace saddle
