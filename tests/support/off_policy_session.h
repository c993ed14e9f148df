// SPDX-License-Identifier: Apache-2.0
// Off-policy agents, as tests train them.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <vector>

#include <saddle/agents/off_policy/off_policy.h>
#include <saddle/agents/train.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "tests/support/session.h"
#include "tests/support/walk.h"

namespace saddle::testing {

struct NamedSettings {
  const char* name;
  ActorSettings settings;

  friend void PrintTo(const NamedSettings& named, std::ostream* out) { *out << named.name; }
};

inline std::vector<NamedSettings> all_settings() {
  return {{"ddpg", DdpgOptions().settings()},
          {"td3", Td3Options().settings()},
          {"sac", SacOptions().settings()}};
}

inline std::unique_ptr<ConstraintRule> lagrangian(int constraints,
                                                  const Lagrangian::Options& options = {}) {
  return std::make_unique<Lagrangian>(constraints, options);
}

/// The memory goes round in every update of OffPolicySession.
inline OffPolicyOptions small_replay() {
  OffPolicyOptions options;
  options.rollout.steps = 5;
  options.replay = {.size = 300, .start = 100, .batch = 16, .ratio = 0.03};
  options.network.hidden = {8};
  return options;
}

/// A training session on the walk, which ends in every way there is.
struct OffPolicySession {
  explicit OffPolicySession(const ActorSettings& settings,
                            const OffPolicyOptions& options = small_replay())
      : agent({environment.spec(), kWorlds, {1, 3}, 11}, options, settings, make_fused_mlp,
              lagrangian(2)) {}

  /// Until there were so many `updates`, in a run of `length` of them, if that is more.
  void train(std::int64_t updates, int threads, std::int64_t length = 0) {
    WorkerPool pool(threads);
    saddle::train(run, std::max(updates, length) * kUpdate, pool,
                  [&](std::int64_t steps, const Metrics& metrics) {
                    history.push_back(metrics);
                    return steps < updates * kUpdate;
                  });
  }

  Archive::Entries everything() { return testing::everything(run); }

  static constexpr int kWorlds = 37;  // blocks of 16, 16 and 5
  static constexpr std::int64_t kUpdate = 5 * kWorlds;
  VectorEnvironment environment{make_walk, kWorlds, 11};
  OffPolicyAgent agent;
  TrainingRun run{environment, agent};
  std::vector<Metrics> history;
};

}  // namespace saddle::testing
