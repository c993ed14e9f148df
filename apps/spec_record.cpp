// SPDX-License-Identifier: Apache-2.0
// What a world says of itself, as JSON.
#include <saddle/apps/spec_record.h>

#include <nlohmann/json.hpp>

#include <saddle/apps/file.h>
#include <saddle/apps/report.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::vector<float>& bounds) {
  Json json = Json::array();
  for (const float bound : bounds) json.push_back(json_number(bound));
  return json;
}

Json json_of(const Space& space) {
  if (space.is_discrete()) return {{"kind", "discrete"}, {"count", space.count}};
  return {{"kind", "box"},
          {"size", space.size},
          {"low", json_of(space.low)},
          {"high", json_of(space.high)}};
}

/// What results depend on. A default limit is none of it: a run has limits of its own.
Json essence(Json spec) {
  spec.erase("doc");
  if (spec.contains("constraints") && spec["constraints"].is_array()) {
    for (Json& constraint : spec["constraints"]) {
      if (!constraint.is_object()) continue;
      constraint.erase("doc");
      constraint.erase("default_limit");
    }
  }
  return spec;
}

std::string was_and_is(const Json& before, const Json& now) {
  constexpr std::size_t kShort = 60;
  const std::string was = before.dump(), is = now.dump();
  if (was.size() > kShort || is.size() > kShort) return " is another";
  return concat(" was ", was, " and is ", is);
}

}  // namespace

Json json_of(const EnvironmentSpec& spec) {
  Json json = {{"kind", "environment"},
               {"name", spec.id},
               {"doc", spec.doc},
               {"agents", spec.agents},
               {"observation", json_of(spec.observation)},
               {"action", json_of(spec.action)},
               {"central_state", spec.state},
               {"constraints", Json::array()},
               {"horizon", spec.horizon},
               {"time_step", spec.time_step}};
  for (const ConstraintSpec& c : spec.constraints) {
    json["constraints"].push_back(
        {{"name", c.name}, {"unit", c.unit}, {"default_limit", c.default_limit}, {"doc", c.doc}});
  }
  return json;
}

void write_spec(const EnvironmentSpec& spec, const std::filesystem::path& path) {
  replace_file(path, json_of(spec).dump(2) + "\n");
}

void require_same_spec(const EnvironmentSpec& spec, const std::filesystem::path& path) {
  std::error_code unreadable;
  if (!std::filesystem::exists(path, unreadable)) return;
  const std::vector<std::byte> bytes = read_file(path);
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  const Json recorded = Json::parse(text, text + bytes.size(), nullptr, false);
  if (!recorded.is_object()) {
    throw Error(concat("'", path.string(), "' does not describe a world; remove it to go on ",
                       "without knowing whether the world is still the same"));
  }
  const Json before = essence(recorded), now = essence(Json::parse(json_of(spec).dump()));
  for (const auto& [key, value] : now.items()) {
    const auto found = before.find(key);
    if (found != before.end() && *found == value) continue;
    // Before worlds could have one, nothing was said of it, and no policy sees it.
    if (found == before.end() && key == "central_state") continue;
    throw Error(concat("world '", spec.id, "' has changed since the run began: its ", key,
                       was_and_is(found == before.end() ? Json() : *found, value),
                       "; use the world or plug-in that the run was made with, or train anew"));
  }
}

}  // namespace saddle
