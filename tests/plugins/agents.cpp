// SPDX-License-Identifier: Apache-2.0
// A plug-in whose agents cannot be had: variant.c says what is wrong with it.
#include <saddle/agents/plugin.h>

extern "C" const char* const agents_build;  // that it claims to be of; null: this one
extern "C" const char* const agents_name;   // of its agent and its rule; null: none

namespace {

void register_names(saddle::AgentRegistry& agents, saddle::RuleRegistry& rules) {
  if (agents_name == nullptr) throw std::out_of_range("nothing to register");
  agents.add(agents_name, {});
  rules.add(agents_name, {});
}

}  // namespace

const saddle::AgentPlugin* saddle_agent_plugin() {
  static const std::string build =
      agents_build == nullptr ? saddle::agent_plugin_build() : agents_build;
  static const saddle::AgentPlugin plugin = {build.c_str(), register_names};
  return &plugin;
}
