// SPDX-License-Identifier: Apache-2.0
// Flags of the command line that options stand behind: name, help and check come from Fields.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/App.hpp>

#include <saddle/apps/toml_file.h>
#include <saddle/base/fields.h>

namespace saddle {

/// Adds --num-envs for the field "num_envs", and so on for all `keys`.
void add_flags(CLI::App& app, const Fields& fields, const std::vector<std::string>& keys);

/// Adds an option that takes text; given many times if `repeated`.
void add_text(CLI::App& app, const std::string& name, const std::string& value_name,
              const std::string& help, bool repeated = false);

/// Adds an option that takes nothing.
void add_switch(CLI::App& app, const std::string& name, const std::string& help);

/// What was typed for the flags of `keys`.
[[nodiscard]] Settings typed_flags(const CLI::App& app, const std::vector<std::string>& keys);

/// "KEY=VALUE", typed for `flag`, as a setting of `prefix` KEY.
/// Errors: saddle::Error if there is no '=' or nothing before it.
[[nodiscard]] Setting split_setting(const std::string& text, const char* flag,
                                    const std::string& prefix);

/// What was typed for --set KEY=VALUE, which may be repeated.
[[nodiscard]] Settings set_options(const CLI::App& app);

/// Adds --cost-limit [NAME=]X, which may be repeated.
void add_limit_flag(CLI::App& app);

/// What was typed for --cost-limit, as settings of "limits" or of "limits.NAME".
[[nodiscard]] Settings typed_limits(const CLI::App& app);

/// --plugin LIB, which may be repeated.
void add_plugin_flag(CLI::App& app);

/// What was typed for --plugin, in order.
[[nodiscard]] std::vector<std::string> typed_plugins(const CLI::App& app);

/// The same as a setting of the option "plugins"; none if nothing was typed.
[[nodiscard]] Settings plugin_settings(const CLI::App& app);

/// Errors: saddle::Error if two settings have one key.
void refuse_repeated(const Settings& settings);

/// What was typed for a text option or a positional argument; empty if it was not given.
[[nodiscard]] std::string typed_text(const CLI::App& app, const std::string& name);

[[nodiscard]] bool given(const CLI::App& app, const std::string& name);

/// Errors: saddle::Error if the command line has something no option of the command takes.
void refuse_extras(const CLI::App& app);

}  // namespace saddle
