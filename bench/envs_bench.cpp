// SPDX-License-Identifier: Apache-2.0
// Steps per second of every registered world, one thread, random actions, observations included.
#include <benchmark/benchmark.h>

#include "random_steps.h"

namespace saddle {
namespace {

void step_world(benchmark::State& state, const EnvironmentFactory& make) {
  constexpr int kWorlds = 64;
  RandomBatch steps(make, kWorlds);
  for (auto _ : state) steps.step();
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
