// SPDX-License-Identifier: Apache-2.0
// What has a name and options, as saddle describe shows it.
#include <saddle/apps/optioned.h>

#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/report.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

using Json = nlohmann::ordered_json;

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

const char* partners_of(const Optioned& it) {
  return it.kind == "problem" ? "methods" : "problems";
}

bool is_set(const Optioned& it, const Field& field) {
  return std::ranges::count(it.preset, field.key, &PresetOption::key) > 0;
}

/// Whether it is an option of the agent's rule or wrapper.
bool is_of_rule(const Optioned& it, const Field& field) {
  return it.kind == "agent" && static_cast<std::size_t>(&field - it.fields.all().data()) >= it.own;
}

/// What there is to know of an agent, or of a constraint by a wrapper, before its options.
std::string words_of(const Optioned& it) {
  std::string text;
  if (it.keeps_constraints) {
    text += "Keeps constraints by itself, and takes no rule.\n";
  } else if (!it.update.empty()) {
    text += fmt::format("The same as --agent {} --constraint {}{}.\n", it.update, it.rule,
                        it.preset.empty() ? "" : ", with the options that are set below");
  } else if (!it.rule.empty()) {
    text += fmt::format("Constraint, unless another is named: {}\n", it.rule);
  }
  if (!it.worlds.empty()) text += fmt::format("In worlds where {}.\n", it.worlds);
  if (it.kind == "wrapper") {
    text +=
        "Wraps the worlds of training, with any agent that does not keep constraints by itself; "
        "saddle evaluate plays in them as they are.\n";
  }
  if (it.kind == "wrapper" && !it.preset.empty()) {
    std::vector<std::string> set;
    for (const auto& [key, value] : it.preset) set.push_back(concat(key, "=", value));
    text += fmt::format("Sets, unless you do: {}\n", fmt::join(set, ", "));
  }
  if (!it.use.empty()) text += fmt::format("When: {}.\n", it.use);
  return text;
}

}  // namespace

Json json_of(const Optioned& it) {
  Json json = {{"kind", it.kind},
               {"name", it.name},
               {"doc", it.doc},
               {it.kind == "problem" ? "source" : "paper", it.paper},
               {"options", Json::array()}};
  for (const Field& field : it.fields.all()) {
    Json& option = json["options"].emplace_back(json_of(field));
    if (is_set(it, field)) option["set"] = true;
    if (is_of_rule(it, field)) option["of"] = it.rule;
  }
  if (it.kind == "wrapper") {
    json["sets"] = Json::object();
    for (const auto& [key, value] : it.preset) json["sets"][key] = value;
  }
  if (!it.update.empty()) json["update"] = it.update;
  if (!it.rule.empty()) json["rule"] = it.rule;
  if (!it.use.empty()) json["use"] = it.use;
  if (!it.worlds.empty()) json["worlds"] = it.worlds;
  if (!it.classes.empty()) json["classes"] = it.classes;
  if (!it.partners.empty()) json[partners_of(it)] = it.partners;
  return json;
}

std::string text_of(const Optioned& it) {
  const bool rule = it.kind == "constraint", wrapper = it.kind == "wrapper";
  std::string text = fmt::format("{} ({}): {}\n", it.name,
                                 rule      ? "constraint rule"
                                 : wrapper ? "constraint"
                                           : it.kind,
                                 it.doc);
  if (!it.paper.empty()) text += it.paper + "\n";
  if (!it.classes.empty()) {
    text += fmt::format("\nA {} of saddle solve, class {}; {}: {}\n", it.kind,
                        fmt::join(it.classes, ", "), partners_of(it), fmt::join(it.partners, ", "));
  }
  if (const std::string words = words_of(it); !words.empty()) text += "\n" + words;

  std::size_t width = 0;
  for (const Field& field : it.fields.all()) width = std::max(width, field.key.size());
  const auto list = [&](const std::string& title, const std::function<bool(const Field&)>& among) {
    std::string lines;
    for (const Field& field : it.fields.all()) {
      if (!among(field)) continue;
      lines += fmt::format("  {:<{}}  {:<10} {}; {}\n", field.key, width,
                           Fields::text(field.value()), field.help, Fields::takes(field));
    }
    if (!lines.empty()) text += fmt::format("\n{}:\n{}", title, lines);
  };
  const auto set = [&](const Field& field) { return is_set(it, field); };
  const std::string others =
      std::ranges::any_of(it.fields.all(), set) ? "Other options" : "Options";
  list("Options that it sets", set);
  list(others, [&](const Field& field) { return !set(field) && !is_of_rule(it, field); });
  list(fmt::format("{} of constraint {}", others, it.rule),
       [&](const Field& field) { return !set(field) && is_of_rule(it, field); });
  if (it.fields.all().empty()) text += "\nOptions:\n  none\n";
  return text;
}

}  // namespace saddle
