// SPDX-License-Identifier: Apache-2.0
// Makes a plug-in of worlds derived from Environment: a shared library that `saddle` loads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <saddle/envs/environment.h>
#include <saddle/envs/plugin.h>

namespace saddle {

/// Worlds of a registry as the table of the plain C interface. No C++ type and no exception crosses
/// it, so that the library and the program that loads it need not agree on compiler or version: an
/// exception becomes a message. A world draws from a stream Rng(seed) of its own in each episode.
class PluginLibrary {
 public:
  /// Makes each world once, to read its spec. What goes wrong there, a name that is taken or that
  /// is not the world's own, becomes the `failure` of the table.
  explicit PluginLibrary(void (*register_worlds)(EnvironmentRegistry&));
  ~PluginLibrary();
  PluginLibrary(const PluginLibrary&) = delete;
  PluginLibrary& operator=(const PluginLibrary&) = delete;

  /// Lives as long as this object.
  [[nodiscard]] const SaddlePlugin* table() const { return &table_; }

 private:
  struct World;

  void add(const std::string& name, const EnvironmentFactory& make);

  std::vector<std::unique_ptr<World>> worlds_;
  std::vector<SaddleWorld> rows_;
  std::string failure_;
  SaddlePlugin table_{};
};

}  // namespace saddle

/// Once in a shared library, outside all namespaces. `register_worlds` adds its worlds:
///
///     void register_worlds(saddle::EnvironmentRegistry& registry) {
///       registry.add("Commute-v0", [] { return std::make_unique<Commute>(); });
///     }
///     SADDLE_PLUGIN(register_worlds)
#define SADDLE_PLUGIN(register_worlds)                             \
  const SaddlePlugin* saddle_plugin(void) {                        \
    static const ::saddle::PluginLibrary library(register_worlds); \
    return library.table();                                        \
  }
