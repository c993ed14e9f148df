// SPDX-License-Identifier: Apache-2.0
// The rows of `speed`.
#include "speed_rows.h"

#include <deque>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>

#include <saddle/agents/registry.h>
#include <saddle/agents/train.h>

#include "point_mass.h"
#include "random_steps.h"

namespace saddle {
namespace {

/// How often `work`, which says how much it did, does its amount in a second.
Lap rate(double seconds, const std::function<double()>& work) {
  Stopwatch watch;
  double amount = 0;
  watch.start();
  do {
    amount += work();
    watch.stop();
    watch.start();
  } while (watch.wall() < seconds);
  return {amount / watch.wall(), watch.cpu()};
}

struct Registries {
  EnvironmentRegistry worlds{"environment"};
  AgentRegistry agents{"agent"};
  RuleRegistry rules{"constraint"};

  Registries() {
    register_environments(worlds);
    register_agents(agents);
    register_rules(rules);
  }
};

const Registries& registries() {
  static const Registries all;
  return all;
}

/// A registered world, or "point-mass-O", with observations of O floats.
EnvironmentFactory world_of(const std::string& name) {
  const std::string prefix = "point-mass-";
  if (!name.starts_with(prefix)) return registries().worlds.at(name);
  const int width = std::stoi(name.substr(prefix.size()));
  return [width] { return std::make_unique<PointMass>(width); };
}

/// What is trained; worlds × steps are one update's.
struct Setting {
  std::string name, world, rule;
  int worlds, steps, minibatch, epochs;
  std::string options = {};  ///< "KEY=VALUE …"
};

/// An agent in its worlds.
class Training {
 public:
  Training(const Setting& setting, int threads, const Wanted& wanted, std::uint64_t seed)
      : environment_(world_of(setting.world), setting.worlds, seed), pool_(threads) {
    const auto builder = registries().agents.at("ppo").builder();
    Fields fields;
    builder->fields(fields);
    fields.set("rollout.steps", std::int64_t{setting.steps});
    for (const std::string group : {"ppo", "critic"}) {
      fields.set(group + ".epochs", std::int64_t{setting.epochs});
      fields.set(group + ".minibatch", std::int64_t{setting.minibatch});
    }
    fields.set("ppo.target_kl", 1e9);  // measured all the same
    std::vector<std::string> options = wanted.options;
    std::istringstream words(setting.options);
    options.insert(options.begin(), std::istream_iterator<std::string>(words), {});
    for (const std::string& option : options) {
      const std::size_t equals = option.find('=');
      if (equals == std::string::npos) {
        throw Error(concat("--set takes KEY=VALUE, not '", option, "'"));
      }
      fields.parse(option.substr(0, equals), option.substr(equals + 1));
    }
    const EnvironmentSpec& spec = environment_.spec();
    const std::vector<double> limits(spec.constraints.size(), 25.0);
    agent_ = builder->build(
        {spec, setting.worlds, limits, seed},
        registries().rules.at(setting.rule).builder()->build(spec.constraint_count()));
    run_.emplace(TrainingRun{environment_, *agent_});
  }

  /// Trains until the callback says stop.
  void train(const AfterUpdate& after_update) {
    constexpr std::int64_t kForever = std::int64_t{1} << 62;
    saddle::train(*run_, kForever, pool_, after_update);
  }
  /// Steps of one update.
  double update() {
    const std::int64_t before = run_->steps;
    train([](std::int64_t, const Metrics&) { return false; });
    return static_cast<double>(run_->steps - before);
  }
  [[nodiscard]] const Agent& agent() const { return *agent_; }
  [[nodiscard]] WorkerPool& pool() { return pool_; }

