// SPDX-License-Identifier: Apache-2.0
// saddle describe: what a world, an agent or a constraint rule says of itself.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/flags.h>
#include <saddle/apps/report.h>
#include <saddle/apps/verbs.h>
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

Json json_of(const EnvironmentSpec& spec) {
  Json json = {{"kind", "environment"},
               {"name", spec.id},
               {"doc", spec.doc},
               {"agents", spec.agents},
               {"observation", json_of(spec.observation)},
               {"action", json_of(spec.action)},
               {"constraints", Json::array()},
               {"horizon", spec.horizon},
               {"time_step", spec.time_step}};
  for (const ConstraintSpec& c : spec.constraints) {
    json["constraints"].push_back(
        {{"name", c.name}, {"unit", c.unit}, {"default_limit", c.default_limit}, {"doc", c.doc}});
  }
  return json;
}

Json json_of(const Field& field) {
  const Json value = std::visit([](const auto& v) { return Json(v); }, field.value());
  return {{"key", field.key},
          {"default", value},
          {"takes", Fields::takes(field)},
          {"low", json_number(field.bounds.low)},
          {"high", json_number(field.bounds.high)},
          {"choices", field.choices},
          {"help", field.help}};
}

/// An agent or a rule, with its options and what they are for.
struct Learnable {
  std::string kind, name, doc, paper;
  const Fields& fields;
};

Json json_of(const Learnable& it) {
  Json json = {{"kind", it.kind},
               {"name", it.name},
               {"doc", it.doc},
               {"paper", it.paper},
               {"options", Json::array()}};
  for (const Field& field : it.fields.all()) json["options"].push_back(json_of(field));
  return json;
}

/// "60 numbers", with the bounds they share, if they do.
std::string text_of(const Space& space) {
  if (space.is_discrete()) return fmt::format("one of {} choices", space.count);
  const auto all_are = [](const std::vector<float>& bounds) {
    return std::ranges::all_of(bounds, [&](float b) { return b == bounds.front(); });
  };
  std::string text = fmt::format("{} numbers", space.size);
  if (space.size == 0 || !all_are(space.low) || !all_are(space.high)) return text;
  if (!std::isfinite(space.low[0]) && !std::isfinite(space.high[0])) return text;
  return text + fmt::format(" in [{}, {}]", space.low[0], space.high[0]);
}

std::string text_of(const EnvironmentSpec& spec) {
  std::string text = fmt::format("{}: {}\n\n", spec.id, spec.doc);
  const auto line = [&](const char* name, const std::string& value) {
    text += fmt::format("  {:<12} {}\n", name, value);
  };
  line("agents", std::to_string(spec.agents));
  line("observation", text_of(spec.observation));
  line("action", text_of(spec.action));
  line("horizon", fmt::format("{} steps", spec.horizon));
  if (spec.time_step > 0) line("time step", fmt::format("{} s", spec.time_step));
  text +=
      spec.constraints.empty() ? "\nNo constraints.\n" : "\nConstraints on an episode's cost:\n";
  for (const ConstraintSpec& c : spec.constraints) {
    text +=
        fmt::format("  {}, limit {} {} unless set: {}\n", c.name, c.default_limit, c.unit, c.doc);
  }
  return text;
}

std::string text_of(const Learnable& it) {
  std::string text = fmt::format("{}: {}\n{}\n\nOptions:\n", it.name, it.doc, it.paper);
  std::size_t width = 0;
  for (const Field& field : it.fields.all()) width = std::max(width, field.key.size());
  for (const Field& field : it.fields.all()) {
    text += fmt::format("  {:<{}}  {:<10} {}; {}\n", field.key, width, Fields::text(field.value()),
                        field.help, Fields::takes(field));
  }
  if (it.fields.all().empty()) text += "  none\n";
  return text;
}

template <class Described>
void print(const Described& described, bool json) {
  fmt::print("{}", json ? json_of(described).dump() + "\n" : text_of(described));
}

[[noreturn]] void refuse(const std::string& name, const Registries& registries) {
  std::vector<std::string> known = registries.environments.names();
  std::ranges::copy(registries.agents.names(), std::back_inserter(known));
  std::ranges::copy(registries.rules.names(), std::back_inserter(known));
  throw Error(concat("no environment, agent or constraint rule is called '", name, "'",
                     did_you_mean(name, known)));
}

}  // namespace

void declare_describe(CLI::App& app) {
  add_text(app, "NAME", "", "of a world, an agent or a constraint rule");
  add_switch(app, "--json", "print one line of JSON instead of text");
}

int run_describe(const CLI::App& app, const Registries& registries) {
  if (!given(app, "NAME")) throw Error("say what to describe; 'saddle list envs' shows the worlds");
  const std::string name = typed_text(app, "NAME");
  const bool json = given(app, "--json");
  Fields fields;
  if (registries.environments.contains(name)) {
    print(registries.environments.at(name)()->spec(), json);
  } else if (registries.agents.contains(name)) {
    const AgentEntry& entry = registries.agents.at(name);
    const auto builder = entry.builder();
    builder->fields(fields);
    print(Learnable{"agent", name, entry.doc, entry.paper, fields}, json);
  } else if (registries.rules.contains(name)) {
    const RuleEntry& entry = registries.rules.at(name);
    const auto builder = entry.builder();
    fields.group(name, *builder);
    print(Learnable{"constraint", name, entry.doc, entry.paper, fields}, json);
  } else {
    refuse(name, registries);
  }
  return 0;
}

}  // namespace saddle
