// SPDX-License-Identifier: Apache-2.0
// A plug-in whose agents cannot be had: what is wrong with it is said by definitions on the command
// line. AGENTS_BUILD is the build it claims to be of, AGENTS_NAME what it calls its agent.
#include <saddle/agents/plugin.h>

namespace {

void register_names(saddle::AgentRegistry& agents, saddle::RuleRegistry&) {
#ifdef AGENTS_NAME
  agents.add(AGENTS_NAME, {});
#else
  (void)agents;
  throw std::out_of_range("nothing to register");
#endif
}

}  // namespace

const saddle::AgentPlugin* saddle_agent_plugin() {
#ifdef AGENTS_BUILD
  static const std::string build = AGENTS_BUILD;
#else
  static const std::string build = saddle::agent_plugin_build();
#endif
  static const saddle::AgentPlugin plugin = {build.c_str(), register_names};
  return &plugin;
}
