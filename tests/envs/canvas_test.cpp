// SPDX-License-Identifier: Apache-2.0
// Shapes, and the worlds that draw themselves with them.
#include <saddle/envs/canvas.h>

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include <saddle/envs/classic/pendulum.h>
#include <saddle/envs/environment.h>
#include <saddle/envs/tabular/grid.h>
#include <saddle/envs/tabular/world.h>

namespace saddle {
namespace {

TEST(Canvas, ABoxIsTurnedAboutItsCentre) {
  Canvas canvas;
  canvas.box({1, 2}, 3, 0.5, std::numbers::pi / 2, colours::kInk);
  ASSERT_EQ(canvas.shapes().size(), 1u);
  const std::vector<Point2>& corners = canvas.shapes()[0].points;
  ASSERT_EQ(corners.size(), 4u);
  const Point2 expected[] = {{1.5, -1}, {1.5, 5}, {0.5, 5}, {0.5, -1}};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_LT(distance(corners[i], expected[i]), 1e-12) << i;
}

TEST(Canvas, ARingIsClosedAndRound) {
  Canvas canvas;
  canvas.ring({-1, 3}, 2, 0.1, colours::kInk);
  const Shape& shape = canvas.shapes()[0];
  EXPECT_EQ(shape.kind, Shape::Kind::kLine);
  EXPECT_LT(distance(shape.points.front(), shape.points.back()), 1e-12);
  for (const Point2 point : shape.points) EXPECT_NEAR(distance(point, {-1, 3}), 2, 1e-12);
}

TEST(Canvas, APendulumLeansToTheLeftAsInGymnasium) {
  Pendulum pendulum;
  pendulum.place(std::numbers::pi / 2, 0);
  Canvas canvas;
  pendulum.draw(canvas);
  EXPECT_LT(distance(canvas.shapes()[0].points.at(1), {-1, 0}), 1e-12);
}

TEST(Canvas, AGridShowsItsMapAndWhereOneIs) {
  // "S.W.G" is the first of five rows: the start is at the top on the left.
  const auto rules = std::make_shared<const TabularRules>(grid_model(grid_world()));
  TabularWorld world(rules);
  std::vector<float> observation(static_cast<std::size_t>(world.spec().observation.size));
  Rng rng;
  world.reset(rng, observation);
  Canvas canvas;
  world.draw(canvas);
  const Shape& player = canvas.shapes().back();
  ASSERT_EQ(player.kind, Shape::Kind::kDisc);
  EXPECT_LT(distance(player.points.at(0), {0.5, 4.5}), 1e-12);
  const auto goal = std::ranges::find_if(canvas.shapes(), [](const Shape& shape) {
    return shape.colour.green == colours::kGoal.green && shape.colour.opacity == 1;
  });
  ASSERT_NE(goal, canvas.shapes().end());
  EXPECT_LT(distance(goal->points.at(0), {4.03, 4.03}), 1e-12);
}

TEST(Canvas, EveryWorldDrawsFiniteShapesWhereverItIs) {
  EnvironmentRegistry registry("environment");
  register_environments(registry);
  for (const std::string& name : registry.names()) {
    SCOPED_TRACE(name);
    const auto world = registry.at(name)();
    const EnvironmentSpec& spec = world->spec();
    const auto agents = static_cast<std::size_t>(spec.agents);
    std::vector<float> observation(agents * static_cast<std::size_t>(spec.observation.size));
    std::vector<float> action(agents * static_cast<std::size_t>(spec.action.size), 0);
    std::vector<float> reward(agents), cost(agents * spec.constraints.size());
    Rng rng(3);
    world->reset(rng, observation);
    bool ended = false;
    for (int step = 0; step < 5 && !ended; ++step) {
      Canvas canvas;
      world->draw(canvas);
      EXPECT_GT(canvas.shapes().size(), 1u);
      EXPECT_LT(canvas.low().x, canvas.high().x);
      EXPECT_LT(canvas.low().y, canvas.high().y);
      for (const Shape& shape : canvas.shapes()) {
        EXPECT_FALSE(shape.points.empty());
        EXPECT_TRUE(std::isfinite(shape.size) && shape.size >= 0);
        for (const Point2 p : shape.points) EXPECT_TRUE(std::isfinite(p.x) && std::isfinite(p.y));
      }
      ended = world->step(action, rng, {observation, reward, cost});
    }
  }
}

}  // namespace
}  // namespace saddle
