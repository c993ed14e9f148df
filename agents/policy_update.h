// SPDX-License-Identifier: Apache-2.0
// What every way of improving a policy from a batch is given.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include <saddle/agents/policy.h>
#include <saddle/agents/smoothing.h>
#include <saddle/base/metrics.h>
#include <saddle/optim/constraint/rule.h>

namespace saddle {

/// N rows of experience of one policy, and how much better than expected every action turned out.
struct PolicyBatch {
  std::span<const float> observation;      ///< [N,O], as networks see it
  std::span<const float> action;           ///< [N,D], in the policy's units
  std::span<const float> head;             ///< [N,H], of the policy that acted
  std::span<const float> log_std;          ///< [S], likewise
  std::span<const float> log_probability;  ///< [N], likewise
  std::span<const float> advantage;        ///< [N], of the reward
  std::span<const float> cost_advantage;   ///< [N,C], each in units of its constraint's scale
  GradientWeights weights;                 ///< how the rule weighs advantage against cost_advantage
  Eigen::VectorXd violation;  ///< [C], measured: by how much the mean over rows of cost_advantage
                              ///< must fall for the constraint to be met; negative: how far it may
                              ///< rise
  /// In units of violation, a constraint's scale, which is the whole of a limit above 0.
  double whole_limit = std::numeric_limits<double>::infinity();
  double progress = 0;  ///< share of the run that was over when it began; schedules go by it
  std::span<const std::uint32_t> starts = {};  ///< as Minibatches takes them; of a policy with a
                                               ///< memory, whose rows are those of recurrent.h
  std::span<const float> value_target = {};    ///< [N,K], scaled; of a policy with value heads
  double value_weight = 0;                     ///< of the loss of these heads against the policy's
  const Smoothing* smoothing = nullptr;        ///< what is added to the loss of every step; or none
};

/// One improvement of a policy. Owns the optimizer state it needs.
class PolicyUpdate {
 public:
  virtual ~PolicyUpdate() = default;

  /// Sets the same metrics every time.
  virtual void apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) = 0;

  /// Whether it keeps the constraints by itself, from violation and cost_advantage; if not, it
  /// follows the weights.
  [[nodiscard]] virtual bool keeps_constraints() const { return false; }

  /// Whether it teaches the value heads of a policy too, by way of EpochOptimizer or JointPass. One
  /// that keeps constraints by itself has no use for them.
  [[nodiscard]] virtual bool teaches_values() const { return false; }

  virtual void state(Archive& archive) = 0;
};

/// w₀ A − Σ_k w_k A_k for every row, then shifted and scaled to mean 0 and variance 1. One common
/// scale for all terms: normalising each would take the violation's size out of its weight.
/// Returns that scale, by which the sum was multiplied.
double combine_advantages(const PolicyBatch& batch, const GradientWeights& weights,
                          std::span<float> combined);

}  // namespace saddle
