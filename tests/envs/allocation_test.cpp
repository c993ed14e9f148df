// SPDX-License-Identifier: Apache-2.0
// Steps of a cheap world leave the heap alone.
#include <new>

#include <gtest/gtest.h>

#include "tests/support/batch.h"
#include "tests/support/count_allocations.h"

namespace saddle {
namespace {

using testing::allocations;

TEST(Allocation, PendulumsStepAndResetWithoutIt) {
  EnvironmentRegistry worlds("environment");
  register_environments(worlds);
  VectorEnvironment pendulums(worlds.at("Pendulum-v0"), 8, 0);
  testing::StepBuffers buffers(pendulums);
  pendulums.reset({0, 8}, buffers.start);
  Rng rng(1);
  buffers.draw(rng, 1);
  const long before = allocations();
  for (int t = 0; t < 500; ++t) pendulums.step({0, 8}, buffers.view());  // two resets among them
  EXPECT_EQ(allocations(), before);

  ::operator delete(::operator new(1));
  EXPECT_EQ(allocations(), before + 1) << "the counter counts";
}

}  // namespace
}  // namespace saddle
