// SPDX-License-Identifier: Apache-2.0
// First-order policy updates: epochs of Adam on a loss, minibatch by minibatch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <saddle/agents/adam.h>
#include <saddle/agents/policy_update.h>
#include <saddle/agents/schedule.h>
#include <saddle/agents/surrogate.h>

namespace saddle {

struct EpochOptions {
  std::int64_t epochs = 4;
  std::int64_t minibatch = 512;
  double learning_rate = 3e-4;
  std::string schedule = "constant";
  double target_kl = 0.02;
  double max_gradient_norm = 0.5;

  void fields(Fields& f) {
    f("epochs", epochs, at_least(1), "passes over the batch, at most");
    f("minibatch", minibatch, at_least(1), "rows a gradient step");
    f("learning_rate", learning_rate, positive(), "of Adam");
    f("schedule", schedule, kScheduleShapes,
      "of the learning rate: constant, or to 0 at the end of the run");
    f("target_kl", target_kl, positive(), "an epoch that moved the policy further is the last");
    f("max_gradient_norm", max_gradient_norm, at_least(0), "clips the gradient; 0: never");
  }
};

/// How epochs went; all zero if there were none.
struct EpochReport {
  SurrogateTerms last;               ///< means over the last epoch
  std::vector<double> value_losses;  ///< [K] of the last epoch, of value heads; see JointPass
  std::int64_t epochs = 0;
  double learning_rate = 0;

  /// As `name`/loss, /kl, /entropy, /unused, /epochs and /learning_rate; those of value heads as
  /// critic/reward_loss and /cost_loss, as critics have them.
  void write(const std::string& name, Metrics& metrics) const;
};

/// The optimizer of a policy by epochs, with the stream that shuffles the minibatches.
class EpochOptimizer {
 public:
  EpochOptimizer(Policy& policy, const EpochOptions& options, Rng rng)
      : options_(options), adam_(policy.arena().values().size()), rng_(rng) {}

  /// Minimises the loss, whose `advantage` [N] is given apart from the batch, and that of value
  /// heads along with it. Stops after the epoch whose mean divergence passed target_kl.
  EpochReport minimize(Policy& policy, const PolicyBatch& batch, std::span<const float> advantage,
                       const SurrogateLoss& loss);

  /// The same with the advantage under the weights of the rule, reported as those of "policy".
  void follow_weights(Policy& policy, const PolicyBatch& batch, const SurrogateLoss& loss,
                      Metrics& metrics);

  void state(Archive& archive) {
    archive("adam", adam_);
    archive("rng", rng_);
  }

 private:
  EpochOptions options_;
  Adam adam_;
  Rng rng_;
};

}  // namespace saddle
