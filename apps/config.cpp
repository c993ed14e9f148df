// SPDX-License-Identifier: Apache-2.0
// Everything a training run is made from.
#include <saddle/apps/config.h>

#include <algorithm>
#include <initializer_list>
#include <thread>

#include <saddle/apps/plugin_loader.h>
#include <saddle/apps/spec_record.h>
#include <saddle/apps/version.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

constexpr std::string_view kPlugins = "plugins";
constexpr std::string_view kLimits = "limits";
constexpr std::string_view kLimitPrefix = "limits.";

bool names_a_part(const std::string& key) {
  return key == kPlugins || key == "environment" || key == "agent" || key == "constraint";
}

/// Whether any of them asks for one.
bool has_adversary(std::initializer_list<const Settings*> all) {
  const std::string key = concat(kAdversary, ".attack");
  bool asked = false;
  for (const Settings* settings : all) {
    for (const Setting& setting : *settings) {
      if (setting.key == key) asked = setting.value != FieldValue(std::string("none"));
    }
  }
  return asked;
}

/// Options that a continued run may change: they bear on no result up to the steps already taken,
/// but for schedules, which go on as they would in a run of the new length.
bool may_change(const std::string& key) {
  return key == "steps" || key == "threads" || key == kPlugins;
}

/// Refuses to hold the cost of a step against the limit that a world suggests for an episode's.
void require_limits_of_steps(const Fields& fields, const EnvironmentSpec& spec,
                             std::initializer_list<const Settings*> all) {
  const bool rate = std::ranges::any_of(fields.all(), [](const Field& field) {
    return field.key == "measure.kind" && field.value() == FieldValue(std::string("rate"));
  });
  for (const ConstraintSpec& constraint : spec.constraints) {
    const std::string key = concat(kLimitPrefix, constraint.name);
    const auto sets = [&](const Settings* settings) {
      return std::ranges::any_of(*settings, [&](const Setting& setting) {
        return setting.key == key || setting.key == kLimits;
      });
    };
    if (!rate || std::ranges::any_of(all, sets)) continue;
    throw Error(concat("the limit ", constraint.default_limit, " of constraint '", constraint.name,
                       "' is of an episode's cost, but with measure.kind = rate one is of the cost "
                       "of a step; set ",
                       key, ", which is what --cost-limit does"));
  }
}

/// The limits as an options struct.
struct LimitOptions {
  const EnvironmentSpec& spec;
  std::vector<double>& limits;

  void fields(Fields& f) {
    for (std::size_t k = 0; k < limits.size(); ++k) {
      const ConstraintSpec& constraint = spec.constraints[k];
      f(constraint.name, limits[k], at_least(0),
        concat("limit of the cost, which is measured as measure.kind says, in ", constraint.unit));
    }
  }
};

}  // namespace

void Variation::list(Fields& fields) {
  fields.group(kPerturb, perturbation);
  fields.group(kParameters, perturbation.family.parameters);
  fields.group(kFamily, perturbation.family);
  fields.group(kAdversary, adversary);
}

void RunOptions::fields(Fields& f) {
  f("plugins", plugins, "libraries with worlds, agents or rules of their own");
  f("environment", environment, {}, "the world to train in");
  f("agent", agent, {}, "how the policy learns");
  f("constraint", constraint, {},
    "the rule or wrapper that keeps costs within limits; unless named, what goes with the agent");
  f("steps", steps, between(1, 1e11), "environment steps, over all worlds");
  f("seed", seed, at_least(0), "of every random stream");
  f("num_envs", num_envs, between(1, 65536), "copies of the world that run side by side");
  f("threads", threads, between(0, 1024), "worker threads; 0: one a processor");
  f("checkpoint_every", checkpoint_every, at_least(1), "updates between two checkpoints");
}

RunConfig::RunConfig(const Registries& built_in, const Settings& file, const Settings& flags,
                     const std::filesystem::path& spec_record) {
  options_.fields(fields_);
  for (const Settings* settings : {&file, &flags}) {
    for (const Setting& setting : *settings) {
      if (names_a_part(setting.key)) apply(setting);
    }
  }
  if (options_.environment.empty()) {
    throw Error("no environment to train in; name one of those that 'saddle list envs' shows");
  }
  const Registries registries = with_plugins(built_in, options_.plugins);
  environment_ = registries.environments.at(options_.environment);
  const std::unique_ptr<Environment> world = environment_();
  spec_ = world->spec();
  if (!spec_record.empty()) require_same_spec(spec_, spec_record);
  list_limits();
  variation_.perturbation = perturbable(*world);
  variation_.list(fields_);
  Settings kept = file;
  choose_parts(registries, kept);
  if (spec_.opponents > 0 || has_adversary({&file, &flags})) separate_players();
  apply(kept);
  apply(flags);
  require_perturbable(*world, variation_.perturbation);
  if (parts_.wrapper) check_wrapper();
  require_limits_of_steps(fields_, spec_, {&file, &flags});
  spec_ = environment(Purpose::kTraining)()->spec();
}

