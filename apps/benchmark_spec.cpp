// SPDX-License-Identifier: Apache-2.0
// What a benchmark is to run: a grid of worlds, agents, overrides, limits and seeds.
#include <saddle/apps/benchmark_spec.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>

#include <saddle/apps/toml_tree.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

constexpr std::int64_t kMostSeeds = 1000;

/// Reads the parts of a spec, each of which knows where in the file it stands.
class SpecReader {
 public:
  explicit SpecReader(const std::filesystem::path& path) : path_(path) { spec_.fields(fields_); }

  [[nodiscard]] BenchmarkSpec read() {
    const toml::table table = parse_toml(path_);
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (name == "seeds" && node.is_integer()) {
        count_seeds(node);
      } else if (name == "limits") {
        read_limits(node);
      } else if (name == "set") {
        spec_.set = options(name, node);
      } else if (name == "variant") {
        read_variants(node);
      } else if (name != "agent") {
        read_field(name, node);
      }
    }
    if (const toml::node* agents = table.get("agent")) read_agents(*agents);
    if (spec_.variants.empty()) spec_.variants.emplace_back();
    require_lists();
    return std::move(spec_);
  }

 private:
  [[noreturn]] void refuse(const toml::node& node, const std::string& sentence) const {
    throw Error(concat(place_of(node.source(), path_), sentence));
  }

  void read_field(const std::string& name, const toml::node& node) const {
    std::vector<std::string> known = {"agent", "limits", "set", "variant"};
    for (const Field& field : fields_.all()) known.push_back(field.key);
    if (std::ranges::count(known, name) == 0) {
      refuse(node, concat("unknown key '", name, "', as options of runs stand under [set]",
                          did_you_mean(name, known)));
    }
    fields_.set(name, field_value(node, name, path_));
  }

  void count_seeds(const toml::node& node) {
    const std::int64_t count = node.as_integer()->get();
    if (count < 1 || count > kMostSeeds) {
      refuse(node, concat("'seeds' is a list, or how many there are, from 1 to ", kMostSeeds,
                          ", not ", count));
    }
    spec_.seeds.resize(static_cast<std::size_t>(count));
    std::iota(spec_.seeds.begin(), spec_.seeds.end(), 0);
  }

  void read_limits(const toml::node& node) {
    if (!node.is_array() || node.as_array()->empty()) refuse(node, "'limits' is a list of numbers");
    for (const toml::node& item : *node.as_array()) {
      const auto limit = item.is_number() ? item.value<double>() : std::nullopt;
      if (!limit || !std::isfinite(*limit) || *limit < 0) {
        refuse(item, "each of 'limits' is a number of at least 0");
      }
      if (std::ranges::count(spec_.limits, *limit) > 0) {
        refuse(item, concat("'limits' has ", *limit, " twice; leave one of them out"));
      }
      spec_.limits.push_back(*limit);
    }
  }

  /// Once `agents` is known.
  void read_agents(const toml::node& node) {
    if (!node.is_table()) refuse(node, "options of one agent stand under [agent.NAME]");
    for (const auto& [key, own] : *node.as_table()) {
      const std::string name(key.str());
      if (std::ranges::count(spec_.agents, name) == 0) {
        refuse(own, concat("'agents' has no '", name, "' for these options",
                           did_you_mean(name, spec_.agents)));
      }
      spec_.agent_set[name] = options("agent." + name, own);
    }
  }

  void read_variants(const toml::node& node) {
    const toml::array* list = node.as_array();
    if (!list || list->empty() || !list->is_homogeneous<toml::table>()) {
      refuse(node, "a variant starts with [[variant]], and has a 'name' and a table 'set'");
    }
    for (const toml::node& item : *list) read_variant(*item.as_table());
  }

  void read_variant(const toml::table& table) {
    Variant variant;
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (name == "name" && node.is_string()) {
        variant.name = node.as_string()->get();
      } else if (name == "set") {
        variant.set = options("variant.set", node);
      } else {
        refuse(node, concat("a variant has a 'name', which is text, and a table 'set', no '", name,
                            "'", did_you_mean(name, {"name", "set"})));
      }
    }
    const bool file_name = !variant.name.empty() && variant.name.front() != '.' &&
                           std::ranges::all_of(variant.name, [](unsigned char c) {
                             return std::isalnum(c) || c == '-' || c == '_' || c == '.';
                           });
    if (!file_name) {
      refuse(table, "a variant has a 'name' of letters, digits, '-', '_' and '.'");
    }
    if (std::ranges::count(spec_.variants, variant.name, &Variant::name) > 0) {
      refuse(table, concat("two variants are called '", variant.name, "'; rename one of them"));
    }
    spec_.variants.push_back(std::move(variant));
  }

  /// Options of runs, those excepted that the grid has.
  Settings options(const std::string& name, const toml::node& node) const {
    if (!node.is_table()) refuse(node, concat("'", name, "' is a table of options"));
    Settings settings = settings_of(*node.as_table(), path_);
    constexpr std::string_view kOfTheGrid[] = {"environment", "agent",   "constraint",
                                               "seed",        "plugins", "steps"};
    for (const Setting& setting : settings) {
      if (std::ranges::count(kOfTheGrid, setting.key) > 0) {
        refuse(node, concat("'", setting.key, "' is the same or listed for the whole benchmark; ",
                            "leave it out of '", name, "' and see saddle benchmark --help"));
      }
    }
    return settings;
  }

  template <class Item>
  void require_list(const char* name, const std::vector<Item>& list) const {
    if (list.empty()) throw Error(concat("'", path_.string(), "' names no '", name, "'"));
    for (const Item& item : list) {
      if (std::ranges::count(list, item) == 1) continue;
      throw Error(concat("'", path_.string(), "' has ", item, " twice in '", name,
                         "'; leave one of them out"));
    }
  }

  void require_lists() const {
    require_list("environments", spec_.environments);
    require_list("agents", spec_.agents);
    require_list("seeds", spec_.seeds);
    const auto sets_limit = [](const Settings& settings) {
      return std::ranges::any_of(settings, [](const Setting& setting) {
        return setting.key == "limits" || setting.key.starts_with("limits.");
      });
    };
    if (spec_.limits.empty()) return;
    bool twice = sets_limit(spec_.set);
    for (const auto& [name, own] : spec_.agent_set) twice = twice || sets_limit(own);
    for (const Variant& variant : spec_.variants) twice = twice || sets_limit(variant.set);
    if (twice) {
      throw Error(concat("'", path_.string(),
                         "' sets limits both by 'limits' and as options; leave one of them out"));
    }
  }

  std::filesystem::path path_;
  BenchmarkSpec spec_;
  Fields fields_;
};

}  // namespace

void BenchmarkSpec::fields(Fields& f) {
  f("plugins", plugins, "libraries with worlds, agents or rules of their own");
  f("environments", environments, "the worlds");
  f("agents", agents, "the agents; agent+constraint for one other than its own");
  f("steps", steps, between(1, 1e11), "environment steps of each run");
  f("seeds", seeds, at_least(0), "a run for each; a number n stands for 0 … n − 1");
  f("episodes", episodes, between(1, 1e6), "episodes that each final policy plays");
  f("stochastic", stochastic, "sample their actions, instead of taking a policy's mode");
  f("processes", processes, between(0, 1024), "runs side by side; 0: one a processor");
}

BenchmarkSpec read_benchmark_spec(const std::filesystem::path& path) {
  return SpecReader(path).read();
}

}  // namespace saddle
