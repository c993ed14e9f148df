// SPDX-License-Identifier: Apache-2.0
// What a world says of itself, as JSON: for `describe`, and to know a changed world again.
#pragma once

#include <filesystem>

#include <nlohmann/json_fwd.hpp>

#include <saddle/envs/environment.h>

namespace saddle {

[[nodiscard]] nlohmann::ordered_json json_of(const EnvironmentSpec& spec);

/// Keeps the spec beside a run that begins. Errors: saddle::Error if it cannot be written.
void write_spec(const EnvironmentSpec& spec, const std::filesystem::path& path);

/// Errors: saddle::Error naming the first thing that has changed in the world since write_spec();
/// words that explain may. A file that is not there is no error: nothing is known then.
void require_same_spec(const EnvironmentSpec& spec, const std::filesystem::path& path);

}  // namespace saddle
