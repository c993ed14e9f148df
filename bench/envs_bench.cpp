// SPDX-License-Identifier: Apache-2.0
// Steps per second of every registered world, one thread, random actions, observations included.
#include <memory>

#include <benchmark/benchmark.h>

#include <saddle/envs/vector_environment.h>

namespace saddle {
namespace {

void step_world(benchmark::State& state, const EnvironmentFactory& make) {
  constexpr int kWorlds = 64, kActions = 256;
  VectorEnvironment environment(make, kWorlds, 0);
  const EnvironmentSpec& spec = environment.spec();
  const auto rows = std::size_t{kWorlds} * static_cast<std::size_t>(spec.agents);
  const std::size_t d = static_cast<std::size_t>(spec.action.size);
  std::vector<float> observation(rows * static_cast<std::size_t>(spec.observation.size)),
      next(observation.size()), reward(rows), cost(rows * spec.constraints.size());
  std::vector<std::uint8_t> terminated(kWorlds), truncated(kWorlds);
  Rng rng(1);
  std::vector<std::vector<float>> actions(kActions, std::vector<float>(rows * d));
  for (auto& batch : actions) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch[i] =
          spec.action.is_discrete()
              ? static_cast<float>(rng.below(static_cast<std::uint32_t>(spec.action.count)))
              : static_cast<float>(rng.uniform(spec.action.low[i % d], spec.action.high[i % d]));
    }
  }
  const WorldRange all{0, kWorlds};
  environment.reset(all, observation);
  std::size_t t = 0;
  for (auto _ : state) {
    environment.step(
        all, {actions[t++ % kActions], next, observation, reward, cost, terminated, truncated});
  }
  state.SetItemsProcessed(state.iterations() * kWorlds);
}

[[maybe_unused]] const int kRegistered = [] {
  EnvironmentRegistry worlds("environment");
  register_environments(worlds);
  for (const std::string& name : worlds.names()) {
    benchmark::RegisterBenchmark(name.c_str(), step_world, worlds.at(name));
  }
  return 0;
}();

}  // namespace
}  // namespace saddle
