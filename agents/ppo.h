// SPDX-License-Identifier: Apache-2.0
// Proximal policy optimization: epochs of clipped policy gradient.
#pragma once

#include <saddle/agents/adam.h>
#include <saddle/agents/policy_update.h>

namespace saddle {

struct PpoOptions {
  double clip = 0.2;
  std::int64_t epochs = 4;
  std::int64_t minibatch = 512;
  double learning_rate = 3e-4;
  double target_kl = 0.02;
  double entropy = 0;
  double max_gradient_norm = 0.5;

  void fields(Fields& f) {
    f("clip", clip, {.low = 0, .high = 1, .open_low = true},
      "largest change of a probability ratio that is rewarded");
    f("epochs", epochs, at_least(1), "passes over the batch, at most");
    f("minibatch", minibatch, at_least(1), "rows a gradient step");
    f("learning_rate", learning_rate, positive(), "of Adam");
    f("target_kl", target_kl, positive(), "an epoch that moved the policy further is the last");
    f("entropy", entropy, at_least(0), "weight of an entropy bonus");
    f("max_gradient_norm", max_gradient_norm, at_least(0), "clips the gradient; 0: never");
  }
};

/// Means over the rows of a minibatch.
struct SurrogateTerms {
  double loss = 0;           ///< what the gradient is of
  double kl = 0;             ///< KL(policy that acted ‖ policy now)
  double entropy = 0;        ///< of the policy now
  double clip_fraction = 0;  ///< rows whose gradient the clip removed
};

/// L = mean over n rows of  −min(ρ A, clip(ρ, 1−ε, 1+ε) A) − c H,  ρ = π(a|s)/π_old(a|s), H the
/// entropy, and its gradient with respect to the head and the log standard deviations: ∂L/∂log π =
/// −ρ A / n where the minimum is the unclipped term, 0 elsewhere.
///
/// Shapes  `head` [n,H] of the policy now; `old_head` [n,H]; action [n,D]; old log-probability and
///         advantage [n]; overwrites d_head [n,H], adds to d_log_std [S].
/// Ref     Schulman et al. 2017, arXiv:1707.06347, equation 7.
SurrogateTerms clipped_surrogate(const ActionDistribution& distribution,
                                 std::span<const float> head, std::span<const float> log_std,
                                 std::span<const float> old_head,
                                 std::span<const float> old_log_std, std::span<const float> action,
                                 std::span<const float> old_log_probability,
                                 std::span<const float> advantage, double clip, double entropy,
                                 std::span<float> d_head, std::span<float> d_log_std);

class PpoUpdate final : public PolicyUpdate {
 public:
  /// `rng` shuffles the minibatches.
  PpoUpdate(Policy& policy, const PpoOptions& options, Rng rng)
      : options_(options), adam_(policy.arena().values().size()), rng_(rng) {}

  /// Stops after the epoch in which the mean KL from the acting policy passed target_kl.
  void apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) override;

  void state(Archive& archive) override {
    archive("adam", adam_);
    archive("rng", rng_);
  }

 private:
  PpoOptions options_;
  Adam adam_;
  Rng rng_;
};

}  // namespace saddle
