// SPDX-License-Identifier: Apache-2.0
// Shared libraries with worlds of their own.
#include <saddle/apps/plugin_loader.h>

#include <filesystem>

#include <dlfcn.h>

#include <saddle/base/check.h>
#include <saddle/envs/plugin_worlds.h>

namespace saddle {
namespace {

void load_plugin(const std::string& path, EnvironmentRegistry& registry) {
  std::error_code unreadable;
  if (!std::filesystem::exists(path, unreadable)) {
    throw Error(concat("plug-in '", path, "' is not there; build it, or say with --plugin where ",
                       "it is now"));
  }
  // Never closed: worlds and what they threw may outlive any owner.
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw Error(
        concat("cannot load plug-in: ", ::dlerror(),
               "; it must be a shared library for this machine that finds all it links to"));
  }
  const auto entry = reinterpret_cast<decltype(&saddle_plugin)>(::dlsym(library, "saddle_plugin"));
  if (entry == nullptr) {
    throw Error(concat("'", path, "' is no plug-in, since it exports no function saddle_plugin; ",
                       "write SADDLE_PLUGIN(...) in one of its sources, or in C the function"));
  }
  register_plugin(entry(), path, registry);
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
  for (const std::string& path : absolute_paths(paths)) load_plugin(path, all.environments);
  return all;
}

}  // namespace saddle
