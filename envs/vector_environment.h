// SPDX-License-Identifier: Apache-2.0
// B copies of one world, stepped in batches into memory the caller owns.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include <saddle/envs/environment.h>
#include <saddle/envs/worker_pool.h>

namespace saddle {

/// The purpose of stream_id() for what worlds draw, of which each has its own.
inline constexpr std::uint32_t kWorldStream = 1;

/// Worlds first, …, first + count − 1.
struct WorldRange {
  int first = 0;
  int count = 0;
};

/// One step of `count` neighbouring worlds. Row-major, batch first; n = count below. Central states
/// are worked out only where there is room for both.
struct StepView {
  std::span<const float> action;  ///< [n,A,D] in; may lie outside the box: worlds see it clipped
  std::span<float> next_observation;   ///< [n,A,O] out: the true successor, always
  std::span<float> start_observation;  ///< [n,A,O] out: what to act on next. Differs from
                                       ///< next_observation only where an episode ended.
  std::span<float> reward;             ///< [n,A] out
  std::span<float> cost;               ///< [n,A,C] out, ≥ 0
  std::span<std::uint8_t> terminated;  ///< [n] out: the episode ended by itself
  std::span<std::uint8_t> truncated;   ///< [n] out: cut at the horizon. Never both.
  std::span<float> next_state = {};    ///< [n,S] out, or none: that of next_observation
  std::span<float> start_state = {};   ///< [n,S] out, or none: that of start_observation
};

/// B worlds with automatic reset in the same step. World i draws from its own stream (seed, i), so
/// that trajectories depend on the seed alone, whatever the number of threads or the ranges
/// stepped.
///
/// Errors: what a world writes is checked. A value that is not finite, or a negative cost, throws
/// saddle::Error naming the world, the quantity and the step.
class VectorEnvironment {
 public:
  /// `count` ≥ 1 worlds from `make`. World i draws from stream first_stream + i of the seed, so
  /// that a batch can be one part of a larger one.
  VectorEnvironment(const EnvironmentFactory& make, int count, std::uint64_t seed,
                    int first_stream = 0);
  ~VectorEnvironment();

  [[nodiscard]] const EnvironmentSpec& spec() const;
  [[nodiscard]] int count() const;  ///< B

  /// Sets the limits [C] of the episodes that start from now on, in worlds that reckon with limits;
  /// none: leaves them as they are. Not while worlds are stepped.
  void set_limits(std::span<const double> limits);

  /// Starts a new episode in every world of the range. `observation` is [n,A,O], `state` [n,S] or
  /// none.
  void reset(WorldRange worlds, std::span<float> observation, std::span<float> state = {});

  /// Steps every world of the range once. Ranges that do not overlap may be stepped at the same
  /// time by different threads. Allocates nothing of its own.
  void step(WorldRange worlds, const StepView& io);

  /// All worlds, shared out to the pool.
  void reset(WorkerPool& pool, std::span<float> observation, std::span<float> state = {});
  void step(WorkerPool& pool, const StepView& io);

  /// Saves worlds in the middle of their episodes as (random stream and limits at the reset,
  /// actions since), and restores them by replay: exact for every world, whatever engine it runs
  /// on.
  void state(Archive& archive);

 private:
  struct World;
  void step_one(int index, std::size_t row, const StepView& io);
  void write_states(WorldRange worlds, std::span<float> state) const;
  void check_actions(WorldRange worlds, std::span<const float> actions) const;
  void check(WorldRange worlds, const char* quantity, std::span<const float> values,
             float least = std::numeric_limits<float>::lowest()) const;

  EnvironmentSpec spec_;
  // Floats a world.
  std::size_t action_width_ = 0, observation_width_ = 0, cost_width_ = 0, state_width_ = 0;
  std::vector<float> action_low_, action_high_;  // [A,D]
  std::vector<World> worlds_;
};

}  // namespace saddle
