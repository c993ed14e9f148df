// SPDX-License-Identifier: Apache-2.0
// TOML files as lists of settings, and back.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <saddle/base/fields.h>

namespace saddle {

/// A value that someone gave to an option: in a file, or typed on the command line.
struct Setting {
  std::string key;
  FieldValue value;
  bool typed = false;  ///< value is text as a person typed it
};

using Settings = std::vector<Setting>;

/// Every value of the file, under its dotted key, in order of the keys.
/// Errors: saddle::Error with line and column if the file is not TOML or holds what no option
/// takes.
[[nodiscard]] Settings read_toml(const std::filesystem::path& path);

/// The options as TOML: those without a group first, then a table for each group.
[[nodiscard]] std::string write_toml(const std::vector<Field>& fields);

}  // namespace saddle
