// SPDX-License-Identifier: Apache-2.0
// First-order constrained optimization in policy space.
#pragma once

#include <saddle/agents/epochs.h>

namespace saddle {

struct FocopsOptions : EpochOptions {
  double temperature = 1.5;
  double radius = 0.02;

  void fields(Fields& f) {
    f("temperature", temperature, positive(), "price λ of divergence against advantage");
    f("radius", radius, positive(), "a state whose policy moved further has no part in a step");
    EpochOptions::fields(f);
  }
};

/// L = mean over n rows of  1{KL_s ≤ η} (KL_s − ρ A / λ),  KL_s = KL(π(·|s) ‖ π_old(·|s)): the
/// divergence from the nonparametric optimum of the step, without its normaliser. The indicator is
/// of the row's own state, and a row outside has a gradient of exactly zero. The divergence is the
/// mean of KL_s over all rows.
///
/// Ref  Zhang, Vuong and Ross 2020, arXiv:2002.06506, equation 10 and algorithm 1.
SurrogateTerms focops_surrogate(const SurrogateRows& rows, double temperature, double radius,
                                SurrogateGradient gradient);

/// A is the advantage under the weights of the rule, in standard deviations, which are the units of
/// the temperature.
class FocopsUpdate final : public PolicyUpdate {
 public:
  using Options = FocopsOptions;

  /// `rng` shuffles the minibatches.
  FocopsUpdate(Policy& policy, const FocopsOptions& options, Rng rng)
      : options_(options), optimizer_(policy, options, rng) {}

  void apply(Policy& policy, const PolicyBatch& batch, Metrics& metrics) override;
  [[nodiscard]] bool teaches_values() const override { return true; }

  void state(Archive& archive) override { optimizer_.state(archive); }

 private:
  FocopsOptions options_;
  EpochOptimizer optimizer_;
};

}  // namespace saddle
