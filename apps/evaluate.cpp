// SPDX-License-Identifier: Apache-2.0
// saddle evaluate: plays episodes with the policy of a run.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <saddle/agents/train.h>
#include <saddle/apps/evaluation.h>
#include <saddle/apps/flags.h>
#include <saddle/apps/sweep.h>
#include <saddle/apps/trained_run.h>
#include <saddle/apps/verbs.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

const std::vector<std::string> kEvaluateFlags = {"episodes", "seed", "clients", "checkpoint",
                                                 "threads"};

struct EvaluateOptions {
  std::int64_t episodes = 100;
  std::int64_t seed = 0;
  std::int64_t clients = 0;
  std::string checkpoint = "last";
  std::int64_t threads = 0;

  void fields(Fields& f) {
    f("episodes", episodes, between(1, 1e6), "episodes to play");
    f("seed", seed, at_least(0), "of the episodes; training never sees them");
    f("clients", clients, between(0, 1e6),
      "how many clients of the world's family to play with, 0, 1, ..., each by itself; 0: none");
    checkpoint_field(f, checkpoint);
    f("threads", threads, between(0, 1024), "worker threads; 0: one a processor");
  }
};

}  // namespace

void declare_evaluate(CLI::App& app) {
  EvaluateOptions options;
  Fields fields;
  options.fields(fields);
  add_text(app, "RUN", "", "directory of the run");
  add_flags(app, fields, kEvaluateFlags);
  add_text(app, "--perturb", "KEY=X,...",
           "the same episodes in worlds perturbed by each X, as 'saddle describe perturb' lists "
           "them, or with other parameters: observation-noise=0,0.1, world.mass=1,2; may be "
           "repeated",
           true);
  add_plugin_flag(app);
  add_switch(app, "--stochastic", "sample actions instead of taking the policy's mode");
  add_switch(app, "--json", "print one line of JSON instead of a table");
}

int run_evaluate(const CLI::App& app, const Registries& registries) {
  EvaluateOptions options;
  Fields fields;
  options.fields(fields);
  for (const Setting& typed : typed_flags(app, kEvaluateFlags)) {
    fields.parse(typed.key, std::get<std::string>(typed.value));
  }
  if (!given(app, "RUN")) throw Error("no run to evaluate; name its directory");

  const TrainedRun run(registries, typed_text(app, "RUN"), plugin_settings(app),
                       options.checkpoint);
  const RunConfig& config = run.config();
  const std::unique_ptr<Environment> world = config.world()();
  std::vector<SweepPoint> points =
      sweep_points(app.get_option("--perturb")->results(), *world, config.variation());
  std::ranges::move(client_points(options.clients, *world, config.variation()),
                    std::back_inserter(points));

  WorkerPool pool(thread_count(options.threads));
  const bool stochastic = given(app, "--stochastic");
  const auto evaluated_under = [&](const Variation& variation) {
    const std::vector<Episode> episodes = evaluate(
        config.environment(Purpose::kEvaluation, variation), run.agent(),
        static_cast<int>(options.episodes), evaluation_seed(options.seed), stochastic, pool);
    return summarize(config.spec(), config.limits(), episodes, run.agent().cost_measure());
  };
  nlohmann::ordered_json printed, saved;
  std::string table;
  if (points.empty()) {
    const Evaluation evaluation = evaluated_under(config.variation());
    saved = printed = to_json(evaluation);
    table = to_text(evaluation);
  } else {
    for (SweepPoint& point : points) point.evaluation = evaluated_under(point.variation);
    saved["evaluations"] = printed = to_json(points);
    table = to_text(points);
  }
  saved["step"] = run.step();
  saved["seed"] = options.seed;
  saved["stochastic"] = stochastic;
  const std::string text = given(app, "--json") ? printed.dump() + "\n" : table;
  replace_file(points.empty() ? run.paths().evaluation() : run.paths().sweep(),
               saved.dump(2) + "\n");
  fmt::print("{}", text);
  return 0;
}

}  // namespace saddle
