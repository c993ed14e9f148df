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
// score over seeds is at least 0.95 and the mean of each cost at most 1.05 times its limit.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
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
  std::int64_t steps;   ///< unless --steps says another number
  const char* options;  ///< "KEY=VALUE …", beside those of all agents
  const char* why;      ///< what theory says it does not do; empty: nothing
};

constexpr char kCommon[] =
    "network.hidden= advantage.gamma=1 advantage.cost_gamma=1 advantage.lambda=0.8 "
    "advantage.cost_lambda=0.8 rollout.steps=32 critic.learning_rate=0.01 critic.epochs=2 "
    "measure.caution=0";

#define LONG "advantage.lambda=0.95 advantage.cost_lambda=0.95 critic.epochs=4 policy.average=0.4 "
#define PPO                                                                     \
  "ppo.learning_rate=0.003 ppo.schedule=linear ppo.minibatch=512 ppo.epochs=2 " \
  "ppo.target_kl=0.05 ppo.entropy=0.005 policy.average=0.1 "
#define TRPO "rollout.steps=64 trpo.metric_rows=2048 trpo.radius=0.001 policy.average=0.2 "
#define DEVIATION "advantage.unit=deviation "
#define LAGRANGIAN DEVIATION "lagrangian.step=1 lagrangian.maximum=1 "
#define PID DEVIATION "pid.proportional=2 pid.proportional_smoothing=0.8 pid.maximum=3 "
#define GDPA DEVIATION "gdpa.perturbation=0.02 gdpa.maximum=3 "

constexpr std::int64_t kMillion = 1'000'000;
constexpr char kEveryEpisode[] = "keeps the cost of every episode within the limits, not the mean";

constexpr Row kRows[] = {
    {"cpo", 2 * kMillion,
     LONG "rollout.steps=256 cpo.radius=0.02 cpo.damping=0.01 cpo.metric_rows=4096 "
          "cpo.margin=0.005",
     ""},
    {"pcpo", kMillion,
     "policy.average=0.4 rollout.steps=128 pcpo.radius=0.02 pcpo.damping=0.01 "
     "pcpo.metric_rows=2048 pcpo.margin=0.005",
     ""},
    {"ppo-lag", 4 * kMillion, PPO LAGRANGIAN, ""},
    {"cppo-pid", 2 * kMillion, PPO PID LONG "ppo.learning_rate=0.005 pid.integral=0.02", ""},
    {"ppo-al", 2 * kMillion,
     PPO DEVIATION LONG "ppo.learning_rate=0.005 augmented-lagrangian.maximum=6", ""},
    {"trpo-lag", 2 * kMillion, TRPO LAGRANGIAN, ""},
    {"trpo-pid", 2 * kMillion, TRPO PID "pid.integral=0.1", ""},
    {"ppo-slm", 4 * kMillion, PPO DEVIATION "slm.step=1 slm.maximum=1", ""},
    {"rcpo", 4 * kMillion,
     LAGRANGIAN "rollout.steps=128 npg.metric_rows=2048 npg.radius=0.001 policy.average=0.2", ""},
    {"pdo", 2 * kMillion,
     LAGRANGIAN "pg.learning_rate=0.005 pg.schedule=linear pg.entropy=0.005 policy.average=0.1",
     ""},
    {"focops", 2 * kMillion,
     LAGRANGIAN "focops.learning_rate=0.003 focops.schedule=linear focops.epochs=2 "
                "focops.radius=0.05 policy.average=0.1",
     ""},
    {"cup", 4 * kMillion,
     LAGRANGIAN "cup.learning_rate=0.003 cup.schedule=linear cup.minibatch=512 cup.epochs=2 "
                "cup.clip=0.1 cup.entropy=0.005 policy.average=0.1",
     ""},
    {"crpo", 4 * kMillion,
     TRPO "crpo.tolerance=0 rollout.steps=32 trpo.metric_rows=1024 trpo.radius=0.0003", ""},
    {"ppo-gdpa", 4 * kMillion, PPO GDPA "rollout.steps=128 ppo.learning_rate=0.005", ""},
    {"trpo-gdpa", 2 * kMillion, TRPO GDPA, ""},
    {"ipo", 4 * kMillion, PPO DEVIATION "rollout.steps=128 ipo.weight=0.005 ipo.maximum=1", ""},
    {"p3o", 4 * kMillion, PPO DEVIATION "rollout.steps=128 p3o.penalty=1", ""},
    {"ppo-saute", kMillion, PPO "ppo.learning_rate=0.005", kEveryEpisode},
    {"ppo-simmer", kMillion, PPO "ppo.learning_rate=0.005", kEveryEpisode},
    {"ppo-early", kMillion, PPO "ppo.learning_rate=0.005", kEveryEpisode},
    {"trpo-saute", kMillion, TRPO, kEveryEpisode},
    {"trpo-simmer", kMillion, TRPO, kEveryEpisode}};

