// SPDX-License-Identifier: Apache-2.0
// saddle evaluate: plays episodes with the policy of a run.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <saddle/apps/evaluation.h>
#include <saddle/apps/flags.h>
#include <saddle/apps/log.h>
#include <saddle/apps/training.h>
#include <saddle/apps/verbs.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

const std::vector<std::string> kFlags = {"episodes", "seed", "checkpoint", "threads"};

// Seeds of training have no sign bit, so those of evaluation, which have it, give other streams.
constexpr std::uint64_t kEvaluationSeeds = std::uint64_t{1} << 63;

struct EvaluateOptions {
  std::int64_t episodes = 100;
  std::int64_t seed = 0;
  std::string checkpoint = "last";
  std::int64_t threads = 0;

  void fields(Fields& f) {
    f("episodes", episodes, between(1, 1e6), "episodes to play");
    f("seed", seed, at_least(0), "of the episodes; training never sees them");
    f("checkpoint", checkpoint, {"last", "best"}, "which policy of the run; best within limits");
    f("threads", threads, between(0, 1024), "worker threads; 0: one a processor");
  }
};

Checkpoint load(const RunPaths& paths, const std::string& which) {
  const CheckpointFolder checkpoints(paths.checkpoint());
  if (which == "best") return checkpoints.load_best();
  return checkpoints.load_last(warn);
}

}  // namespace

void declare_evaluate(CLI::App& app) {
  EvaluateOptions options;
  Fields fields;
  options.fields(fields);
  add_text(app, "RUN", "", "directory of the run");
  add_flags(app, fields, kFlags);
  add_plugin_flag(app);
  add_switch(app, "--stochastic", "sample actions instead of taking the policy's mode");
  add_switch(app, "--json", "print one line of JSON instead of a table");
}

int run_evaluate(const CLI::App& app, const Registries& registries) {
  EvaluateOptions options;
  Fields fields;
  options.fields(fields);
  for (const Setting& typed : typed_flags(app, kFlags)) {
    fields.parse(typed.key, std::get<std::string>(typed.value));
  }
  if (!given(app, "RUN")) throw Error("no run to evaluate; name its directory");

  const RunPaths paths = existing_run(typed_text(app, "RUN"));
  const RunConfig config(registries, read_toml(paths.config()), plugin_settings(app), paths.spec());
  const Checkpoint checkpoint = load(paths, options.checkpoint);
  const std::unique_ptr<Agent> agent = config.build_agent(0);
  load_policy(checkpoint, config, *agent);

  WorkerPool pool(thread_count(options.threads));
  const bool stochastic = given(app, "--stochastic");
  const std::vector<Episode> episodes =
      evaluate(config.environment(Purpose::kEvaluation), *agent, static_cast<int>(options.episodes),
               static_cast<std::uint64_t>(options.seed) | kEvaluationSeeds, stochastic, pool);
  const Evaluation evaluation =
      summarize(config.spec(), config.limits(), episodes, agent->cost_measure());

  nlohmann::ordered_json json = to_json(evaluation);
  const std::string printed = given(app, "--json") ? json.dump() + "\n" : to_text(evaluation);
  json["step"] = checkpoint.step;
  json["seed"] = options.seed;
  json["stochastic"] = stochastic;
  replace_file(paths.evaluation(), json.dump(2) + "\n");
  fmt::print("{}", printed);
  return 0;
}

}  // namespace saddle
