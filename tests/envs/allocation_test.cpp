// SPDX-License-Identifier: Apache-2.0
// Steps of a cheap world leave the heap alone.
#include <algorithm>
#include <new>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/envs/navigation/suite.h>
#include <saddle/envs/plugin_library.h>
#include <saddle/envs/plugin_worlds.h>
#include <saddle/envs/wrapper/adversarial.h>

#include "tests/support/batch.h"
#include "tests/support/count_allocations.h"
#include "tests/support/perturbation.h"

namespace saddle {
namespace {

using testing::allocations;

bool is_navigation(const std::string& name) {
  return std::ranges::any_of(navigation_suite(), [&](const NavigationParameters& parameters) {
    return parameters.id == name;
  });
}

/// Names of the worlds that do without Box2D, of which every reset makes a new one.
std::vector<std::string> own_worlds(const EnvironmentRegistry& worlds) {
  std::vector<std::string> names = worlds.names();
  std::erase_if(names, is_navigation);
  for (const char* const kind : {"LunarLander", "BipedalWalker", "Hopper", "Cheetah"}) {
    std::erase_if(names, [kind](const std::string& name) { return name.starts_with(kind); });
  }
  return names;
}

/// Steps eight copies of every such world, two resets among the steps, and expects that it takes no
/// memory.
void expect_none(const EnvironmentRegistry& all) {
  for (const std::string& name : own_worlds(all)) {
    SCOPED_TRACE(name);
    VectorEnvironment worlds(all.at(name), 8, 0);
    testing::StepBuffers buffers(worlds);
    worlds.reset({0, 8}, buffers.start);
    Rng rng(1);
    const int steps = 2 * worlds.spec().horizon + 1;
    const long before = allocations();
    for (int t = 0; t < steps; ++t) {
      buffers.draw(rng, 1);
      worlds.step({0, 8}, buffers.view());
    }
    EXPECT_EQ(allocations(), before);
  }
}

TEST(Allocation, WorldsStepAndResetWithoutIt) {
  EnvironmentRegistry worlds("environment");
  register_environments(worlds);
  expect_none(worlds);
}

/// What Box2D takes in its steps is from its own pools, and is not counted.
TEST(Allocation, NavigationWorldsStepWithoutIt) {
  EnvironmentRegistry worlds("environment");
  register_environments(worlds);
  for (const std::string& name : worlds.names()) {
    if (!is_navigation(name)) continue;
    SCOPED_TRACE(name);
    VectorEnvironment batch(worlds.at(name), 2, 0);
    testing::StepBuffers buffers(batch);
    batch.reset({0, 2}, buffers.start);
    Rng rng(1);
    const long before = allocations();
    for (int t = 1; t < batch.spec().horizon; ++t) {
      buffers.draw(rng, 1);
      batch.step({0, 2}, buffers.view());
    }
    EXPECT_EQ(allocations(), before);
  }
}

TEST(Allocation, PerturbedWorldsStepAndResetWithoutIt) { expect_none(testing::perturbed_worlds()); }

TEST(Allocation, GamesStepAndResetWithoutIt) {
  EnvironmentRegistry worlds("environment"), games("environment");
  register_environments(worlds);
  for (const std::string& name : own_worlds(worlds)) {
    const EnvironmentFactory& make = worlds.at(name);
    if (make()->spec().agents > 1) continue;
    games.add(name,
              [&make] { return std::make_unique<Adversarial>(make(), Attack::kReplace, 0.5); });
    if (make()->spec().action.is_discrete()) continue;
    games.add(name + "/observe",
              [&make] { return std::make_unique<Adversarial>(make(), Attack::kObserve, 0.5); });
  }
  expect_none(games);
}

TEST(Allocation, IsCounted) {
  const long before = allocations();
  ::operator delete(::operator new(1));
  EXPECT_EQ(allocations(), before + 1);
}

TEST(Allocation, NeitherSideOfAPluginNeedsIt) {
  const PluginLibrary library([](EnvironmentRegistry& worlds) { register_environments(worlds); });
  EnvironmentRegistry plugged("environment");
  register_plugin(library.table(), "lib.so", plugged);
  expect_none(plugged);
}

}  // namespace
}  // namespace saddle
