// SPDX-License-Identifier: Apache-2.0
// Every registered agent as it comes, on one thread, as agents/NAME: environment steps a second of
// wall time, and as of_ppo_lag their share of those of ppo-lag, which runs first. Off-policy agents
// take a gradient step of 256 transitions for each of them, so that there it is gradient_steps/s;
// they are also measured on 1 thread against 2 and with hand-written kernels against autograd.
#include <algorithm>
#include <chrono>

#include <benchmark/benchmark.h>

#include <saddle/agents/train.h>
#include <saddle/apps/config.h>

namespace saddle {
namespace {

bool is_off_policy(const Fields& fields) {
  return std::ranges::any_of(fields.all(),
                             [](const Field& field) { return field.key == "replay.start"; });
}

Registries all_names() {
  Registries all;
  register_environments(all.environments);
  register_wrappers(all.wrappers);
  register_agents(all.agents);
  register_rules(all.rules);
  return all;
}

/// What is trained; worlds × steps are one update's.
struct Trained {
  std::string agent, world, rule;
  int worlds, steps;
  const char* counter;
};

void train_updates(benchmark::State& state, const Trained& trained,
                   const std::function<void(const Fields&)>& set_options) {
  const Registries names = all_names();
  const auto builder = names.agents.at(trained.agent).builder();
  Fields fields;
  builder->fields(fields);
  fields.set("rollout.steps", std::int64_t{trained.steps});
  set_options(fields);

  VectorEnvironment environment(names.environments.at(trained.world), trained.worlds, 0);
  const std::vector<double> limits(environment.spec().constraints.size(), 25.0);
  const auto agent = builder->build(
      {environment.spec(), trained.worlds, limits, 0},
      names.rules.at(trained.rule).builder()->build(environment.spec().constraint_count()));
  TrainingRun run{environment, *agent};
  WorkerPool pool(static_cast<int>(state.range(0)));
  const auto one_update = [](std::int64_t, const Metrics&) { return false; };
  constexpr std::int64_t kForever = std::int64_t{1} << 62;
  train(run, kForever, pool, one_update);  // the first calls of a library are slow
  const std::int64_t before = run.steps;
  for (auto _ : state) train(run, kForever, pool, one_update);
  state.counters[trained.counter] =
      benchmark::Counter(static_cast<double>(run.steps - before), benchmark::Counter::kIsRate);
}

void train_off_policy(benchmark::State& state, const std::string& agent, const std::string& world,
                      const std::string& backend) {
  train_updates(state, {agent, world, "lagrangian", 4, 50, "gradient_steps/s"},
                [&](const Fields& fields) {
                  fields.set("network.backend", backend);
                  fields.set("replay.start", std::int64_t{0});
                });
}

/// Environment steps a second of ppo-lag, once it has been measured.
double g_ppo_lag_speed = 0;

/// An agent or a preset with its own options, in as many worlds as `saddle train` takes.
void train_as_registered(benchmark::State& state, const std::string& name) {
  const RunConfig config(all_names(), {{"environment", "PointGoal1-v0"}, {"agent", name}}, {});
  const bool off_policy = is_off_policy(config.fields());
  if (off_policy) config.fields().set("replay.start", std::int64_t{0});

  const int count = off_policy ? 4 : 64;
  VectorEnvironment environment(config.environment(Purpose::kTraining), count, 0);
  const auto agent = config.build_agent(count);
  TrainingRun run{environment, *agent};
  WorkerPool pool(1);
  const auto one_update = [](std::int64_t, const Metrics&) { return false; };
  constexpr std::int64_t kForever = std::int64_t{1} << 62;
  train(run, kForever, pool, one_update);
  const std::int64_t before = run.steps;
  const auto start = std::chrono::steady_clock::now();
  for (auto _ : state) train(run, kForever, pool, one_update);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const double speed = static_cast<double>(run.steps - before) / took.count();
  state.counters[off_policy ? "gradient_steps/s" : "steps/s"] = speed;
  if (off_policy) return;
  if (name == "ppo-lag") g_ppo_lag_speed = speed;
  if (g_ppo_lag_speed > 0) state.counters["of_ppo_lag"] = speed / g_ppo_lag_speed;
}

/// ppo-lag, then the others.
std::vector<std::string> names_of_agents() {
  std::vector<std::string> names = all_names().agents.names();
  std::stable_partition(names.begin(), names.end(),
                        [](const std::string& name) { return name == "ppo-lag"; });
  return names;
}

[[maybe_unused]] const int kRegistered = [] {
  for (const std::string& name : names_of_agents()) {
    benchmark::RegisterBenchmark(concat("agents/", name).c_str(), train_as_registered, name)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  }
  for (const char* backend : {"fused", "autograd"}) {
    for (const char* agent : {"sac", "td3", "ddpg"}) {
      for (const char* world : {"Pendulum-v0", "PointGoal1-v0"}) {
        const std::string name = concat(agent, "-lagrangian/", world, "/batch256/", backend);
        benchmark::RegisterBenchmark(name.c_str(), train_off_policy, agent, world, backend)
            ->ArgName("threads")
            ->Arg(1)
            ->Arg(2)
            ->UseRealTime()
            ->Unit(benchmark::kMillisecond);
      }
    }
  }
  return 0;
}();

}  // namespace
}  // namespace saddle
