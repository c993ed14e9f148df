// SPDX-License-Identifier: Apache-2.0
// Constrained update projection: improve the return, then project onto the constraints.
#pragma once

#include <saddle/agents/ppo.h>

namespace saddle {

struct CupOptions : PpoOptions {
  double correction = 1;

  void fields(Fields& f) {
    PpoOptions::fields(f);
    f("correction", correction, positive(),
      "weight of the costs against the divergence in the second step");
  }
};

/// L = mean over n rows of  ρ A + KL_s,  KL_s = KL(π(·|s) ‖ π_half(·|s)), where A is what is to
/// fall, ρ the ratio to the policy that acted, and π_half the policy compared with.
SurrogateTerms projection_surrogate(const SurrogateRows& rows, SurrogateGradient gradient);

/// First PPO on the reward's advantage alone, from π to π_half; then epochs on the projection,
/// with A = κ Σ_k (w_k/w₀) A_k, κ the correction: minimise the divergence from π_half and the
/// weighted costs together. A_k is centred and in standard deviations of the reward's advantage, so
/// that multipliers keep their meaning. A rule that gives the reward no weight skips the first
/// step. Both steps are of one Adam: the length of one that had its own would be the same whatever
/// the multipliers.
///
/// Ref  Yang et al. 2022, arXiv:2209.07089, algorithm 1. Differs: κ is an option, where the paper
///      has (1 − γλ)/(1 − γ); the scale of the advantages.
class CupUpdate final : public PolicyUpdate {
 public:
  using Options = CupOptions;

  /// `rng` shuffles the minibatches.
  CupUpdate(Policy& policy, const CupOptions& options, Rng rng)
      : options_(options), optimizer_(policy, options, rng) {}

  void apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) override;
  [[nodiscard]] bool teaches_values() const override { return true; }

  void state(Archive& archive) override { optimizer_.state(archive); }

 private:
  CupOptions options_;
  EpochOptimizer optimizer_;
};

}  // namespace saddle
