// SPDX-License-Identifier: Apache-2.0
// saddle list: the names of worlds, agents, constraints, problems and methods.
#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/flags.h>
#include <saddle/apps/plugin_loader.h>
#include <saddle/apps/verbs.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

constexpr const char* kKinds = "envs, agents, constraints, problems or methods";

struct Named {
  std::string name;
  std::string doc;
  std::vector<std::string> classes;  ///< of problems; empty where that means nothing
};

std::vector<Named> worlds(const Registries& registries) {
  std::vector<Named> all;
  for (const std::string& name : registries.environments.names()) {
    all.push_back({name, registries.environments.at(name)()->spec().doc, {}});
  }
  return all;
}

template <class Entries>
std::vector<Named> documented(const Entries& entries) {
  std::vector<Named> all;
  for (const std::string& name : entries.names()) all.push_back({name, entries.at(name).doc, {}});
  return all;
}

/// Whoever takes any constraint says which it takes unless another is named.
std::vector<Named> agents(const AgentRegistry& registry) {
  std::vector<Named> all = documented(registry);
  for (Named& named : all) {
    const AgentEntry& entry = registry.at(named.name);
    if (entry.fixed_rule) continue;
    named.doc += fmt::format(" ({} unless --constraint says otherwise)", entry.rule);
  }
  return all;
}

/// Rules, and wrappers of worlds.
std::vector<Named> constraints(const Registries& registries) {
  std::vector<Named> all = documented(registries.rules);
  std::ranges::move(documented(registries.wrappers), std::back_inserter(all));
  std::ranges::sort(all, {}, &Named::name);
  return all;
}

/// The problems or methods of all catalogues; what is in several is named once.
template <class Choose>
std::vector<Named> of_all_classes(const Catalogues& catalogues, Choose choose) {
  std::map<std::string, Named> all;
  catalogues.each([&](const char* kind, const auto& catalogue) {
    for (const Named& named : documented(choose(catalogue))) {
      all.emplace(named.name, named).first->second.classes.emplace_back(kind);
    }
  });
  std::vector<Named> list;
  list.reserve(all.size());
  for (const auto& [name, named] : all) list.push_back(named);
  return list;
}

std::vector<Named> entries_of(const std::string& what, const Registries& registries) {
  if (what == "envs") return worlds(registries);
  if (what == "agents") return agents(registries.agents);
  if (what == "constraints") return constraints(registries);
  if (what == "problems") {
    return of_all_classes(
        registries.catalogues, [](auto& c) -> auto& { return c.problems; });
  }
  if (what == "methods") {
    return of_all_classes(
        registries.catalogues, [](auto& c) -> auto& { return c.methods; });
  }
  throw Error(what.empty() ? concat("say what to list: ", kKinds)
                           : concat("there is no list of '", what, "'; say ", kKinds));
}

}  // namespace

void declare_list(CLI::App& app) {
  add_text(app, "WHAT", "", kKinds);
  add_plugin_flag(app);
  add_switch(app, "--json", "print one line of JSON instead of a table");
}

int run_list(const CLI::App& app, const Registries& built_in) {
  const Registries registries = with_plugins(built_in, typed_plugins(app));
  const std::vector<Named> all = entries_of(typed_text(app, "WHAT"), registries);
  if (given(app, "--json")) {
    auto json = nlohmann::ordered_json::array();
    for (const Named& named : all) {
      json.push_back({{"name", named.name}, {"doc", named.doc}});
      if (!named.classes.empty()) json.back()["classes"] = named.classes;
    }
    fmt::print("{}\n", json.dump());
    return 0;
  }
  std::size_t width = 0;
  for (const Named& named : all) width = std::max(width, named.name.size());
  for (const auto& [name, doc, classes] : all) {
    fmt::print("{:<{}}  {}{}\n", name, width, doc,
               classes.empty() ? "" : fmt::format(" ({})", fmt::join(classes, ", ")));
  }
  return 0;
}

}  // namespace saddle
