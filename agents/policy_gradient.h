// SPDX-License-Identifier: Apache-2.0
// The policy gradient, as it is.
#pragma once

#include <saddle/agents/epochs.h>

namespace saddle {

struct PolicyGradientOptions : EpochOptions {
  double entropy = 0;

  PolicyGradientOptions() {
    epochs = 1;
    learning_rate = 1e-4;  // nothing else bounds a step
  }

  void fields(Fields& f) {
    EpochOptions::fields(f);
    f("entropy", entropy, at_least(0), "weight of an entropy bonus");
  }
};

/// L = mean over n rows of  −A log π(a|s) − c H, H the entropy: its gradient is that of the return
/// at the policy that acted, with the sign of a loss. The divergence is KL(π_old‖π).
///
/// Ref  Williams 1992; Sutton, McAllester, Singh and Mansour 2000, theorem 1.
SurrogateTerms score_surrogate(const SurrogateRows& rows, double entropy,
                               SurrogateGradient gradient);

class PolicyGradientUpdate final : public PolicyUpdate {
 public:
  using Options = PolicyGradientOptions;

  /// `rng` shuffles the minibatches.
  PolicyGradientUpdate(Policy& policy, const PolicyGradientOptions& options, Rng rng)
      : options_(options), optimizer_(policy, options, rng) {}

  void apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) override;
  [[nodiscard]] bool teaches_values() const override { return true; }

  void state(Archive& archive) override { optimizer_.state(archive); }

 private:
  PolicyGradientOptions options_;
  EpochOptimizer optimizer_;
};

}  // namespace saddle
