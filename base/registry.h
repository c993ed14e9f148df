// SPDX-License-Identifier: Apache-2.0
// Names to things, filled by visible calls: no static objects register themselves.
#pragma once

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <saddle/base/check.h>

namespace saddle {

/// Letters to insert, delete, replace or swap with their neighbour to get from one name to the
/// other, no letter twice.
/// Ref  Damerau 1964; this restricted form, "optimal string alignment", is no metric.
[[nodiscard]] inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> table((a.size() + 1) * width);
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& {
    return table[i * width + j];
  };
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      at(i, j) = i + j;
      if (i == 0 || j == 0) continue;
      const std::size_t replaced = at(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
    }
  }
  return table.back();
}

/// "; there are 'X', 'Y' and 60 more", of the known names that begin so; all that are known if none
/// does.
[[nodiscard]] inline std::string there_are(std::string_view beginning,
                                           const std::vector<std::string>& known) {
  constexpr std::size_t kShown = 5;
  std::vector<std::string> names;
  std::copy_if(known.begin(), known.end(), std::back_inserter(names),
               [&](const std::string& name) { return name.starts_with(beginning); });
  if (names.empty()) names = known;
  if (names.empty()) return "";
  const std::size_t shown = names.size() > kShown + 1 ? kShown : names.size();
  std::string text = concat(names.size() > 1 ? "; there are '" : "; there is '", names[0], "'");
  for (std::size_t i = 1; i < shown; ++i) {
    text += concat(i + 1 < names.size() ? ", '" : " and '", names[i], "'");
  }
  return shown < names.size() ? concat(text, " and ", names.size() - shown, " more") : text;
}

/// "; did you mean 'X'?" for the known name nearest to `name`, where at most a third of the letters
/// differ; else what names there are. Of "group.name" another name of the group is meant, and
/// another group only if there is none.
[[nodiscard]] inline std::string did_you_mean(std::string_view name,
                                              const std::vector<std::string>& known) {
  const auto group_of = [](std::string_view text) { return text.substr(0, text.rfind('.') + 1); };
  const std::string_view group = group_of(name);
  for (const bool same_group : {true, false}) {
    const std::size_t skipped = same_group ? group.size() : 0;
    const std::string_view typed = name.substr(skipped);
    const std::string* nearest = nullptr;
    std::size_t least = 0;
    for (const std::string& candidate : known) {
      if ((group_of(candidate) == group) != same_group) continue;
      const std::string_view other = std::string_view(candidate).substr(skipped);
      const std::size_t distance = edit_distance(typed, other);
      if (3 * distance > std::max(typed.size(), other.size())) continue;
      if (nearest && distance >= least) continue;
      nearest = &candidate;
      least = distance;
    }
    if (nearest) return concat("; did you mean '", *nearest, "'?");
  }
  return there_are(group, known);
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

  /// Errors: saddle::Error naming the nearest known name, or some of them.
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
