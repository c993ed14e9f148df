// SPDX-License-Identifier: Apache-2.0
// The training loop and the evaluation loop: the only two in the repository.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <saddle/agents/agent.h>
#include <saddle/agents/episode.h>

namespace saddle {

/// Called after every update with the environment steps taken so far. Returns whether to go on.
using AfterUpdate = std::function<bool(std::int64_t steps, const Metrics& metrics)>;

/// A training run in memory: worlds, agent and counter, saved and restored as one.
struct TrainingRun {
  VectorEnvironment& environment;
  Agent& agent;
  std::int64_t steps = 0;  ///< environment steps so far, over all worlds

  void state(Archive& archive);
};

/// Trains until `run.steps` ≥ `until` (whole updates: it may overshoot by less than one), or until
/// the callback says stop. Resets the worlds first if run.steps is 0. Schedules take `until` for
/// the length of the run, so one that is to go on to the same bits goes on to the same `until`.
void train(TrainingRun& run, std::int64_t until, WorkerPool& pool, const AfterUpdate& after_update);

/// Whoever acts in n worlds of A agents, as Agent::act() does: `observation` [n,A,O], `memory`
/// [n,M], `action` [n,A,D], and noise to explore with or null; and the discount of what its costs
/// are measured by.
struct Player {
  std::function<void(std::span<const float> observation, std::span<float> memory,
                     std::span<float> action, Rng* noise)>
      act;
  double discount = 1;
  std::size_t memory = 0;  ///< M
};

/// Plays `episodes` whole episodes with the frozen agent: episode e is the one played from the
/// stream (seed, e), so that more episodes only add to the list. In order of e.
[[nodiscard]] std::vector<Episode> evaluate(const EnvironmentFactory& make, const Agent& agent,
                                            int episodes, std::uint64_t seed, bool stochastic,
                                            WorkerPool& pool);
/// The same, with anybody.
[[nodiscard]] std::vector<Episode> evaluate(const EnvironmentFactory& make, const Player& player,
                                            int episodes, std::uint64_t seed, bool stochastic,
                                            WorkerPool& pool);

}  // namespace saddle
