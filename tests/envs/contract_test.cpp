// SPDX-License-Identifier: Apache-2.0
// What every registered world promises.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/batch.h"

namespace saddle {
namespace {

using testing::StepBuffers;

EnvironmentRegistry all_worlds() {
  EnvironmentRegistry worlds("environment");
  register_environments(worlds);
  return worlds;
}

class EveryWorld : public ::testing::TestWithParam<std::string> {
 protected:
  [[nodiscard]] EnvironmentFactory make() const { return all_worlds().at(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(Contract, EveryWorld, ::testing::ValuesIn(all_worlds().names()),
                         [](const auto& world) {
                           std::string name = world.param;
                           std::erase_if(name, [](char c) { return !std::isalnum(c); });
                           return name;
                         });

TEST_P(EveryWorld, DescribesItself) {
  const EnvironmentSpec spec = make()()->spec();
  EXPECT_EQ(spec.id, GetParam());
  EXPECT_FALSE(spec.doc.empty());
  EXPECT_GE(spec.horizon, 1);
  EXPECT_GE(spec.agents, 1);
  for (const ConstraintSpec& constraint : spec.constraints) {
    EXPECT_FALSE(constraint.name.empty());
    EXPECT_FALSE(constraint.unit.empty());
    EXPECT_FALSE(constraint.doc.empty());
    EXPECT_GE(constraint.default_limit, 0);
  }
}

TEST_P(EveryWorld, StaysInsideItsSpacesWithActionsAtAndBeyondTheirBounds) {
  constexpr int kWorlds = 8, kSteps = 1500;
  constexpr std::uint64_t kSeed = 21;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  VectorEnvironment worlds(make(), kWorlds, kSeed);
  StepBuffers buffers(worlds);
  const auto o = static_cast<std::size_t>(buffers.spec.observation.size);
  Rng rng(kSeed);
  worlds.reset({0, kWorlds}, buffers.start);
  for (int t = 0; t < kSteps; ++t) {
    buffers.draw(rng, 3);
    worlds.step({0, kWorlds}, buffers.view());
    for (const auto* rows : {&buffers.next, &buffers.start}) {
      for (std::size_t i = 0; i < rows->size(); i += o) {
        ASSERT_TRUE(buffers.spec.observation.contains(std::span(*rows).subspan(i, o)))
            << "step " << t << ", row " << i / o;
      }
    }
    for (const float cost : buffers.cost) ASSERT_GE(cost, 0);
    for (const float reward : buffers.reward) ASSERT_TRUE(std::isfinite(reward));
  }
}

/// Everything `steps` random steps put out, one after the other.
std::vector<float> history(VectorEnvironment& worlds, WorkerPool& pool, int steps, Rng& rng) {
  StepBuffers buffers(worlds);
  std::vector<float> all;
  for (int t = 0; t < steps; ++t) {
    buffers.draw(rng, 1.2);
    worlds.step(pool, buffers.view());
    for (const auto* part : {&buffers.next, &buffers.start, &buffers.reward, &buffers.cost}) {
      all.insert(all.end(), part->begin(), part->end());
    }
    all.insert(all.end(), buffers.terminated.begin(), buffers.terminated.end());
    all.insert(all.end(), buffers.truncated.begin(), buffers.truncated.end());
  }
  return all;
}

constexpr int kBatch = 37;  // not a multiple of anything

std::vector<float> history_from_seed(const EnvironmentFactory& make, std::uint64_t seed,
                                     int threads) {
  VectorEnvironment worlds(make, kBatch, seed);
  WorkerPool pool(threads);
  StepBuffers buffers(worlds);
  worlds.reset(pool, buffers.start);
  Rng rng(99);
  std::vector<float> all = history(worlds, pool, 60, rng);
  all.insert(all.end(), buffers.start.begin(), buffers.start.end());
  return all;
}

TEST_P(EveryWorld, DependsOnTheSeedAndNotOnTheThreads) {
  const std::vector<float> one = history_from_seed(make(), 4, 1);
  EXPECT_EQ(history_from_seed(make(), 4, 1), one);
  EXPECT_EQ(history_from_seed(make(), 4, 2), one);
  EXPECT_EQ(history_from_seed(make(), 4, 7), one);
  EXPECT_NE(history_from_seed(make(), 5, 1), one);
}

TEST_P(EveryWorld, GoesOnExactlyFromAStateSavedInTheMiddleOfEpisodes) {
  constexpr int kWorlds = 3;
  const int horizon = make()()->spec().horizon;
  WorkerPool pool(1);
  VectorEnvironment worlds(make(), kWorlds, 8);
  StepBuffers buffers(worlds);
  worlds.reset(pool, buffers.start);
  Rng rng(3);
  (void)history(worlds, pool, horizon + horizon / 3, rng);  // into the second episode

  Archive saved;
  worlds.state(saved);
  VectorEnvironment copy(make(), kWorlds, 1234);
  Archive loaded(saved.entries());
  copy.state(loaded);
  Rng rng_copy = rng;
  EXPECT_EQ(history(copy, pool, horizon, rng_copy), history(worlds, pool, horizon, rng));
}

}  // namespace
}  // namespace saddle
