// SPDX-License-Identifier: Apache-2.0
// TOML files as trees, for those that read more than settings. For .cpp files: toml++ is large.
#pragma once

#include <filesystem>
#include <string>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <saddle/apps/toml_file.h>

namespace saddle {

/// Errors: saddle::Error with line and column if the file is not TOML.
[[nodiscard]] toml::table parse_toml(const std::filesystem::path& path);

/// "'FILE', line 3, column 5: ", the start of a sentence on that part of the file.
[[nodiscard]] std::string place_of(const toml::source_region& part,
                                   const std::filesystem::path& path);

/// The value of `key` as an option takes it.
/// Errors: saddle::Error with line and column if no option takes such a value.
[[nodiscard]] FieldValue field_value(const toml::node& node, const std::string& key,
                                     const std::filesystem::path& path);

/// Every value of the table, under its dotted key, in order of the keys.
/// Errors: saddle::Error with line and column if one is nothing that an option takes.
[[nodiscard]] Settings settings_of(const toml::table& table, const std::filesystem::path& path);

}  // namespace saddle
