// SPDX-License-Identifier: Apache-2.0
// What an update makes of the bandit.
#pragma once

#include <saddle/agents/train.h>

#include "tests/support/bandit.h"
#include "tests/support/metrics.h"
#include "tests/support/updates.h"

namespace saddle::testing {

/// A small network and batches to suit it.
inline OnPolicyOptions bandit_options() {
  OnPolicyOptions options;
  options.rollout.steps = 40;
  options.network.hidden = {8};
  options.network.activation = "tanh";
  options.critic.minibatch = 160;
  options.measure.caution = 0;
  return options;
}

/// The mean over the second half of training on the bandit of its measured cost, of action 1. With
/// two limits it has a toll.
inline double train_bandit(const NamedUpdate& update, const OnPolicyOptions& options,
                           const std::vector<double>& limits, double size = 1) {
  constexpr int kWorlds = 8, kUpdates = 200;
  constexpr std::uint64_t kSeed = 1;
  const auto make = [&] { return std::make_unique<Bandit>(size, limits.size() > 1); };
  VectorEnvironment environment(make, kWorlds, kSeed);
  OnPolicyAgent agent({environment.spec(), kWorlds, limits, kSeed}, options, make_fused_mlp,
                      update.make, update.rule(static_cast<int>(limits.size())));
  TrainingRun run{environment, agent};
  WorkerPool pool(1);
  double mean = 0;
  int updates = 0;
  saddle::train(run, kUpdates * options.rollout.steps * kWorlds, pool,
                [&](std::int64_t, const Metrics& metrics) {
                  if (updates++ >= kUpdates / 2) {
                    mean += value(metrics, "cost/price") / (kUpdates / 2.0);
                  }
                  return true;
                });
  return mean;
}

}  // namespace saddle::testing
