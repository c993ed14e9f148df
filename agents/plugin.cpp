// SPDX-License-Identifier: Apache-2.0
// Agents and rules of a loaded plug-in.
#include <saddle/agents/plugin.h>

namespace saddle {

void register_agent_plugin(const AgentPlugin* plugin, const std::string& name,
                           AgentRegistry& agents, RuleRegistry& rules) {
  const std::string here = agent_plugin_build();
  try {
    if (plugin == nullptr || plugin->build == nullptr) {
      throw Error(
          "saddle_agent_plugin() says nothing; define it by SADDLE_AGENT_PLUGIN(register_names)");
    }
    if (plugin->build != here) {
      throw Error(concat("it was built for ", plugin->build, ", but this is ", here,
                         "; build it anew with this Saddle's headers and compiler"));
    }
    plugin->register_names(agents, rules);
  } catch (const std::exception& error) {
    throw Error(concat("plug-in '", name, "': ", error.what()));
  }
}

}  // namespace saddle
