// SPDX-License-Identifier: Apache-2.0
// The worlds of a loaded plug-in as worlds of Saddle.
#pragma once

#include <string>

#include <saddle/envs/environment.h>
#include <saddle/envs/plugin.h>

namespace saddle {

/// Adds every world of the table, which must outlive those made from the registry. `name` is what
/// errors call the plug-in: its path.
///
/// Errors: saddle::Error naming the plug-in if the table is of another version, if it is
/// incomplete, if a spec makes no sense, or if the name of a world is taken. Functions of the
/// worlds that return a failure throw saddle::Error with its message.
void register_plugin(const SaddlePlugin* plugin, const std::string& name,
                     EnvironmentRegistry& registry);

}  // namespace saddle
