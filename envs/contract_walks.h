// SPDX-License-Identifier: Apache-2.0
// Random walks through a world, and what they show.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <saddle/envs/vector_environment.h>

namespace saddle::walks {

/// The purpose of stream_id() for random actions.
inline constexpr std::uint32_t kActionStream = 2;

/// One action for every agent: at, beyond and between the bounds of its space.
void draw_action(const EnvironmentSpec& spec, Rng& rng, std::span<float> action);

/// What a long walk met: of each kind of fault, the first in words; empty if there was none.
struct Tally {
  std::string memory;  ///< something was not written, or something else was
  std::string finite;
  std::string spaces;
  std::string costs;
  int horizon = 0;
  int episodes = 0;          ///< that ended
  int terminated = 0;        ///< of these, by themselves
  int ended_at_horizon = 0;  ///< of these, in their last step before the horizon
};

/// Steps one world, with resets, in memory with guards around it.
[[nodiscard]] Tally long_walk(const EnvironmentFactory& make, std::uint64_t seed, int steps);

/// Everything that steps put out, a row for each.
struct History {
  std::size_t observations = 0, states = 0, rewards = 0, costs = 0;  ///< floats in a row
  std::vector<float> values;  ///< [row, {observation and central state of the successor, those to
                              ///< go on from, reward, cost, end}]

  /// What a world shows of a state.
  struct Shown {
    std::span<const float> observation, state;
  };

  explicit History(const EnvironmentSpec& spec);
  void append(const Shown& next, const Shown& start, std::span<const float> reward,
              std::span<const float> cost, float end);
  [[nodiscard]] std::size_t width() const {
    return 2 * (observations + states) + rewards + costs + 1;
  }
};

/// Where two histories of one world part, to the bit, in words: "reward 0 at step 12, …".
/// Empty if they do not.
[[nodiscard]] std::string first_difference(const History& a, const History& b);

/// One world.
[[nodiscard]] History alone(const EnvironmentFactory& make, std::uint64_t seed, int steps);

/// The same world, in turns with another.
[[nodiscard]] History beside_another(const EnvironmentFactory& make, std::uint64_t seed, int steps);

/// Episodes of a world that has lived through others, and the same ones of worlds just made.
[[nodiscard]] std::pair<History, History> used_and_fresh(const EnvironmentFactory& make,
                                                         std::uint64_t seed, int steps);

/// What follows a checkpoint in the world that made it, and in one that was restored from it.
[[nodiscard]] std::pair<History, History> stayed_and_restored(const EnvironmentFactory& make,
                                                              std::uint64_t seed, int steps);

/// Many worlds on a number of threads, `steps` in all.
[[nodiscard]] History threaded(const EnvironmentFactory& make, std::uint64_t seed, int steps,
                               int threads);

}  // namespace saddle::walks
