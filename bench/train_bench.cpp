// SPDX-License-Identifier: Apache-2.0
// End-to-end throughput of training: rollouts, advantages, ten epochs of updates, metrics.
// Counter `steps/s` is environment steps per second of wall time; `--benchmark_format=json` for
// JSON.
#include <benchmark/benchmark.h>

#include <saddle/agents/registry.h>
#include <saddle/agents/threads.h>
#include <saddle/agents/train.h>

namespace saddle {
namespace {

/// 64×64 networks, PPO with the Lagrangian rule, 32 worlds; one iteration is one update.
void train_ppo_lagrangian(benchmark::State& state, const std::string& world,
                          const std::string& backend) {
  use_one_thread_per_worker();
  constexpr int kWorlds = 32;
  const int minibatch = static_cast<int>(state.range(0)),
            threads = static_cast<int>(state.range(1));
  EnvironmentRegistry worlds("environment");
  register_environments(worlds);
  AgentRegistry agents("agent");
  register_agents(agents);
  RuleRegistry rules("constraint");
  register_rules(rules);
  const auto builder = agents.at("ppo").builder();
  Fields fields;
  builder->fields(fields);
  fields.set("network.backend", backend);
  fields.set("rollout.steps", std::int64_t{256});
  fields.set("ppo.epochs", std::int64_t{10});
  fields.set("ppo.target_kl", 1e9);  // every epoch counts
  fields.set("ppo.minibatch", std::int64_t{minibatch});
  fields.set("critic.epochs", std::int64_t{10});
  fields.set("critic.minibatch", std::int64_t{minibatch});

  const EnvironmentFactory& make = worlds.at(world);
  VectorEnvironment environment(make, kWorlds, 0);
  const std::vector<double> limits(environment.spec().constraints.size(), 25.0);
  const auto rule = rules.at("lagrangian").builder();
  const auto agent = builder->build({environment.spec(), kWorlds, limits, 0},
                                    rule->build(environment.spec().constraint_count()));
  TrainingRun run{environment, *agent};
  WorkerPool pool(threads);
  const auto one_update = [](std::int64_t, const Metrics&) { return false; };
  constexpr std::int64_t kForever = std::int64_t{1} << 62;
  train(run, kForever, pool, one_update);  // LibTorch's first calls are slow
  const std::int64_t before = run.steps;
  for (auto _ : state) train(run, kForever, pool, one_update);
  state.counters["steps/s"] =
      benchmark::Counter(static_cast<double>(run.steps - before), benchmark::Counter::kIsRate);
}

[[maybe_unused]] const int kRegistered = [] {
  for (const char* world : {"Pendulum-v0", "PointGoal1-v0"}) {
    for (const char* backend : {"fused", "autograd"}) {
      const std::string name = concat("ppo_lagrangian/", world, "/", backend);
      benchmark::RegisterBenchmark(name.c_str(), train_ppo_lagrangian, world, backend)
          ->ArgNames({"minibatch", "threads"})
          ->ArgsProduct({{64, 256, 512, 2048}, {1, 2}})
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
    }
  }
  return 0;
}();

}  // namespace
}  // namespace saddle
