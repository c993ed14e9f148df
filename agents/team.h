// SPDX-License-Identifier: Apache-2.0
// The networks of several agents: one for all or one for each, critics of one's own or of the team.
#pragma once

#include <deque>
#include <functional>
#include <span>
#include <string>

#include <saddle/agents/critic.h>
#include <saddle/agents/memory.h>
#include <saddle/agents/policy.h>

namespace saddle {

struct MultiAgentOptions {
  std::string critic = "own";
  std::string parameters = "shared";
  std::string limits = "mean";
  bool index = false;

  void fields(Fields& f) {
    f("critic", critic, {"own", "central"},
      "what a value is a function of: what that agent observes, or what all of them do, or the "
      "central state of a world that has one");
    f("parameters", parameters, {"shared", "separate"},
      "of policies and own critics: one network for all agents, or one for each");
    f("limits", limits, {"mean", "each"},
      "what has to be within the limits: the mean over agents of their costs, or the costs of "
      "each, "
      "with multipliers for each");
    f("index", index, "networks see which agent it is, after what it observes");
  }
};

/// What there is one of for each agent, or one for all. Axes: n time and worlds, A agents.
struct TeamShape {
  std::size_t agents = 1;  ///< A
  std::size_t inputs = 0;  ///< I, numbers that networks see of an agent
  bool separate = false;   ///< each agent has parameters of its own
  bool central = false;    ///< critics see all agents
  std::size_t state = 0;   ///< S, numbers of the central state, if they see that in place of agents

  /// Numbers that critics see of a world: what networks see of all agents, or the central state.
  [[nodiscard]] std::size_t joint_inputs() const { return state > 0 ? state : agents * inputs; }
};

/// Copies the rows of one agent, of `width` each, from [n,A,width] to [n,width], or back.
void gather_agent(std::span<const float> from, std::size_t width, std::size_t agents,
                  std::size_t agent, std::span<float> to);
void scatter_agent(std::span<const float> from, std::size_t width, std::size_t agents,
                   std::size_t agent, std::span<float> to);

/// Widths of rows that go through the networks of a team: one that sees each row, or one for each
/// agent, which sees every `networks`-th. Each consists of `parts` that see the same, but have
/// outputs and a memory of their own.
struct Passage {
  std::size_t networks, parts, inputs, outputs, memory;

  /// Floats of scratch that a network's row needs.
  [[nodiscard]] std::size_t scratch() const;
};

/// The streams that networks of agents 0, 1, … start from.
using AgentStreams = std::function<Rng(int agent)>;

/// The policies of all agents, with K value heads each.
class TeamPolicy {
 public:
  /// `seen` is the world as networks see it: its observation has I numbers. `values` is K.
  TeamPolicy(const TeamShape& shape, const EnvironmentSpec& seen, const NetworkOptions& options,
             const NetworkFactory& network, const AgentStreams& streams, std::size_t values = 0);

  /// How many there are, 1 or A; agent a has policy a, or the only one.
  [[nodiscard]] std::size_t count() const { return policies_.size(); }
  [[nodiscard]] Policy& policy(std::size_t agent) { return policies_[agent % count()]; }
  [[nodiscard]] const Policy& policy(std::size_t agent) const { return policies_[agent % count()]; }

  [[nodiscard]] std::size_t value_size() const { return policies_.front().value_size(); }  ///< K

  /// A·S, floats that are remembered of a world's episode; 0 without a memory.
  [[nodiscard]] std::size_t memory_size() const {
    return shape_.agents * policies_.front().memory_size();
  }

  /// Floats of scratch that heads() needs for a row of all agents.
  [[nodiscard]] std::size_t scratch_width() const;

  /// inputs [n,A,I] and memory [n,A,S] to heads [n,A,H], values [n,A,K] in the signals' units,
  /// unless that is empty, and the memory after them, which may be in the same place. Several
  /// threads may call it at the same time.
  void heads(std::span<const float> inputs, std::span<const float> memory, std::span<float> head,
             std::span<float> value, std::span<float> next_memory, std::span<float> scratch) const;

  /// Of policies with value heads: as TeamCritic::values().
  void values(std::span<const float> inputs, std::span<const float> memory, std::span<float> out,
              std::span<float> next_memory) const;

  /// θ ← (1 − share) θ + share θ', of policies of the same shape; a share of 1 copies them. What
  /// value heads say afterwards is of no meaning: scales stay where they are.
  void move_towards(const TeamPolicy& others, double share);

  void state(Archive& archive);

 private:
  [[nodiscard]] Passage passage() const;

  TeamShape shape_;
  std::deque<Policy> policies_;  // that never move
};

/// The values of all agents, K signals for each. A central critic is one network that sees what all
/// agents do, one after the other, or the central state, and has heads for the signals of each: its
/// rows are rows of n.
/// With separate trunks every head is a network of its own.
/// Ref  Yu et al. 2022, The surprising effectiveness of PPO in cooperative multi-agent games,
///      arXiv:2103.01955. Differs: a head for each agent in the place of an input that names it.
class TeamCritic {
 public:
  TeamCritic(const TeamShape& shape, std::size_t signals, const NetworkOptions& network_options,
             const NetworkFactory& network, const CriticOptions& options,
             const AgentStreams& streams);

  /// W, floats that are remembered of a world's episode: S for each agent, or once if it is
  /// central, and for each trunk.
  [[nodiscard]] std::size_t memory_size() const {
    return lanes() * trunks_ * critics_.front().memory_size();
  }

  /// inputs [n,A,I], or central states [n,S], and memory [n,W] to values [n,A,K] and the memory
  /// after them, unless that is empty. Several threads may call it at the same time.
  void values(std::span<const float> inputs, std::span<const float> memory, std::span<float> out,
              std::span<float> next_memory) const;

  /// Of critics without a memory.
  void values(std::span<const float> inputs, std::span<float> out) const {
    values(inputs, {}, out, {});
  }

  /// As Critic::fit(), target [n,A,K]; the mean of what it returns.
  double fit(std::span<const float> inputs, std::span<const float> target, double progress = 0);

  /// Of critics with a memory: rows of the rollout, in sequences of `length`, with what was
  /// remembered along it.
  double fit(std::span<const float> inputs, std::span<const float> target, const Rollout& rollout,
             const MemoryTrack& memory, std::size_t length, double progress = 0);

  /// Errors: saddle::Error as require_finite().
  void check_finite() const;
  void state(Archive& archive);

 private:
  /// A network's rows of a world: agents, or the team as one.
  [[nodiscard]] std::size_t lanes() const { return shape_.central ? 1 : shape_.agents; }
  [[nodiscard]] Passage passage() const;
  /// Of the networks with one set of parameters.
  double fit_of(std::size_t set, std::span<const float> inputs, std::span<const float> target,
                double progress);

  TeamShape shape_;
  std::size_t signals_;
  std::size_t sets_, trunks_;   // sets of parameters, and networks in each
  std::deque<Critic> critics_;  // [sets,trunks], that never move
};

}  // namespace saddle
