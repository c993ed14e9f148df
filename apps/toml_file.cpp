// SPDX-License-Identifier: Apache-2.0
// TOML files as lists of settings, and back.
#include <saddle/apps/toml_file.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include <saddle/apps/file.h>
#include <saddle/apps/toml_tree.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

void read(const toml::table& table, const std::string& prefix, const std::filesystem::path& path,
          Settings& settings) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (const toml::table* inner = node.as_table()) {
      read(*inner, name + ".", path, settings);
    } else {
      settings.push_back({name, field_value(node, name, path)});
    }
  }
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += concat('\\', c);
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      constexpr char kHex[] = "0123456789ABCDEF";
      out += concat("\\u00", kHex[(c >> 4) & 15], kHex[c & 15]);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

/// The key with those of its parts in quotes that need them.
std::string key_text(std::string_view key) {
  std::string out;
  for (;;) {
    const std::string_view part = key.substr(0, key.find('.'));
    const bool bare = !part.empty() && std::ranges::all_of(part, [](unsigned char c) {
      return c < 128 && (std::isalnum(c) || c == '_' || c == '-');
    });
    out += bare ? std::string(part) : in_quotes(part);
    if (part.size() == key.size()) return out;
    out += '.';
    key.remove_prefix(part.size() + 1);
  }
}

std::string value_text(const FieldValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return in_quotes(*text);
  const auto* words = std::get_if<std::vector<std::string>>(&value);
  if (!words) return Fields::text(value);
  std::string list = "[";
  for (const std::string& word : *words) list += (list.size() > 1 ? ", " : "") + in_quotes(word);
  return list + "]";
}

std::string line(std::string_view key, const FieldValue& value) {
  return concat(key_text(key), " = ", value_text(value), "\n");
}

std::string_view group_of(std::string_view key) {
  const std::size_t dot = key.find('.');
  return dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
}

}  // namespace

toml::table parse_toml(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  toml::parse_result result = toml::parse(text);
  if (!result) {
    const toml::parse_error& error = result.error();
    throw Error(concat(place_of(error.source(), path), error.description()));
  }
  return std::move(result).table();
}

std::string place_of(const toml::source_region& part, const std::filesystem::path& path) {
  return concat("'", path.string(), "', line ", part.begin.line, ", column ", part.begin.column,
                ": ");
}

FieldValue field_value(const toml::node& node, const std::string& key,
                       const std::filesystem::path& path) {
  if (const auto* truth = node.as_boolean()) return truth->get();
  if (const auto* whole = node.as_integer()) return whole->get();
  if (const auto* real = node.as_floating_point()) return real->get();
  if (const auto* text = node.as_string()) return text->get();
  const toml::array list = node.is_array() ? *node.as_array() : toml::array();
  if (!list.empty() && list.is_homogeneous<std::string>()) {
    std::vector<std::string> words;
    for (const toml::node& item : list) words.push_back(item.as_string()->get());
    return words;
  }
  std::vector<std::int64_t> numbers;
  bool fine = node.is_array();
  for (const toml::node& item : list) {
    fine = fine && item.is_integer();
    if (fine) numbers.push_back(item.as_integer()->get());
  }
  if (!fine)
    throw Error(
        concat(place_of(node.source(), path), "no option takes what '", key, "' is set to"));
  return numbers;
}

Settings settings_of(const toml::table& table, const std::filesystem::path& path) {
  Settings settings;
  read(table, "", path, settings);
  return settings;
}

Settings read_toml(const std::filesystem::path& path) {
  return settings_of(parse_toml(path), path);
}

std::string write_toml(const std::vector<Field>& fields) {
  std::vector<std::string_view> groups = {""};
  for (const Field& field : fields) {
    if (std::ranges::count(groups, group_of(field.key)) == 0) groups.push_back(group_of(field.key));
  }
  std::string text;
  for (const std::string_view group : groups) {
    if (!group.empty()) text += concat("\n[", key_text(group), "]\n");
    for (const Field& field : fields) {
      if (group_of(field.key) != group) continue;
      const std::string_view key = field.key;
      text += line(group.empty() ? key : key.substr(group.size() + 1), field.value());
    }
  }
  return text;
}

}  // namespace saddle
