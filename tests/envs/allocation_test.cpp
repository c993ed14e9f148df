// SPDX-License-Identifier: Apache-2.0
// Steps of a cheap world leave the heap alone.
#include <new>

#include <gtest/gtest.h>

#include "tests/support/batch.h"
#include "tests/support/count_allocations.h"

namespace saddle {
namespace {

using testing::allocations;

/// Names of the worlds that do without Box2D, which takes memory of its own.
std::vector<std::string> own_worlds() {
  EnvironmentRegistry worlds("environment");
  register_environments(worlds);
  std::vector<std::string> names = worlds.names();
  std::erase_if(names, [](const std::string& name) { return name.starts_with("Point"); });
  return names;
}

TEST(Allocation, WorldsStepAndResetWithoutIt) {
  EnvironmentRegistry all("environment");
  register_environments(all);
  for (const std::string& name : own_worlds()) {
    SCOPED_TRACE(name);
    VectorEnvironment worlds(all.at(name), 8, 0);
    testing::StepBuffers buffers(worlds);
    worlds.reset({0, 8}, buffers.start);
    Rng rng(1);
    const int steps = 2 * worlds.spec().horizon + 1;  // two resets among them
    const long before = allocations();
    for (int t = 0; t < steps; ++t) {
      buffers.draw(rng, 1);
      worlds.step({0, 8}, buffers.view());
    }
    EXPECT_EQ(allocations(), before);
  }
}

TEST(Allocation, IsCounted) {
  const long before = allocations();
  ::operator delete(::operator new(1));
  EXPECT_EQ(allocations(), before + 1);
}

}  // namespace
}  // namespace saddle
