// SPDX-License-Identifier: Apache-2.0
// One simulated world, and what it says of itself. Derive from Environment to add your own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <saddle/base/fields.h>
#include <saddle/base/registry.h>
#include <saddle/base/rng.h>

namespace saddle {

class Canvas;

/// Interfaces count in int, memory in std::size_t.
[[nodiscard]] constexpr std::size_t size_of(int count) { return static_cast<std::size_t>(count); }

/// What an observation or an action may be.
/// Box: `size` numbers, number i in [low[i], high[i]] (a bound may be infinite).
/// Discrete: one of `count` choices, written as one float holding 0, …, count − 1.
struct Space {
  enum class Kind { kBox, kDiscrete };

  Kind kind = Kind::kBox;
  int size = 0;   ///< floats a value takes: the dimension of a box, 1 if discrete
  int count = 0;  ///< choices, if discrete
  std::vector<float> low, high;

  static Space box(std::vector<float> low, std::vector<float> high) {
    SADDLE_CHECK(low.size() == high.size(), low.size(), high.size());
    const int size = static_cast<int>(low.size());
    return {Kind::kBox, size, 0, std::move(low), std::move(high)};
  }
  static Space box(int size, float low, float high) {
    const auto n = static_cast<std::size_t>(size);
    return box(std::vector<float>(n, low), std::vector<float>(n, high));
  }
  static Space discrete(int count) { return {Kind::kDiscrete, 1, count, {}, {}}; }

  [[nodiscard]] bool is_discrete() const { return kind == Kind::kDiscrete; }

  /// Whether `value`, of `size` floats, lies in the space. False for NaN.
  [[nodiscard]] bool contains(std::span<const float> value) const;
};

/// A named cost that a world measures, and the limit it suggests for the sum over an episode.
struct ConstraintSpec {
  std::string name;           ///< "hazards"; lower case, used in flags and metrics
  std::string unit;           ///< of one step's cost: "steps in contact"
  double default_limit = 25;  ///< of the undiscounted episode sum; a run may set another
  std::string doc;            ///< when a cost is incurred, one sentence
};

/// Everything about a world that does not change while it runs.
/// Axes: A agents, O observation, D action, C constraints, S central state.
struct EnvironmentSpec {
  std::string id;                           ///< "PointGoal1-v0"
  std::string doc;                          ///< one line
  Space observation;                        ///< of one agent, O floats
  Space action;                             ///< of one agent, D floats
  int agents = 1;                           ///< A
  std::vector<ConstraintSpec> constraints;  ///< C of them
  int horizon = 1000;                       ///< steps until an episode is truncated
  double time_step = 0;                     ///< simulated seconds a step; 0 if time has no unit
  int opponents = 0;  ///< the last so many agents play against the others, who are the team: what
                      ///< it earns and costs, and its limits, are without them
  int state = 0;  ///< S, numbers of the central state; 0 if it has none, and then central critics
                  ///< see what all agents observe

  [[nodiscard]] int constraint_count() const { return static_cast<int>(constraints.size()); }
};

/// Where a world writes the outcome of one step. Row-major; the caller owns the memory.
struct Outcome {
  std::span<float> observation;  ///< [A,O] of the state arrived at
  std::span<float> reward;       ///< [A]
  std::span<float> cost;         ///< [A,C], each ≥ 0; how much of every constraint this step used
};

/// A quantity of a world that its owner may set between two episodes.
struct WorldParameter {
  enum class Kind {
    kPhysics,  ///< how the world moves
    kGoal,     ///< what is rewarded
    kLimit     ///< from where on a step costs
  };

  std::string name;            ///< "mass"; lower case, used in keys
  double* value = nullptr;     ///< lives in the world
  std::string doc;             ///< unit and what it is of: "kg, of the bob"
  Bounds bounds = positive();  ///< what the world takes
  Kind kind = Kind::kPhysics;
};

/// "goal".
[[nodiscard]] constexpr const char* name_of(WorldParameter::Kind kind) {
  constexpr const char* kNames[] = {"physics", "goal", "limit"};
  return kNames[static_cast<int>(kind)];
}

/// One world. A pure function of its construction, its parameters and limits, the random
/// stream and the actions: no clock, no global state, nothing kept from one episode to the next.
/// That is what makes runs repeatable, and checkpoints exact: a world in the middle of an episode
/// is saved as its stream and its actions. The time limit (`spec().horizon`), clipping of actions
/// and resetting belong to VectorEnvironment.
class Environment {
 public:
  virtual ~Environment() = default;

  [[nodiscard]] virtual const EnvironmentSpec& spec() const = 0;

  /// Starts a new episode. `observation` is [A,O].
  virtual void reset(Rng& rng, std::span<float> observation) = 0;

  /// Advances by one step. `action` is [A,D], inside `spec().action`.
  /// Returns whether the episode ended by itself (terminated): no value follows.
  [[nodiscard]] virtual bool step(std::span<const float> action, Rng& rng, const Outcome& out) = 0;

  /// Writes [S], after a reset or a step: what there is to know of the state that it is in, for
  /// critics that learn from all agents and never act. A function of that state; finite.
  virtual void central_state(std::span<float>) const {}

  /// What may be another than it is made with. Values act from the next reset on.
  [[nodiscard]] virtual std::vector<WorldParameter> parameters() { return {}; }

  /// The limits of costs that its episodes reckon with, [C] numbers ≥ 0, for whoever trains in it
  /// to set; none if it knows of no limits. Values act from the next reset on.
  [[nodiscard]] virtual std::span<double> limits() { return {}; }

  /// Draws the state that it is in, after a reset. One that draws nothing cannot be shown.
  virtual void draw(Canvas&) const {}
};

using EnvironmentFactory = std::function<std::unique_ptr<Environment>()>;

/// Names to worlds.
using EnvironmentRegistry = Registry<EnvironmentFactory>;

/// Adds every world of Saddle. Errors: saddle::Error if a name is taken.
void register_environments(EnvironmentRegistry& registry);

}  // namespace saddle
