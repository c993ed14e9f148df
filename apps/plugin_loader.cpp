// SPDX-License-Identifier: Apache-2.0
// Shared libraries with worlds, agents and rules of their own.
#include <saddle/apps/plugin_loader.h>

#include <filesystem>

#include <dlfcn.h>

#include <saddle/agents/plugin.h>
#include <saddle/base/check.h>
#include <saddle/envs/plugin_worlds.h>

namespace saddle {
namespace {

/// A function that a library exports; null if it does not.
template <class Function>
Function* find(void* library, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(library, name));
}

void load_plugin(const std::string& path, Registries& all) {
  std::error_code unreadable;
  if (!std::filesystem::exists(path, unreadable)) {
    throw Error(concat("plug-in '", path, "' is not there; build it, or say with --plugin where ",
                       "it is now"));
  }
  // Never closed: what is made of it and what that threw may outlive any owner.
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw Error(
        concat("cannot load plug-in: ", ::dlerror(),
               "; it must be a shared library for this machine that finds all it links to"));
  }
  auto* const worlds = find<decltype(saddle_plugin)>(library, "saddle_plugin");
  auto* const agents = find<decltype(saddle_agent_plugin)>(library, "saddle_agent_plugin");
  if (worlds == nullptr && agents == nullptr) {
    throw Error(concat("'", path, "' is no plug-in, since it exports neither saddle_plugin nor ",
                       "saddle_agent_plugin; write SADDLE_PLUGIN(...) or SADDLE_AGENT_PLUGIN(...) ",
                       "in one of its sources, or in C the function saddle_plugin"));
  }
  if (worlds != nullptr) register_plugin(worlds(), path, all.environments);
  if (agents != nullptr) register_agent_plugin(agents(), path, all.agents, all.rules);
  for (const std::string& name : all.wrappers.names()) {
    if (!all.rules.contains(name)) continue;
    throw Error(concat("plug-in '", path, "': its rule '", name,
                       "' is called like a constraint that wraps worlds; give it another name"));
  }
}

}  // namespace

std::vector<std::string> absolute_paths(const std::vector<std::string>& paths) {
  std::vector<std::string> all;
  all.reserve(paths.size());
  for (const std::string& path : paths) {
    all.push_back(std::filesystem::absolute(path).lexically_normal().string());
  }
  return all;
}

Registries with_plugins(const Registries& registries, const std::vector<std::string>& paths) {
  Registries all = registries;
  for (const std::string& path : absolute_paths(paths)) load_plugin(path, all);
  return all;
}

}  // namespace saddle
