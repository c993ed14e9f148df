// SPDX-License-Identifier: Apache-2.0
// saddle list: the names of worlds, agents and constraint rules.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/flags.h>
#include <saddle/apps/verbs.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

struct Named {
  std::string name;
  std::string doc;
};

std::vector<Named> worlds(const Registries& registries) {
  std::vector<Named> all;
  for (const std::string& name : registries.environments.names()) {
    all.push_back({name, registries.environments.at(name)()->spec().doc});
  }
  return all;
}

template <class Entries>
std::vector<Named> documented(const Entries& entries) {
  std::vector<Named> all;
  for (const std::string& name : entries.names()) all.push_back({name, entries.at(name).doc});
  return all;
}

std::vector<Named> entries_of(const std::string& what, const Registries& registries) {
  if (what == "envs") return worlds(registries);
  if (what == "agents") return documented(registries.agents);
  if (what == "constraints") return documented(registries.rules);
  throw Error("say what to list: envs, agents or constraints");
}

}  // namespace

void declare_list(CLI::App& app) {
  add_text(app, "WHAT", "", "envs, agents or constraints");
  add_switch(app, "--json", "print one line of JSON instead of a table");
}

int run_list(const CLI::App& app, const Registries& registries) {
  const std::vector<Named> all = entries_of(typed_text(app, "WHAT"), registries);
  if (given(app, "--json")) {
    auto json = nlohmann::ordered_json::array();
    for (const auto& [name, doc] : all) json.push_back({{"name", name}, {"doc", doc}});
    fmt::print("{}\n", json.dump());
    return 0;
  }
  std::size_t width = 0;
  for (const Named& named : all) width = std::max(width, named.name.size());
  for (const auto& [name, doc] : all) fmt::print("{:<{}}  {}\n", name, width, doc);
  return 0;
}

}  // namespace saddle
