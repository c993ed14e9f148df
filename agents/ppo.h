// SPDX-License-Identifier: Apache-2.0
// Proximal policy optimization: epochs of clipped policy gradient.
#pragma once

#include <saddle/agents/epochs.h>

namespace saddle {

struct PpoOptions : EpochOptions {
  double clip = 0.2;
  double entropy = 0;

  void fields(Fields& f) {
    f("clip", clip, {.low = 0, .high = 1, .open_low = true},
      "largest change of a probability ratio that is rewarded");
    EpochOptions::fields(f);
    f("entropy", entropy, at_least(0), "weight of an entropy bonus");
  }
};

/// L = mean over n rows of  −min(ρ A, clip(ρ, 1−ε, 1+ε) A) − c H,  ρ = π(a|s)/π_old(a|s), H the
/// entropy, and its gradient with respect to the head and the log standard deviations: ∂L/∂log π =
/// −ρ A / n where the minimum is the unclipped term, 0 elsewhere. The divergence is KL(π_old‖π).
///
/// Ref  Schulman et al. 2017, arXiv:1707.06347, equation 7.
SurrogateTerms clipped_surrogate(const SurrogateRows& rows, double clip, double entropy,
                                 SurrogateGradient gradient);

class PpoUpdate final : public PolicyUpdate {
 public:
  using Options = PpoOptions;

  /// `rng` shuffles the minibatches.
  PpoUpdate(Policy& policy, const PpoOptions& options, Rng rng)
      : options_(options), optimizer_(policy, options, rng) {}

  /// Stops after the epoch in which the mean KL from the acting policy passed target_kl.
  void apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) override;
  [[nodiscard]] bool teaches_values() const override { return true; }

  void state(Archive& archive) override { optimizer_.state(archive); }

 private:
  PpoOptions options_;
  EpochOptimizer optimizer_;
};

}  // namespace saddle
