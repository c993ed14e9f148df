// SPDX-License-Identifier: Apache-2.0
// saddle describe: what a world, an agent, a rule, a problem or a method says of itself.
#include <algorithm>
#include <cmath>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/agent_parts.h>
#include <saddle/apps/config.h>
#include <saddle/apps/flags.h>
#include <saddle/apps/optioned.h>
#include <saddle/apps/plugin_loader.h>
#include <saddle/apps/report.h>
#include <saddle/apps/spec_record.h>
#include <saddle/apps/verbs.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

using Json = nlohmann::ordered_json;

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

/// What a parameter may be, unless that is any number, or any above 0.
std::string interval(const Bounds& b) {
  if (std::isinf(b.high) && (std::isinf(b.low) || (b.low == 0 && b.open_low))) return "";
  return fmt::format(", in {}{}, {}{}", b.open_low || std::isinf(b.low) ? '(' : '[', b.low, b.high,
                     b.open_high || std::isinf(b.high) ? ')' : ']');
}

std::string text_of(Environment& world) {
  const EnvironmentSpec& spec = world.spec();
  std::string text = fmt::format("{}: {}\n\n", spec.id, spec.doc);
  const auto line = [&](const char* name, const std::string& value) {
    text += fmt::format("  {:<13} {}\n", name, value);
  };
  line("agents", std::to_string(spec.agents));
  line("observation", text_of(spec.observation));
  line("action", text_of(spec.action));
  if (spec.state > 0) line("central state", fmt::format("{} numbers", spec.state));
  line("horizon", fmt::format("{} steps", spec.horizon));
  if (spec.time_step > 0) line("time step", fmt::format("{} s", spec.time_step));
  text +=
      spec.constraints.empty() ? "\nNo constraints.\n" : "\nConstraints on an episode's cost:\n";
  for (const ConstraintSpec& c : spec.constraints) {
    text +=
        fmt::format("  {}, limit {} {} unless set: {}\n", c.name, c.default_limit, c.unit, c.doc);
  }
  const std::vector<WorldParameter> parameters = world.parameters();
  if (!parameters.empty()) {
    text +=
        "\nParameters, each with options world.NAME=X, world.NAME=LOW..HIGH and "
        "perturb.NAME_error:\n";
  }
  for (const WorldParameter& p : parameters) {
    text += fmt::format(
        "  {}, {} {}{}{}\n", p.name, *p.value, p.doc, interval(p.bounds),
        p.kind == WorldParameter::Kind::kPhysics ? "" : concat(" (a ", name_of(p.kind), ")"));
  }
  return text;
}

Json json_of(Environment& world) {
  Json json = json_of(world.spec());
  json["parameters"] = Json::array();
  for (const WorldParameter& p : world.parameters()) {
    json["parameters"].push_back({{"name", p.name},
                                  {"value", *p.value},
                                  {"doc", p.doc},
                                  {"kind", name_of(p.kind)},
                                  {"low", json_number(p.bounds.low)},
                                  {"high", json_number(p.bounds.high)}});
  }
  return json;
}

/// What has no options yet.
Optioned named(const std::string& kind, const std::string& name, const std::string& doc,
               const std::string& paper) {
  Optioned it;
  it.kind = kind;
  it.name = name;
  it.doc = doc;
  it.paper = paper;
  return it;
}

/// The entry of a registry whose options are in a group of its name.
template <class Entry>
Optioned optioned(const std::string& kind, const std::string& name, const Entry& entry,
                  const std::string& paper) {
  Optioned it = named(kind, name, entry.doc, paper);
  std::shared_ptr builder = entry.builder();
  it.fields.group(name, *builder);
  it.owner = builder;
  return it;
}

/// With the options of its rule or wrapper.
Optioned described(const std::string& name, const AgentEntry& entry, const Registries& registries) {
  Optioned it = named("agent", name, entry.doc, entry.paper);
  const auto parts =
      std::make_shared<AgentParts>(list_parts(registries, entry, entry.rule, it.fields));
  it.owner = parts;
  it.own = parts->own;
  it.preset = parts->preset;
  it.update = entry.update;
  it.rule = entry.rule;
  it.use = entry.use;
  it.keeps_constraints = entry.fixed_rule && entry.update.empty();
  if (parts->wrapper) it.worlds = registries.wrappers.at(entry.rule).doc;
  return it;
}

Optioned described(const std::string& name, const WrapperEntry& entry) {
  Optioned it = named("wrapper", name, entry.doc, entry.paper);
  std::shared_ptr builder = entry.builder();
  builder->fields(it.fields);
  it.owner = builder;
  it.preset = entry.options;
  return it;
}

