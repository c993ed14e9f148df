// SPDX-License-Identifier: Apache-2.0
// Shared libraries with worlds, agents and rules of their own, loaded while the command runs.
#pragma once

#include <string>
#include <vector>

#include <saddle/apps/registries.h>

namespace saddle {

/// The paths as seen from anywhere. A path without a folder is in the current one: libraries are
/// never searched for.
[[nodiscard]] std::vector<std::string> absolute_paths(const std::vector<std::string>& paths);

/// The registries with what these plug-ins have added. Libraries stay loaded until the process
/// ends. Errors: saddle::Error naming the library if it is not there, is no shared library, exports
/// neither saddle_plugin() nor saddle_agent_plugin(), or as register_plugin() and
/// register_agent_plugin() do.
[[nodiscard]] Registries with_plugins(const Registries& registries,
                                      const std::vector<std::string>& paths);

}  // namespace saddle
