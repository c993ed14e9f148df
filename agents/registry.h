// SPDX-License-Identifier: Apache-2.0
// Names to agents. An algorithm is a row: an update, a constraint rule, options, a paper.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <saddle/agents/agent.h>
#include <saddle/base/fields.h>
#include <saddle/base/registry.h>
#include <saddle/optim/constraint/registry.h>

namespace saddle {

/// The options of an agent, and how to make it from them.
class AgentBuilder {
 public:
  virtual ~AgentBuilder() = default;

  /// Lists the options, in groups: "ppo.clip", "network.hidden".
  virtual void fields(Fields& fields) = 0;

  /// `rule` has one entry for each constraint of the context.
  /// Errors: saddle::Error if the options do not fit the world.
  [[nodiscard]] virtual std::unique_ptr<Agent> build(
      const AgentContext& context, std::unique_ptr<ConstraintRule> rule) const = 0;
};

struct AgentEntry {
  std::string doc;    ///< one line
  std::string paper;  ///< authors, year, title
  std::function<std::unique_ptr<AgentBuilder>()> builder;
};

using AgentRegistry = Registry<AgentEntry>;

/// Adds every agent of Saddle.
void register_agents(AgentRegistry& registry);

}  // namespace saddle
