// SPDX-License-Identifier: Apache-2.0
// Plug-ins with agents and constraint rules: shared libraries that `saddle` loads.
//
// Unlike worlds, which cross a plain C interface (envs/plugin.h), agents and rules are C++ objects
// on both sides. So such a plug-in must be built with the headers of the very Saddle that loads it,
// by the same compiler, and says so in `build`, which is compared before anything else is used.
#pragma once

#include <string>

#include <Eigen/Core>

#include <saddle/agents/registry.h>
#include <saddle/optim/constraint/registry.h>
#include <saddle/version.h>

#if defined(_WIN32)
#define SADDLE_AGENT_PLUGIN_EXPORT __declspec(dllexport)
#else
#define SADDLE_AGENT_PLUGIN_EXPORT __attribute__((visibility("default")))
#endif

namespace saddle {

/// What a library has to offer. `build` is the first member for ever.
struct AgentPlugin {
  const char* build;  ///< agent_plugin_build() where it was compiled
  void (*register_names)(AgentRegistry&, RuleRegistry&);
};

/// All that decides how objects lie in memory: version of Saddle, compiler, standard library, and
/// how Eigen aligns what it allocates, which options such as -march=native change.
[[nodiscard]] inline std::string agent_plugin_build() {
  std::string build = "Saddle " SADDLE_VERSION ", compiler " __VERSION__;
#ifdef _GLIBCXX_RELEASE
  build += concat(", libstdc++ ", _GLIBCXX_RELEASE, " of ABI ", _GLIBCXX_USE_CXX11_ABI);
#endif
#ifdef _GLIBCXX_DEBUG
  build += " for debugging";
#endif
  return concat(build, ", Eigen ", EIGEN_WORLD_VERSION, ".", EIGEN_MAJOR_VERSION, ".",
                EIGEN_MINOR_VERSION, " aligned to ", EIGEN_MAX_ALIGN_BYTES);
}

/// Adds what the plug-in has. `name` is what errors call it: its path.
/// Errors: saddle::Error naming the plug-in if it is of another build, if the name of an agent or a
/// rule is taken, or with what its function throws.
void register_agent_plugin(const AgentPlugin* plugin, const std::string& name,
                           AgentRegistry& agents, RuleRegistry& rules);

}  // namespace saddle

/// The one function that such a plug-in exports, defined by SADDLE_AGENT_PLUGIN.
extern "C" SADDLE_AGENT_PLUGIN_EXPORT const saddle::AgentPlugin* saddle_agent_plugin();

/// Once in a shared library, outside all namespaces. `register_names` adds its agents and rules:
///
///     void register_names(saddle::AgentRegistry& agents, saddle::RuleRegistry& rules) {
///       agents.add("spo", saddle::on_policy_entry<SpoUpdate>("spo", "what it is", "its paper"));
///       rules.add("quadratic", saddle::rule_entry<Quadratic>("what it is", "its paper"));
///     }
///     SADDLE_AGENT_PLUGIN(register_names)
///
/// A library may have worlds too, by SADDLE_PLUGIN.
#define SADDLE_AGENT_PLUGIN(register_names)                                       \
  const saddle::AgentPlugin* saddle_agent_plugin() {                              \
    static const std::string build = saddle::agent_plugin_build();                \
    static const saddle::AgentPlugin plugin = {build.c_str(), &(register_names)}; \
    return &plugin;                                                               \
  }