constexpr int kDraws = 4096;  ///< of actions in a state
constexpr int kEpisodes = 5000;

struct Wanted {
  std::vector<std::string> agents, worlds;
  std::string options;  ///< beside those of the row
  std::int64_t first_seed = 0, seeds = 5;
  std::int64_t steps = 0;  ///< 0: those of the row
  bool strict = false;
};

struct Score {
  double gained = 0;  ///< (J − J_0)/(J* − J_0)
  double worst = 0;   ///< the greatest cost as a multiple of its limit
};

/// What there is to know of a world before anybody acts in it.
struct Known {
  TabularModel model;
  double least = 0, best = 0;  ///< return of a policy within the limits
};

Known known_of(const RunConfig& config) {
  const std::unique_ptr<Environment> world = config.world()();
  const auto* const tabular = dynamic_cast<const TabularWorld*>(world.get());
  if (tabular == nullptr) throw Error(concat("'", world->spec().id, "' is no tabular world"));
  Known known{tabular->model()};
  known.best = optimum(known.model, config.limits()).sums.reward;
  TabularModel worst = known.model;
  for (double& reward : worst.reward) reward = -reward;
  known.least = -optimum(worst, config.limits()).sums.reward;
  return known;
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

/// What is expected of an agent that sees the state and no more: its policy is estimated from many
/// draws in each state, and the rest is exact.
EpisodeSums expected_of(const Agent& agent, const TabularModel& model, Rng& rng) {
  const auto states = static_cast<std::size_t>(model.states);
  std::vector<double> policy(states * static_cast<std::size_t>(model.actions), 0);
  std::vector<float> seen(kDraws * states), memory(kDraws * agent.memory_size()), drawn(kDraws);
  for (std::size_t s = 0; s < states; ++s) {
    std::ranges::fill(seen, 0.0f);
    for (std::size_t i = 0; i < kDraws; ++i) seen[i * states + s] = 1;
    agent.act(seen, memory, drawn, &rng);
    for (const float action : drawn) {
      policy[s * static_cast<std::size_t>(model.actions) + static_cast<std::size_t>(action)] +=
          1.0 / kDraws;
    }
  }
  return expected_sums(model, policy);
}

/// What episodes add up to, of an agent that sees more than the state. Whether an episode goes on
/// does not depend on the policy, so sums are those of a step times the expected number of steps,
/// which spares their noise.
EpisodeSums played_by(const Agent& agent, const RunConfig& config, double steps, WorkerPool& pool) {
  EpisodeSums sums{0, std::vector<double>(config.limits().size(), 0)};
  double length = 0;
  const auto episodes = evaluate(config.environment(Purpose::kEvaluation), agent, kEpisodes,
                                 evaluation_seed(config.options().seed), /*stochastic=*/true, pool);
  for (const Episode& episode : episodes) length += static_cast<double>(episode.length) / steps;
  for (const Episode& episode : episodes) {
    sums.reward += episode.team_return() / length;
    for (std::size_t k = 0; k < sums.cost.size(); ++k) {
      sums.cost[k] += episode.team_cost(static_cast<int>(k)) / length;
    }
  }
  return sums;
}

/// Of the policy that a training run ends with.
EpisodeSums sums_of(const RunConfig& config, const TabularModel& model, std::int64_t steps) {
  WorkerPool pool(1);
  const auto seed = static_cast<std::uint64_t>(config.options().seed);
  VectorEnvironment worlds(config.environment(Purpose::kTraining),
                           static_cast<int>(config.options().num_envs), seed);
  const auto agent = config.build_agent(worlds.count());
  TrainingRun run{worlds, *agent};
  train(run, steps, pool, [](std::int64_t, const Metrics&) { return true; });
  if (config.spec().observation.size > model.states) {
    return played_by(*agent, config, 1 / (1 - model.continuation), pool);
  }
  Rng rng = stream(evaluation_seed(config.options().seed), 0, 0);
  return expected_of(*agent, model, rng);
}

std::int64_t steps_of(const Row& row, const Wanted& wanted) {
  return wanted.steps > 0 ? wanted.steps : row.steps;
}

Score score_of(const Row& row, const std::string& world, const Registries& registries,
               const Wanted& wanted) {
  Score score;
  std::vector<double> costs;
  for (std::int64_t i = 0; i < wanted.seeds; ++i) {
    const RunConfig config(registries, {},
                           options_of(row, world, wanted.first_seed + i, wanted.options));
    const Known known = known_of(config);
    const EpisodeSums sums = sums_of(config, known.model, steps_of(row, wanted));
    const auto share = 1 / static_cast<double>(wanted.seeds);
    score.gained += share * (sums.reward - known.least) / (known.best - known.least);
    costs.resize(sums.cost.size(), 0);
    for (std::size_t k = 0; k < costs.size(); ++k) {
      costs[k] += share * sums.cost[k] / config.limits()[k];
    }
  }
  score.worst = *std::ranges::max_element(costs);
  return score;
}

bool passes(const Score& score) { return score.gained >= 0.95 && score.worst <= 1.05; }

/// A line of the table; whether the agent passed in all worlds.
bool show(const Row& row, const Registries& registries, const Wanted& wanted) {
  const auto start = std::chrono::steady_clock::now();
  double gap = 0, least = std::numeric_limits<double>::infinity(), worst = 0;
  std::size_t passed = 0, safe = 0;
  for (const std::string& world : wanted.worlds) {
    const Score score = score_of(row, world, registries, wanted);
    std::fprintf(stderr, "%s %s: score %.3f, worst cost %.3f of its limit\n", row.agent,
                 world.c_str(), score.gained, score.worst);
    gap += (1 - score.gained) / static_cast<double>(wanted.worlds.size());
    least = std::min(least, score.gained);
    worst = std::max(worst, score.worst);
    passed += passes(score) ? 1 : 0;
    safe += score.worst <= 1.05 ? 1 : 0;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("| `%s` | %.3gM | %lld | %zu of %zu | %zu | %.3f | %.3f | %.2f | %.0f s | %s |\n",
              row.agent, static_cast<double>(steps_of(row, wanted)) / kMillion,
              static_cast<long long>(wanted.seeds), passed, wanted.worlds.size(), safe, gap, least,
              worst, took.count(), row.why);
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
  Fields numbers;
  numbers("first-seed", wanted.first_seed, at_least(0), "the first one");
  numbers("seeds", wanted.seeds, at_least(1), "how many");
  numbers("steps", wanted.steps, at_least(1), "of each run");
  const std::map<std::string, std::function<void(const std::string&)>> flags = {
      {"--agents", [&](const std::string& text) { wanted.agents = split(text); }},
      {"--worlds", [&](const std::string& text) { wanted.worlds = split(text); }},
      {"--set", [&](const std::string& text) { wanted.options += text + " "; }},
      {"--first-seed", [&](const std::string& text) { numbers.parse("first-seed", text); }},
      {"--seeds", [&](const std::string& text) { numbers.parse("seeds", text); }},
      {"--steps", [&](const std::string& text) { numbers.parse("steps", text); }}};
  for (int i = 1; i < argc; i += 2) {
    const auto flag = flags.find(argv[i]);
    if (flag == flags.end() || i + 1 == argc) {
      throw Error(concat(
          "truth takes --agents A,… --worlds W,… --first-seed N --seeds N --steps N --set KEY=X, "
          "not '",
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
      "| agent | steps | seeds | passed | within 1.05 of limits | mean gap | least score | worst "
      "cost/limit | time | |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n");
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
