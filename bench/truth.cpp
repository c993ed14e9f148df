// SPDX-License-Identifier: Apache-2.0
// Which agents are right: trains each in tabular worlds whose optimum the linear program gives, and
// prints a table of who gets there.
//
// Policies are softmax tables: no hidden layer on an observation that is 1 for the state one is in.
// With a discount of 1 agents optimise the sums that limits are of. Options are the same in all
// worlds.
//
// With J the return of a policy, J* the highest and J_0 the lowest that any policy within the
// limits has, the score of a run is (J − J_0)/(J* − J_0): neither adding a constant to rewards nor
// scaling them changes it. Above 1 it is bought by breaking a limit. A world is passed if the mean
// score over seeds is at least 0.95 and the mean of each cost at most 1.05 times its limit. Whether
// an episode goes on does not depend on the policy, so sums are those of a step times the expected
// number of steps, which spares their noise.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <sstream>

#include <saddle/agents/train.h>
#include <saddle/apps/config.h>
#include <saddle/apps/optimum.h>
#include <saddle/apps/trained_run.h>
#include <saddle/envs/tabular/world.h>

#include "program.h"

namespace saddle {
namespace {

struct Row {
  const char* agent;
  const char* options;  ///< "KEY=VALUE …", beside those of all agents
  const char* why;      ///< what theory says it does not do; empty: nothing
};

constexpr char kCommon[] =
    "network.hidden= advantage.gamma=1 advantage.cost_gamma=1 advantage.lambda=0.95 "
    "advantage.cost_lambda=0.95 rollout.steps=32 critic.learning_rate=0.01 measure.caution=0";

#define PPO "ppo.learning_rate=0.002 ppo.minibatch=2048 ppo.epochs=8 ppo.target_kl=0.05 "
#define DEVIATION "advantage.unit=deviation "
#define LAGRANGIAN DEVIATION "lagrangian.step=0.05 "
#define PID DEVIATION "pid.proportional=2 pid.integral=0.05 pid.proportional_smoothing=0.8 "
#define AUGMENTED DEVIATION "augmented-lagrangian.penalty=2 augmented-lagrangian.step=0.02 "

constexpr char kCircles[] =
    "dual ascent circles the optimum of a linear program at a distance that falls with its step";

constexpr Row kRows[] = {
    {"cpo", "rollout.steps=64 cpo.metric_rows=1024", ""},
    {"pcpo", "rollout.steps=64 pcpo.metric_rows=1024", ""},
    {"ppo-lag",
     PPO DEVIATION
     "policy.average=0.5 ppo.entropy=0.01 ppo.learning_rate=0.005 lagrangian.step=0.3",
     "the mean of its policies is near the optimum, which its last one circles"},
    {"cppo-pid", PPO PID "policy.average=0.5", ""},
    {"ppo-al", PPO AUGMENTED, ""},
    {"trpo-lag", DEVIATION "lagrangian.step=0.03", kCircles},
    {"trpo-pid", PID, ""},
    {"rcpo", DEVIATION "lagrangian.step=0.03", kCircles},
    {"pdo", LAGRANGIAN "pg.learning_rate=0.001", kCircles},
    {"focops", LAGRANGIAN "focops.minibatch=2048 focops.epochs=8", kCircles},
    {"cup", LAGRANGIAN "cup.learning_rate=0.001 cup.minibatch=2048", kCircles},
    {"crpo", "", "steps are on the reward or on a cost, so it zigzags about the limits"},
    {"ppo-gdpa", PPO DEVIATION, "a violation of the perturbation times the multiplier remains"},
    {"trpo-gdpa", DEVIATION, "a violation of the perturbation times the multiplier remains"},
    {"ipo", PPO, "the barrier keeps its distance from the limits and wants to start within them"},
    {"p3o", PPO DEVIATION, "a penalty for a violation alone switches on and off at the limits"},
    {"ppo-saute", PPO, "keeps the cost of every episode within the limits, not the mean"},
    {"ppo-early", PPO, "keeps the cost of every episode within the limits, not the mean"}};

struct Wanted {
  std::vector<std::string> agents, worlds;
  std::string options;  ///< beside those of the row
  std::int64_t seeds = 5, steps = 1'000'000, episodes = 5000;
  bool strict = false;
};

struct Score {
  double gained = 0;  ///< (J − J_0)/(J* − J_0)
  double worst = 0;   ///< the greatest cost as a multiple of its limit
};

/// What there is to know of a world before anybody acts in it.
struct Known {
  double least = 0, best = 0;  ///< return of a policy within the limits
  double steps = 0;            ///< of an episode, expected
};

Known known_of(const RunConfig& config) {
  const std::unique_ptr<Environment> world = config.world()();
  const auto* const tabular = dynamic_cast<const TabularWorld*>(world.get());
  if (tabular == nullptr) throw Error(concat("'", world->spec().id, "' is no tabular world"));
  TabularModel model = tabular->model();
  const double best = optimum(model, config.limits()).sums.reward;
  for (double& reward : model.reward) reward = -reward;
  return {-optimum(model, config.limits()).sums.reward, best, 1 / (1 - model.continuation)};
}

Settings options_of(const Row& row, const std::string& world, std::int64_t seed,
                    const std::string& more) {
  Settings settings = {{"environment", world},
                       {"agent", std::string(row.agent)},
                       {"seed", seed},
                       {"num_envs", std::int64_t{64}}};
  std::istringstream words(concat(kCommon, " ", row.options, " ", more));
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    const std::string key = word.substr(0, equals);
    std::erase_if(settings, [&](const Setting& setting) { return setting.key == key; });
    settings.push_back({key, word.substr(equals + 1), true});
  }
  return settings;
}

/// Trains one policy, plays it, and adds its sums a step: the reward's, then the costs'.
void play(const RunConfig& config, const Wanted& wanted, std::vector<double>& sums) {
  WorkerPool pool(1);
  const auto seed = static_cast<std::uint64_t>(config.options().seed);
  VectorEnvironment worlds(config.environment(Purpose::kTraining),
                           static_cast<int>(config.options().num_envs), seed);
  const auto agent = config.build_agent(worlds.count());
  TrainingRun run{worlds, *agent};
  train(run, wanted.steps, pool, [](std::int64_t, const Metrics&) { return true; });
  std::vector<double> total(sums.size(), 0);
  double length = 0;
  for (const Episode& episode :
       evaluate(config.environment(Purpose::kEvaluation), *agent, static_cast<int>(wanted.episodes),
                evaluation_seed(config.options().seed),
                /*stochastic=*/true, pool)) {
    total[0] += episode.team_return();
    for (std::size_t k = 1; k < total.size(); ++k) {
      total[k] += episode.team_cost(static_cast<int>(k) - 1);
    }
    length += static_cast<double>(episode.length);
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sums[i] += total[i] / length / static_cast<double>(wanted.seeds);
  }
}

Score score_of(const Row& row, const std::string& world, const Registries& registries,
               const Wanted& wanted) {
  Known known;
  std::vector<double> limits, sums;
  for (std::int64_t seed = 0; seed < wanted.seeds; ++seed) {
    const RunConfig config(registries, {}, options_of(row, world, seed, wanted.options));
    if (seed == 0) {
      known = known_of(config);
      limits = config.limits();
      sums.assign(1 + limits.size(), 0);
    }
    play(config, wanted, sums);
  }
  Score score{(known.steps * sums[0] - known.least) / (known.best - known.least), 0};
  for (std::size_t k = 0; k < limits.size(); ++k) {
    score.worst = std::max(score.worst, known.steps * sums[1 + k] / limits[k]);
  }
  return score;
}

bool passes(const Score& score) { return score.gained >= 0.95 && score.worst <= 1.05; }

/// A line of the table; whether the agent passed in all worlds.
bool show(const Row& row, const Registries& registries, const Wanted& wanted) {
  const auto start = std::chrono::steady_clock::now();
  double gap = 0, worst = 0;
  std::size_t passed = 0, safe = 0;
  for (const std::string& world : wanted.worlds) {
    const Score score = score_of(row, world, registries, wanted);
    std::fprintf(stderr, "%s %s: score %.3f, worst cost %.3f of its limit\n", row.agent,
                 world.c_str(), score.gained, score.worst);
    gap += (1 - score.gained) / static_cast<double>(wanted.worlds.size());
    worst = std::max(worst, score.worst);
    passed += passes(score) ? 1 : 0;
    safe += score.worst <= 1.05 ? 1 : 0;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("| `%s` | %zu of %zu | %zu | %.3f | %.2f | %.0f s | %s |\n", row.agent, passed,
              wanted.worlds.size(), safe, gap, worst, took.count(), row.why);
  std::fflush(stdout);
  return passed == wanted.worlds.size();
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  std::istringstream words(list);
  for (std::string part; std::getline(words, part, ',');) parts.push_back(part);
  return parts;
}

Wanted wanted_of(int argc, char** argv, const Registries& registries) {
  Wanted wanted;
  const std::map<std::string, std::function<void(const std::string&)>> flags = {
      {"--agents", [&](const std::string& text) { wanted.agents = split(text); }},
      {"--worlds", [&](const std::string& text) { wanted.worlds = split(text); }},
      {"--seeds", [&](const std::string& text) { wanted.seeds = std::stoll(text); }},
      {"--set", [&](const std::string& text) { wanted.options += text + " "; }},
      {"--steps", [&](const std::string& text) { wanted.steps = std::stoll(text); }}};
  for (int i = 1; i < argc; i += 2) {
    const auto flag = flags.find(argv[i]);
    if (flag == flags.end() || i + 1 == argc) {
      throw Error(
          concat("truth takes --agents A,… --worlds W,… --seeds N --steps N --set KEY=X, not '",
                 argv[i], "' alone"));
    }
    flag->second(argv[i + 1]);
  }
  wanted.strict = !wanted.agents.empty();
  for (const Row& row : kRows) {
    if (!wanted.strict) wanted.agents.emplace_back(row.agent);
  }
  if (!wanted.worlds.empty()) return wanted;
  for (const std::string& name : registries.environments.names()) {
    const auto world = registries.environments.at(name)();
    if (dynamic_cast<const TabularWorld*>(world.get()) != nullptr) wanted.worlds.push_back(name);
  }
  return wanted;
}

/// With --agents, the exit code is 1 unless they all pass everywhere.
int run(int argc, char** argv) {
  Registries registries;
  register_environments(registries.environments);
  register_wrappers(registries.wrappers);
  register_agents(registries.agents);
  register_rules(registries.rules);
  const Wanted wanted = wanted_of(argc, argv, registries);
  std::printf(
      "| agent | passed | within 1.05 of limits | mean gap | worst cost/limit | time | |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: | --- |\n");
  bool all = true;
  for (const std::string& name : wanted.agents) {
    const Row* row = std::ranges::find(kRows, name, &Row::agent);
    if (row == std::end(kRows)) throw Error(concat("truth has no row for agent '", name, "'"));
    all = show(*row, registries, wanted) && all;
  }
  return wanted.strict && !all ? 1 : 0;
}

}  // namespace
}  // namespace saddle

int main(int argc, char** argv) {
  return saddle::exit_code_of("truth", [&] { return saddle::run(argc, argv); });
}