 private:
  VectorEnvironment environment_;
  WorkerPool pool_;
  std::unique_ptr<Agent> agent_;
  std::optional<TrainingRun> run_;
};

Row training_row(const Setting& setting, int threads, const Wanted& wanted) {
  return {setting.name, "steps/s", threads, wanted.repetitions, [=] {
            const auto training = std::make_shared<Training>(setting, threads, wanted, 0);
            training->update();  // the first calls of a library are slow
            return [=](int) { return rate(wanted.seconds, [&] { return training->update(); }); };
          }};
}

/// Seconds of training until the mean return of 100 greedy episodes, played after every second
/// update, is above −200; the playing does not count. The repetition is the seed.
Row solving_row(const Setting& setting, int threads, const Wanted& wanted) {
  auto solve = [=](int seed) {
    constexpr std::int64_t kGiveUp = 2'000'000;
    Training training(setting, threads, wanted, static_cast<std::uint64_t>(seed));
    Stopwatch watch;
    int updates = 0;
    watch.start();
    training.train([&](std::int64_t steps, const Metrics&) {
      if (++updates % 2 != 0) return true;
      watch.stop();
      double mean = 0;
      constexpr int kEpisodes = 100;
      for (const Episode& episode :
           evaluate(world_of(setting.world), training.agent(), kEpisodes,
                    static_cast<std::uint64_t>(seed), false, training.pool())) {
        mean += episode.team_return() / kEpisodes;
      }
      if (mean > -200) return false;
      if (steps > kGiveUp) throw Error(concat("seed ", seed, " did not solve ", setting.world));
      watch.start();
      return true;
    });
    return Lap{watch.wall(), watch.cpu()};
  };
  return {setting.name, "s", threads, wanted.seeds, [=] { return solve; }};
}

/// 64 worlds, in blocks and pieces as training has them.
Row worlds_row(const std::string& name, const std::string& world, int threads,
               const Wanted& wanted) {
  return {name, "steps/s", threads, wanted.repetitions, [=] {
            constexpr int kBlocks = 4, kPieces = 16;
            const auto blocks = std::make_shared<std::deque<RandomBatch>>();
            for (int b = 0; b < kBlocks; ++b) {
              blocks->emplace_back(world_of(world), kWorldBlock, b * kWorldBlock);
            }
            const auto pool = std::make_shared<WorkerPool>(threads);
            const auto work = [=] {
              pool->run_lines(kBlocks, kPieces, [&](int b, int) {
                for (int t = 0; t < kWorldPiece; ++t) (*blocks)[static_cast<std::size_t>(b)].step();
              });
              return 1.0 * kBlocks * kPieces * kWorldPiece * kWorldBlock;
            };
            return [=](int) { return rate(wanted.seconds, work); };
          }};
}

/// From one observation to one greedy action.
Row action_row(const Setting& setting, const Wanted& wanted) {
  return {setting.name, "us", 1, wanted.repetitions, [=] {
            const auto training = std::make_shared<Training>(setting, 1, wanted, 0);
            const EnvironmentSpec spec = world_of(setting.world)()->spec();
            const std::vector<float> observation(static_cast<std::size_t>(spec.observation.size),
                                                 0.1f);
            const auto action =
                std::make_shared<std::vector<float>>(static_cast<std::size_t>(spec.action.size));
            const auto work = [=] {
              constexpr int kActions = 1000;
              for (int i = 0; i < kActions; ++i) {
                training->agent().act(observation, {}, *action, nullptr);
              }
              return 1.0 * kActions;
            };
            return [=](int) {
              const Lap lap = rate(wanted.seconds, work);
              return Lap{1e6 / lap.figure, lap.cpu};
            };
          }};
}

// The pendulum as RLtools has it: two networks, ReLU, a discount of 0.9, deviations of 2 at first.
constexpr char kPendulum[] =
    "network.activation=relu network.initial_log_std=0.693 ppo.learning_rate=0.001 "
    "critic.learning_rate=0.001 advantage.gamma=0.9 advantage.lambda=0.95";
constexpr char kPoint[] = "point-mass-8";
constexpr char kLidar[] = "PointGoal1-v0";

}  // namespace

std::vector<Row> published_rows(const Wanted& wanted) {
  const std::vector<Setting> settings = {
      {"ppo/pendulum/b256-k2", "Pendulum-v0", "none", 4, 1024, 256, 2, kPendulum},
      {"ppo/pendulum/b256-k10", "Pendulum-v0", "none", 4, 1024, 256, 10},
      {"ppo/pendulum/b64-k10", "Pendulum-v0", "none", 1, 2048, 64, 10},
      {"ppo-lag/point-mass/b64-k40", kPoint, "lagrangian", 32, 625, 64, 40},
      {"ppo-lag/point-mass/b64-k10", kPoint, "lagrangian", 32, 640, 64, 10},
      {"ppo-lag/point-mass/b256-k10", kPoint, "lagrangian", 64, 64, 256, 10},
      {"ppo-lag/point-mass/b512-k4", kPoint, "lagrangian", 64, 256, 512, 4},
      {"ppo-lag/point-mass/b4096-k1", kPoint, "lagrangian", 256, 64, 4096, 1},
      {"ppo-lag/point-goal-1/b64-k40", kLidar, "lagrangian", 32, 625, 64, 40},
      {"ppo-lag/point-goal-1/b64-k10", kLidar, "lagrangian", 32, 640, 64, 10},
      {"ppo-lag/point-goal-1/b256-k10", kLidar, "lagrangian", 64, 64, 256, 10},
      {"ppo-lag/point-goal-1/b512-k4", kLidar, "lagrangian", 64, 256, 512, 4},
      {"ppo-lag/point-goal-1/b4096-k1", kLidar, "lagrangian", 256, 64, 4096, 1}};
  const std::map<std::string, std::string> worlds = {
      {"worlds/lunar-lander-180-60", "LunarLander-v0"},
      {"worlds/lunar-lander-6-2", "LunarLanderFast-v0"},
      {"worlds/point-goal-1", kLidar},
      {"worlds/point-mass", kPoint}};
  std::vector<Row> rows;
  for (const int threads : wanted.threads) {
    for (const Setting& setting : settings) rows.push_back(training_row(setting, threads, wanted));
    rows.push_back(solving_row(
        {"solve/pendulum", "Pendulum-v0", "none", 4, 1024, 256, 2, kPendulum}, threads, wanted));
    for (const auto& [name, world] : worlds) {
      rows.push_back(worlds_row(name, world, threads, wanted));
    }
  }
  rows.push_back(action_row({"act/point-goal-1", kLidar, "none", 1, 1, 1, 1}, wanted));
  return rows;
}

std::vector<Row> growth_rows(const Wanted& wanted) {
  std::vector<Setting> settings;
  const auto add = [&](const std::string& what, int value, const Setting& setting) {
    settings.push_back(setting);
    settings.back().name = concat("growth/", what, "/", value);
    settings.back().rule = "lagrangian";
  };
  for (const int n : {1, 4, 16, 64, 256, 1024}) {
    add("worlds", n, {"", kPoint, "", n, 16384 / n, 512, 4});
  }
  for (const int n : {32, 64, 128, 256, 512, 1024, 4096, 16384}) {
    add("minibatch", n, {"", kPoint, "", 64, 256, n, 4});
  }
  for (const int n : {16, 32, 64, 128, 256, 512}) {
    add("width", n, {"", kPoint, "", 64, 64, 512, 4, concat("network.hidden=", n, ",", n)});
  }
  for (const int n : {4, 8, 16, 32, 64, 128, 256, 512}) {
    add("observation", n, {"", concat("point-mass-", n), "", 64, 256, 512, 4});
  }
  std::vector<Row> rows;
  for (const int threads : wanted.threads) {
    for (const Setting& setting : settings) rows.push_back(training_row(setting, threads, wanted));
  }
  return rows;
}

}  // namespace saddle
