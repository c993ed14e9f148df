// SPDX-License-Identifier: Apache-2.0
// Box2D does not read the clock.
#include <saddle/envs/box2d_timer.h>

#include <box2d/box2d.h>
#include <gtest/gtest.h>

namespace saddle {
namespace {

TEST(Box2dTimer, StandsStill) {
#if !defined(__linux__)
  GTEST_SKIP() << "only where a program's symbols go before a library's";
#endif
  stop_box2d_timer();
  b2World world(b2Vec2(0, -10));
  b2CircleShape disc;
  disc.m_radius = 1;
  b2BodyDef definition;
  definition.type = b2_dynamicBody;
  for (int i = 0; i < 500; ++i) {
    definition.position.Set(0.1f * static_cast<float>(i), 0);
    world.CreateBody(&definition)->CreateFixture(&disc, 1);
  }
  // Milliseconds: so many bodies that lie on each other take some to solve.
  for (int t = 0; t < 3; ++t) world.Step(0.02f, 8, 3);
  EXPECT_EQ(world.GetProfile().step, 0);
  EXPECT_EQ(world.GetProfile().solve, 0);
}

}  // namespace
}  // namespace saddle
