// SPDX-License-Identifier: Apache-2.0
// saddle train: learns a policy, in a directory of its own.
#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/flags.h>
#include <saddle/apps/log.h>
#include <saddle/apps/spec_record.h>
#include <saddle/apps/training.h>
#include <saddle/apps/verbs.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

const std::vector<std::string> kTrainFlags = {"agent", "constraint", "steps",
                                              "seed",  "num_envs",   "threads"};

/// Everything the command line says about options. Each option once.
Settings typed_settings(const CLI::App& app) {
  Settings settings;
  if (given(app, "ENV")) settings.push_back({"environment", typed_text(app, "ENV"), true});
  std::ranges::copy(typed_flags(app, kTrainFlags), std::back_inserter(settings));
  std::ranges::copy(typed_limits(app), std::back_inserter(settings));
  std::ranges::copy(plugin_settings(app), std::back_inserter(settings));
  std::ranges::copy(set_options(app), std::back_inserter(settings));
  refuse_repeated(settings);
  return settings;
}

/// runs/ENV-AGENT-RULE-sSEED; registered names may have letters that do not suit a file.
std::filesystem::path default_directory(const RunOptions& options) {
  std::string name =
      concat(options.environment, "-", options.agent, "-", options.constraint, "-s", options.seed);
  std::ranges::replace(name, '/', '_');
  return std::filesystem::path("runs") / name;
}

std::string json_line(const TrainingResult& result, const std::string& run) {
  nlohmann::ordered_json json = {{"run", run},
                                 {"steps", result.steps},
                                 {"seconds", result.seconds},
                                 {"steps_per_second", json_number(result.steps_per_second)},
                                 {"return", json_number(result.report.mean_return)},
                                 {"constraints", nlohmann::ordered_json::array()}};
  for (const ConstraintReport& c : result.report.constraints) {
    json["constraints"].push_back({{"name", c.name},
                                   {"limit", c.limit},
                                   {"mean", json_number(c.mean)},
                                   {"multiplier", json_number(c.multiplier)}});
  }
  return json.dump();
}

std::string summary(const TrainingResult& result, const std::string& run) {
  std::string text = fmt::format("{}: {} steps in {:.1f} s, return {:.4g}\n", run, result.steps,
                                 result.seconds, result.report.mean_return);
  for (const ConstraintReport& c : result.report.constraints) {
    text += fmt::format("  {}: cost {:.4g}, limit {:.4g}", c.name, c.mean, c.limit);
    if (!std::isnan(c.multiplier)) text += fmt::format(", multiplier {:.3g}", c.multiplier);
    text += '\n';
  }
  return text;
}

int finish(const TrainingResult& result, const RunPaths& paths, bool json) {
  const std::string run = paths.root.string();
  if (result.signal != 0) {
    spdlog::info("stopped at step {}; continue with: saddle train --run {} --resume", result.steps,
                 run);
    return 128 + result.signal;
  }
  fmt::print("{}", json ? json_line(result, run) + "\n" : summary(result, run));
  return 0;
}

int start(const CLI::App& app, const Registries& registries) {
  const std::string file = typed_text(app, "--config");
  const RunConfig config(registries, file.empty() ? Settings() : read_toml(file),
                         typed_settings(app));
  Training training(config);
  const RunDirectory directory =
      given(app, "--run") ? RunDirectory::create(typed_text(app, "--run"))
                          : RunDirectory::create_numbered(default_directory(config.options()));
  replace_file(directory.paths().config(), config.toml());
  write_spec(config.world()()->spec(), directory.paths().spec());
  return finish(training.run(directory.paths()), directory.paths(), given(app, "--json"));
}

int resume(const CLI::App& app, const Registries& registries) {
  if (!given(app, "--run")) throw Error("--resume continues a run: say which with --run DIR");
  if (given(app, "--config")) {
    throw Error("--resume takes the options of the run itself; leave --config out");
  }
  const RunDirectory directory = RunDirectory::resume(typed_text(app, "--run"));
  const RunPaths& paths = directory.paths();
  const Settings typed = typed_settings(app);
  Settings plugins;
  std::ranges::copy_if(typed, std::back_inserter(plugins),
                       [](const Setting& setting) { return setting.key == "plugins"; });
  RunConfig config(registries, read_toml(paths.config()), plugins, paths.spec());
  config.resume_with(typed);
  const Checkpoint checkpoint = CheckpointFolder(paths.checkpoint()).load_last(warn);
  Training training(config);
  training.restore(checkpoint);
  replace_file(paths.config(), config.toml());
  return finish(training.run(paths), paths, given(app, "--json"));
}

}  // namespace

void declare_train(CLI::App& app) {
  RunOptions options;
  Fields fields;
  options.fields(fields);
  add_text(app, "ENV", "", "the world to train in; a --config file may name it instead");
  add_flags(app, fields, kTrainFlags);
  add_limit_flag(app);
  add_text(app, "--set", "KEY=VALUE",
           "any option, as 'saddle describe' lists them: ppo.clip=0.1; may be repeated", true);
  add_plugin_flag(app);
  add_text(app, "--config", "FILE", "TOML file with options; flags override it");
  add_text(app, "--run", "DIR", "where the run is kept, by default a new directory in runs/");
  add_switch(app, "--resume", "continue the run in DIR from its last checkpoint");
  add_switch(app, "--json", "end with one line of JSON on standard output");
}

int run_train(const CLI::App& app, const Registries& registries) {
  return given(app, "--resume") ? resume(app, registries) : start(app, registries);
}

}  // namespace saddle
