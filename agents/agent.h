// SPDX-License-Identifier: Apache-2.0
// An agent: acts for every world of a batch, owns the memory worlds write into, and learns from it.
#pragma once

#include <span>
#include <vector>

#include <saddle/agents/measure.h>
#include <saddle/base/archive.h>
#include <saddle/base/metrics.h>
#include <saddle/envs/vector_environment.h>

namespace saddle {

/// Everything an agent is built for. Axes: B worlds, A agents, O observation, D action, C
/// constraints, S central state.
struct AgentContext {
  EnvironmentSpec spec;
  int worlds = 1;              ///< B; 0 builds an agent that only acts
  std::vector<double> limits;  ///< [C], of the cost as the agent measures it; ≥ 0
  std::uint64_t seed = 0;
};

/// The loop of train() between two updates, for t = 0, …, steps_per_update() − 1 and any range of
/// worlds:  act(t, worlds); environment.step(worlds, slot(t, worlds)).  Ranges go their own pace in
/// parallel, so act() and slot() must be safe for ranges that do not overlap, and what they compute
/// must not depend on how worlds are grouped beyond the blocks of kWorldBlock.
class Agent {
 public:
  virtual ~Agent() = default;

  /// Told before worlds take steps which share of the run is over, in [0, 1]: schedules go by it.
  virtual void set_progress(double) {}

  /// [C], the limits in force for episodes that start now; none: they never change.
  [[nodiscard]] virtual std::span<const double> limits() const { return {}; }

  /// T ≥ 1: the steps every world takes between two updates.
  [[nodiscard]] virtual int steps_per_update() const = 0;

  /// [n,A,O]: where the observations that the next act(0, worlds) sees are written at the very
  /// start.
  [[nodiscard]] virtual std::span<float> first_observation(WorldRange worlds) = 0;

  /// [n,S], likewise for central states; none if it does not look at them.
  [[nodiscard]] virtual std::span<float> first_state(WorldRange) { return {}; }

  /// The memory of step t for these worlds. Worlds read the action and write the outcome in place.
  [[nodiscard]] virtual StepView slot(int t, WorldRange worlds) = 0;

  /// Explores: fills the action of slot(t, worlds).
  virtual void act(int t, WorldRange worlds) = 0;

  /// Learns from the T steps in memory. Metrics it always sets, C times where a NAME stands:
  /// "return", "length", "episodes", "cost/NAME", "limit/NAME", and "multiplier/NAME" if it has
  /// multipliers.
  /// Errors: saddle::Error if a parameter is no longer finite.
  virtual void update(WorkerPool& pool, Metrics& metrics) = 0;

  /// M, floats that acting outside training remembers of an episode in one world.
  [[nodiscard]] virtual std::size_t memory_size() const { return 0; }

  /// Acts outside training: `observation` [n,A,O], `action` [n,A,D] of n worlds, and `memory`
  /// [n,M], which is zeros where an episode starts, and goes on in place. With `explore` it samples
  /// from the policy, without it takes the policy's mode. Normalisation statistics stay frozen.
  virtual void act(std::span<const float> observation, std::span<float> memory,
                   std::span<float> action, Rng* explore) const = 0;

  /// What the limits are of.
  [[nodiscard]] virtual CostMeasure cost_measure() const { return {}; }

  /// What acting outside training needs: weights and normaliser.
  virtual void policy(Archive& archive) = 0;

  /// What policy() leaves out and an exact resume needs: optimizers, multipliers, streams, memory.
  virtual void state(Archive& archive) = 0;
};

/// Worlds are handed to threads in blocks of this many, and after so many steps a block may go to
/// another thread.
inline constexpr int kWorldBlock = 16, kWorldPiece = 16;

}  // namespace saddle
