// SPDX-License-Identifier: Apache-2.0
// Box2D does not read the clock.
#include <saddle/envs/box2d_timer.h>

#include <box2d/box2d.h>
#include <gtest/gtest.h>

namespace saddle {
namespace {

#if defined(__linux__)  // elsewhere it goes on, and nothing is promised
TEST(Box2dTimer, StandsStill) {
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
#endif

}  // namespace
}  // namespace saddle
