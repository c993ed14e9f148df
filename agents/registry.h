// SPDX-License-Identifier: Apache-2.0
// Names to agents. An algorithm is a row: an update, what keeps its constraints, options, a paper.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <saddle/agents/agent.h>
#include <saddle/base/fields.h>
#include <saddle/base/preset_option.h>
#include <saddle/base/registry.h>
#include <saddle/optim/constraint/registry.h>

namespace saddle {

/// The options of an agent, and how to make it from them.
class AgentBuilder {
 public:
  virtual ~AgentBuilder() = default;

  /// Lists the options, in groups: "ppo.clip", "network.hidden".
  virtual void fields(Fields& fields) = 0;

  /// How many constraints the rule is to be for: those of the world, or more where agents have
  /// multipliers of their own.
  [[nodiscard]] virtual int multipliers(const EnvironmentSpec& spec) const {
    return spec.constraint_count();
  }

  /// `rule` is for as many constraints as multipliers() says.
  /// Errors: saddle::Error if the options do not fit the world.
  [[nodiscard]] virtual std::unique_ptr<Agent> build(
      const AgentContext& context, std::unique_ptr<ConstraintRule> rule) const = 0;
};

/// An agent, or a preset: an agent with a rule, or a wrapper of worlds, and options that are known
/// to go well together.
struct AgentEntry {
  std::string doc;    ///< one line
  std::string paper;  ///< authors, year, title
  std::function<std::unique_ptr<AgentBuilder>()> builder;
  std::string rule = "lagrangian";         ///< the rule, or the wrapper, unless another is named
  bool fixed_rule = false;                 ///< it goes with that alone
  std::string update = {};                 ///< of a preset: the agent it is made of
  std::vector<PresetOption> options = {};  ///< of a preset; a file and flags override them
  std::string use = {};                    ///< when to take it, one sentence
};

using AgentRegistry = Registry<AgentEntry>;

/// The name of the rule or wrapper that the agent called `name` works with if `wanted` was asked
/// for; empty: none in particular. Errors: saddle::Error if they do not go together, with what to
/// say instead.
[[nodiscard]] std::string choose_rule(const std::string& name, const AgentEntry& entry,
                                      const std::string& wanted);

/// Adds every agent of Saddle, and its presets.
void register_agents(AgentRegistry& registry);

/// Adds the presets; the agents they are made of must be there.
void register_presets(AgentRegistry& registry);

}  // namespace saddle
