// SPDX-License-Identifier: Apache-2.0
// Flags of the command line that options stand behind.
#include <saddle/apps/flags.h>

#include <algorithm>

#include <saddle/base/check.h>

namespace saddle {
namespace {

std::string flag_name(std::string key) {
  std::ranges::replace(key, '_', '-');
  return "--" + key;
}

}  // namespace

void add_flags(CLI::App& app, const Fields& fields, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    const Field& field = fields.at(key);
    const std::string help = concat(field.help, "; ", Fields::takes(field), ", by default ",
                                    Fields::text(field.value()));
    add_text(app, flag_name(key), "VALUE", help);
  }
}

void add_text(CLI::App& app, const std::string& name, const std::string& value_name,
              const std::string& help, bool repeated) {
  CLI::Option* option = app.add_option(name, CLI::callback_t{}, help);
  option->type_name(value_name);
  if (repeated) {
    option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args(false);
  }
}

void add_switch(CLI::App& app, const std::string& name, const std::string& help) {
  app.add_flag(name, help);
}

Settings typed_flags(const CLI::App& app, const std::vector<std::string>& keys) {
  Settings settings;
  for (const std::string& key : keys) {
    const std::string name = flag_name(key);
    if (given(app, name)) settings.push_back({key, typed_text(app, name), true});
  }
  return settings;
}

Setting split_setting(const std::string& text, const char* flag, const std::string& prefix) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw Error(concat(flag, " takes KEY=VALUE, not '", text, "'"));
  }
  return {prefix + text.substr(0, equals), text.substr(equals + 1), true};
}

Settings set_options(const CLI::App& app) {
  Settings settings;
  for (const std::string& text : app.get_option("--set")->results()) {
    settings.push_back(split_setting(text, "--set", ""));
  }
  return settings;
}

void add_limit_flag(CLI::App& app) {
  add_text(app, "--cost-limit", "[NAME=]X",
           "limit of an episode's cost, for one constraint or for all; may be repeated", true);
}

Settings typed_limits(const CLI::App& app) {
  Settings settings;
  for (const std::string& text : app.get_option("--cost-limit")->results()) {
    settings.push_back(text.find('=') == std::string::npos
                           ? Setting{"limits", text, true}
                           : split_setting(text, "--cost-limit", "limits."));
  }
  return settings;
}

void add_plugin_flag(CLI::App& app) {
  add_text(app, "--plugin", "LIB",
           "shared library with worlds, agents or rules of your own; may be repeated", true);
}

std::vector<std::string> typed_plugins(const CLI::App& app) {
  return app.get_option("--plugin")->results();
}

Settings plugin_settings(const CLI::App& app) {
  if (!given(app, "--plugin")) return {};
  return {{"plugins", typed_plugins(app)}};
}

void refuse_repeated(const Settings& settings) {
  for (const Setting& setting : settings) {
    if (std::ranges::count(settings, setting.key, &Setting::key) > 1) {
      throw Error(concat("option '", setting.key, "' is given twice; leave one of them out"));
    }
  }
}

std::string typed_text(const CLI::App& app, const std::string& name) {
  const CLI::Option* option = app.get_option(name);
  return option->count() > 0 ? option->results().front() : "";
}

bool given(const CLI::App& app, const std::string& name) {
  return app.get_option(name)->count() > 0;
}

void refuse_extras(const CLI::App& app) {
  const std::vector<std::string> extras = app.remaining();
  if (extras.empty()) return;
  const std::string name = extras.front().substr(0, extras.front().find('='));
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& long_name : option->get_lnames()) known.push_back("--" + long_name);
  }
  if (name.starts_with("-")) {
    throw Error(concat("unknown option '", name, "'", did_you_mean(name, known)));
  }
  throw Error(concat("'", extras.front(), "' is one argument too many; see saddle ", app.get_name(),
                     " --help"));
}

}  // namespace saddle
