// SPDX-License-Identifier: Apache-2.0
// Names to things, filled by visible calls: no static objects register themselves.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <saddle/base/check.h>

namespace saddle {

/// Levenshtein distance between two names.
[[nodiscard]] inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row[b.size()];
}

/// ", did you mean 'X'?" for the known name nearest to `name`; empty if `known` is.
[[nodiscard]] inline std::string did_you_mean(std::string_view name,
                                              const std::vector<std::string>& known) {
  const auto nearest =
      std::min_element(known.begin(), known.end(), [&](const auto& a, const auto& b) {
        return edit_distance(name, a) < edit_distance(name, b);
      });
  return nearest == known.end() ? "" : concat("; did you mean '", *nearest, "'?");
}

/// A sorted dictionary from names to values, usually factories. `kind` names the values in errors.
template <class Value>
class Registry {
 public:
  explicit Registry(std::string kind) : kind_(std::move(kind)) {}

  /// Errors: saddle::Error if the name is taken.
  void add(std::string name, Value value) {
    if (!values_.emplace(name, std::move(value)).second) {
      throw Error(
          concat(kind_, " '", name, "' is registered twice; give one of them another name"));
    }
  }

  [[nodiscard]] bool contains(std::string_view name) const { return values_.contains(name); }

  /// Errors: saddle::Error naming the nearest known name.
  [[nodiscard]] const Value& at(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) {
      throw Error(concat("unknown ", kind_, " '", name, "'", did_you_mean(name, names())));
    }
    return found->second;
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& [name, value] : values_) all.push_back(name);
    return all;
  }

 private:
  std::string kind_;
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace saddle