/// By name. Presets with a wrapper once wrote that they have no rule, and off-policy agents that
/// they have no memory: takes both out of `file`, so that such a run is read.
void RunConfig::choose_parts(const Registries& registries, Settings& file) {
  const AgentEntry& agent = registries.agents.at(options_.agent);
  constraint_is_fixed_ = agent.fixed_rule;
  const auto forget = [&](std::string_view key) {
    return std::erase_if(file, [&](const Setting& setting) {
      return setting.key == key && setting.value == FieldValue(std::string("none"));
    });
  };
  const bool wraps = agent.fixed_rule && registries.wrappers.contains(agent.rule);
  if (wraps && options_.constraint == "none" && forget("constraint") > 0) {
    options_.constraint.clear();
  }
  options_.constraint = choose_rule(options_.agent, agent, options_.constraint);
  parts_ = list_parts(registries, agent, options_.constraint, fields_);
  constexpr std::string_view kMemory = "network.recurrent";
  if (std::ranges::count(fields_.all(), kMemory, &Field::key) == 0) forget(kMemory);
}

void RunConfig::check_wrapper() const {
  for (const auto& [key, kept] : {std::pair("measure.kind", "sum"), {"multi.limits", "mean"}}) {
    for (const Field& field : fields_.all()) {
      if (field.key != key || field.value() == FieldValue(std::string(kept))) continue;
      throw Error(concat("constraint '", options_.constraint,
                         "' keeps the sum of an episode's cost, in the mean over agents, within "
                         "its limit; leave ",
                         key, " at \"", kept, "\""));
    }
  }
}

/// Who play against each other share nothing, unless told to: a default like those of a preset.
void RunConfig::separate_players() const {
  for (const Field& field : fields_.all()) {
    if (field.key == "multi.parameters") fields_.parse(field.key, "separate");
  }
}

EnvironmentFactory RunConfig::environment(Purpose purpose, const Variation& variation) const {
  EnvironmentFactory world = perturbed(environment_, variation.perturbation);
  if (parts_.wrapper) world = parts_.wrapper->wrap(std::move(world), limits_, purpose);
  return opposed(std::move(world), variation.adversary);
}

void RunConfig::resume_with(const Settings& flags) {
  for (const Setting& setting : one_by_one(flags)) {
    const FieldValue before = fields_.at(setting.key).value();
    apply(setting);
    if (!may_change(setting.key) && fields_.at(setting.key).value() != before) {
      throw Error(concat("option '", setting.key, "' of this run is ", Fields::text(before),
                         "; a resumed run keeps it, only steps and threads may change"));
    }
  }
}

bool RunConfig::keeps_limits() const {
  return constraint_is_fixed_ || parts_.wrapper || parts_.rule->build(0)->weighs_constraints();
}

int RunConfig::threads() const { return thread_count(options_.threads); }

std::unique_ptr<Agent> RunConfig::build_agent(int worlds) const {
  const AgentContext context{spec_, worlds, limits_, static_cast<std::uint64_t>(options_.seed)};
  return parts_.agent->build(context, parts_.rule->build(parts_.agent->multipliers(spec_)));
}

std::string RunConfig::toml() const {
  return concat("# Saddle ", saddle_version(), "\n", write_toml(fields_.all()));
}

OptionTexts RunConfig::lasting_options() const {
  OptionTexts texts;
  for (const Field& field : fields_.all()) {
    const bool implied = constraint_is_fixed_ && field.key == "constraint";
    if (!implied && !may_change(field.key)) texts[field.key] = Fields::text(field.value());
  }
  return texts;
}

void RunConfig::apply(const Settings& settings) {
  for (const Setting& setting : one_by_one(settings)) apply(setting);
}

void RunConfig::apply(const Setting& setting) {
  check_limit_key(setting.key);
  check_known(setting.key);
  if (setting.typed) {
    fields_.parse(setting.key, std::get<std::string>(setting.value));
  } else {
    fields_.set(setting.key, setting.value);
  }
  if (setting.key == kPlugins) options_.plugins = absolute_paths(options_.plugins);
}

// A value for all limits comes before one for a single limit, wherever it was typed.
Settings RunConfig::one_by_one(const Settings& settings) const {
  Settings all;
  for (const Setting& setting : settings) {
    if (setting.key != kLimits) continue;
    if (limits_.empty()) {
      throw Error(concat("environment '", options_.environment,
                         "' has no constraints that a limit could apply to; leave the limit out"));
    }
    for (const ConstraintSpec& constraint : spec_.constraints) {
      all.push_back({concat(kLimitPrefix, constraint.name), setting.value, setting.typed});
    }
  }
  std::ranges::copy_if(settings, std::back_inserter(all),
                       [](const Setting& setting) { return setting.key != kLimits; });
  return all;
}

void RunConfig::check_known(const std::string& key) const {
  std::vector<std::string> known;
  for (const Field& field : fields_.all()) known.push_back(field.key);
  if (std::ranges::count(known, key) > 0) return;
  throw Error(concat("unknown option '", key, "' for agent '", options_.agent,
                     "' with constraint '", options_.constraint, "'", did_you_mean(key, known)));
}

void RunConfig::check_limit_key(const std::string& key) const {
  if (!key.starts_with(kLimitPrefix)) return;
  const std::string name = key.substr(kLimitPrefix.size());
  std::vector<std::string> known;
  for (const ConstraintSpec& constraint : spec_.constraints) known.push_back(constraint.name);
  if (std::ranges::count(known, name) > 0) return;
  throw Error(concat("environment '", options_.environment, "' has no constraint '", name, "'",
                     did_you_mean(name, known)));
}

void RunConfig::list_limits() {
  for (const ConstraintSpec& constraint : spec_.constraints) {
    limits_.push_back(constraint.default_limit);
  }
  LimitOptions options{spec_, limits_};
  fields_.group(kLimits, options);
}

int thread_count(std::int64_t threads) {
  return threads > 0 ? static_cast<int>(threads)
                     : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace saddle
