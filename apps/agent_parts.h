// SPDX-License-Identifier: Apache-2.0
// An agent by name, and what keeps its constraints.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <saddle/apps/registries.h>

namespace saddle {

/// The names that --constraint takes, in order: rules, and wrappers of worlds.
[[nodiscard]] std::vector<std::string> constraint_names(const Registries& registries);

/// What an agent is built from. A constraint that is a wrapper goes with the rule "none".
struct AgentParts {
  std::unique_ptr<AgentBuilder> agent;
  std::unique_ptr<RuleBuilder> rule;
  std::unique_ptr<WrapperBuilder> wrapper;  ///< none if worlds are taken as they are
  std::size_t own = 0;                      ///< how many options are the agent's, the first ones
  std::vector<PresetOption> preset;         ///< the options that the two names set
};

/// Lists the options of the agent and of the rule or wrapper called `constraint` in `fields`, after
/// those that are there, and sets those that go with the names. The parts must outlive `fields`.
/// Errors: saddle::Error naming the nearest if nothing is called so, or if the agent lacks an
/// option that goes with the constraint.
[[nodiscard]] AgentParts list_parts(const Registries& registries, const AgentEntry& agent,
                                    const std::string& constraint, Fields& fields);

}  // namespace saddle