/// Problems and methods of saddle solve that are called `name`. A method for several classes is one
/// entry, with the options that it has in the first.
std::vector<Optioned> solver_parts(const std::string& name, const Catalogues& catalogues) {
  std::vector<Optioned> parts;
  const auto add = [&](Optioned part, const char* kind, const std::vector<std::string>& partners) {
    const auto known = std::ranges::find(parts, part.kind, &Optioned::kind);
    Optioned& it = known == parts.end() ? parts.emplace_back(std::move(part)) : *known;
    it.classes.emplace_back(kind);
    it.partners.insert(it.partners.end(), partners.begin(), partners.end());
  };
  catalogues.each([&](const char* kind, const auto& catalogue) {
    if (catalogue.problems.contains(name)) {
      const auto& entry = catalogue.problems.at(name);
      add(optioned("problem", name, entry, entry.source), kind, catalogue.methods.names());
    }
    if (catalogue.methods.contains(name)) {
      const auto& entry = catalogue.methods.at(name);
      add(optioned("method", name, entry, entry.paper), kind, catalogue.problems.names());
    }
  });
  return parts;
}

/// The options of a run in a group that has to do with its world.
template <class Options>
Optioned of_worlds(const char* kind, const char* group, const char* doc) {
  Optioned it = named(kind, group, doc, {});
  const auto options = std::make_shared<Options>();
  it.fields.group(group, *options);
  it.owner = options;
  return it;
}

std::vector<Optioned> parts_called(const std::string& name, const Registries& registries) {
  std::vector<Optioned> parts;
  if (name == kPerturb) {
    parts.push_back(of_worlds<Perturbation>(
        "perturbation", kPerturb,
        "how the world of a run is perturbed; saddle evaluate --perturb sweeps it"));
  }
  if (name == kFamily) {
    parts.push_back(
        of_worlds<Family>("family", kFamily,
                          "in which member of its family, as world.NAME=LOW..HIGH spans one, a "
                          "world is; saddle evaluate --clients plays with each client"));
  }
  if (name == kAdversary) {
    parts.push_back(of_worlds<Adversary>(
        "adversary", kAdversary,
        "who plays against the controller of a run's world, and is trained beside it"));
  }
  if (registries.agents.contains(name)) {
    parts.push_back(described(name, registries.agents.at(name), registries));
  }
  if (registries.rules.contains(name)) {
    const RuleEntry& entry = registries.rules.at(name);
    parts.push_back(optioned("constraint", name, entry, entry.paper));
  }
  if (registries.wrappers.contains(name)) {
    parts.push_back(described(name, registries.wrappers.at(name)));
  }
  std::ranges::move(solver_parts(name, registries.catalogues), std::back_inserter(parts));
  return parts;
}

[[noreturn]] void refuse(const std::string& name, const Registries& registries) {
  std::vector<std::string> known = registries.environments.names();
  const auto append = [&](const std::vector<std::string>& names) {
    known.insert(known.end(), names.begin(), names.end());
  };
  append(registries.agents.names());
  append(constraint_names(registries));
  append({kPerturb, kFamily, kAdversary});
  registries.catalogues.each([&](const char*, const auto& catalogue) {
    append(catalogue.problems.names());
    append(catalogue.methods.names());
  });
  throw Error(concat("nothing is called '", name, "'", did_you_mean(name, known)));
}

}  // namespace

void declare_describe(CLI::App& app) {
  add_text(app, "NAME", "",
           "of a world, an agent, a constraint, a problem or a method; or perturb, family or "
           "adversary");
  add_plugin_flag(app);
  add_switch(app, "--json", "print one line of JSON instead of text");
}

int run_describe(const CLI::App& app, const Registries& built_in) {
  if (!given(app, "NAME")) {
    throw Error(
        "say what to describe: perturb, family, adversary, or a name that 'saddle list' shows for "
        "envs, agents, constraints, problems or methods");
  }
  const Registries registries = with_plugins(built_in, typed_plugins(app));
  const std::string name = typed_text(app, "NAME");
  const bool json = given(app, "--json");
  if (registries.environments.contains(name)) {
    const std::unique_ptr<Environment> world = registries.environments.at(name)();
    fmt::print("{}", json ? json_of(*world).dump() + "\n" : text_of(*world));
    return 0;
  }
  const std::vector<Optioned> parts = parts_called(name, registries);
  if (parts.empty()) refuse(name, registries);
  if (json) {
    // What a name means besides, a rule as a method, goes into the entry of its first meaning.
    Json all = json_of(parts.front());
    for (std::size_t i = 1; i < parts.size(); ++i) all["also"].push_back(json_of(parts[i]));
    fmt::print("{}\n", all.dump());
    return 0;
  }
  for (const Optioned& part : parts) {
    fmt::print("{}{}", &part == &parts.front() ? "" : "\n", text_of(part));
  }
  return 0;
}

}  // namespace saddle
