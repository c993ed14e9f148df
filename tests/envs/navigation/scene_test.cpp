// SPDX-License-Identifier: Apache-2.0
// Physics of the Point robot and of what it meets against closed forms.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/envs/navigation/point_robot.h>

namespace saddle {
namespace {

constexpr double kStep = PointRobot::kTimeStep;

using Things = PerThing<std::vector<Pose>>;

Things some(Thing thing, const std::vector<Point2>& places) {
  Things things;
  for (const Point2 place : places) things[thing].push_back(Pose::at(place, 0));
  return things;
}

Scene scene_at(const Pose& start, const Things& things = {}) {
  return {PointRobot().shape(), start, things};
}

TEST(PointRobot, AtFullThrottleItApproachesItsTopSpeedExponentially) {
  Scene scene = scene_at(Pose::at({0, 0}, 0.7));
  PointRobot robot;
  const std::array<float, 2> full{1, 0};
  double expected = 0;  // implicit damping: v ← (v + h a) / (1 + h c)
  for (int i = 1; i <= 300; ++i) {
    robot.act(full, scene);
    expected = (expected + kStep * PointRobot::kAcceleration) / (1 + kStep * PointRobot::kDamping);
    ASSERT_NEAR(norm(scene.velocity()), expected, 1e-5) << "step " << i;
    if (i == 26) {  // 0.52 s, a time constant
      EXPECT_NEAR(norm(scene.velocity()), 1.5 * (1 - std::exp(-1)), 0.02);
    }
  }
  EXPECT_NEAR(norm(scene.velocity()), 1.5, 1e-3);
  EXPECT_NEAR(std::atan2(scene.velocity().y, scene.velocity().x), 0.7, 1e-5);
}

TEST(PointRobot, LeftAloneItCoastsStraightAndLosesEnergy) {
  Scene scene = scene_at(Pose::at({0.2, -0.1}, 2));
  PointRobot robot;
  const std::array<float, 2> full{1, 0}, nothing{0, 0};
  for (int i = 0; i < 50; ++i) robot.act(full, scene);
  const Point2 start = scene.robot().position;
  const double speed = norm(scene.velocity());
  double before = speed;
  for (int i = 0; i < 1000; ++i) {
    robot.act(nothing, scene);
    ASSERT_LE(norm(scene.velocity()), before);
    before = norm(scene.velocity());
  }
  // Σ h v for v ← v / (1 + h c) is v / c.
  EXPECT_NEAR(distance(scene.robot().position, start), speed / PointRobot::kDamping, 1e-3);
  EXPECT_NEAR(scene.robot().heading, 2, 1e-6);
}

TEST(PointRobot, TurnsAtTheRateAskedFor) {
  Scene scene = scene_at(Pose::at({0, 0}, 0));
  PointRobot robot;
  const std::array<float, 2> left{0, 0.5f};
  for (int i = 0; i < 50; ++i) robot.act(left, scene);
  EXPECT_NEAR(scene.robot().heading, 1.5, 1e-4);  // half of 3 rad/s for a second
  EXPECT_EQ(norm(scene.velocity()), 0);
}

TEST(PointRobot, SensesVelocityAndTheFieldFromWhereItLooks) {
  Scene scene = scene_at(Pose::at({0, 0}, std::numbers::pi / 2));
  PointRobot robot;
  const std::array<float, 2> full{1, 0};
  robot.act(full, scene);
  std::array<float, PointRobot::kSensors> s{};
  robot.sense(scene, s);
  const double speed = kStep * PointRobot::kAcceleration / (1 + kStep * PointRobot::kDamping);
  EXPECT_NEAR(s[0], speed / kStep, 1e-4) << "acceleration ahead";
  EXPECT_NEAR(s[1], 0, 1e-4);
  EXPECT_NEAR(s[2], 9.81, 1e-5);
  EXPECT_NEAR(s[3], speed, 1e-5) << "velocity ahead";
  EXPECT_NEAR(s[4], 0, 1e-5);
  EXPECT_NEAR(s[9], -0.5, 1e-5) << "south is behind a robot that heads north";
  EXPECT_NEAR(s[10], 0, 1e-5);
}

TEST(PointRobot, AThrottleGainSaturates) {
  Scene gentle = scene_at(Pose::at({0, 0}, 0)), full = scene_at(Pose::at({0, 0}, 0));
  PointRobot with_gain(20), without;
  const std::array<float, 2> little{0.06f, 0}, one{1, 0};
  with_gain.act(little, gentle);
  without.act(one, full);
  EXPECT_EQ(gentle.velocity().x, full.velocity().x);
}

TEST(Vases, StayWhereTheyAreUntilTouched) {
  const std::vector<Point2> places{{1, 1}, {-1, 0.5}};
  Scene scene = scene_at(Pose::at({0, 0}, -std::numbers::pi / 2), some(Thing::kVase, places));
  PointRobot robot;
  const std::array<float, 2> away{1, 0};
  for (int i = 0; i < 200; ++i) robot.act(away, scene);
  EXPECT_EQ(scene.fastest(Thing::kVase), 0);
  EXPECT_EQ(scene.touched(Thing::kVase), 0u);
  for (std::size_t i = 0; i < places.size(); ++i) {
    EXPECT_LT(distance(scene.places(Thing::kVase)[i], places[i]), 1e-6);
  }
}

TEST(Vases, ArePushedNotEnteredAndSlideToAStopByFriction) {
  Scene scene = scene_at(Pose::at({0, 0}, 0), some(Thing::kVase, {{1, 0}}));
  PointRobot robot;
  const std::array<float, 2> full{1, 0}, back{-1, 0};
  double nearest = 10;
  bool touched = false;
  double gained = 0;
  for (int i = 0; i < 80; ++i) {
    const double before = norm(scene.velocity());
    robot.act(full, scene);
    // The push of one step at most; a collision gives nothing on top.
    gained = std::max(gained, norm(scene.velocity()) - before);
    touched = touched || scene.touched(Thing::kVase) == 1;
    nearest = std::min(nearest, distance(scene.robot().position, scene.places(Thing::kVase)[0]));
  }
  EXPECT_TRUE(touched);
  EXPECT_GT(nearest, 0.2 - 0.02) << "a disc of radius 0.1 against a box of half width 0.1";
  EXPECT_LE(gained, kStep * PointRobot::kAcceleration + 1e-6);
  EXPECT_GT(scene.places(Thing::kVase)[0].x, 1.2);

  for (int i = 0; i < 20; ++i) robot.act(back, scene);
  const double speed = scene.fastest(Thing::kVase);
  const Point2 place = scene.places(Thing::kVase)[0];
  for (int i = 0; i < 100; ++i) robot.act(back, scene);
  EXPECT_LT(scene.fastest(Thing::kVase), 1e-4);
  // v² / (2 μ g) and a step of it.
  EXPECT_LE(distance(scene.places(Thing::kVase)[0], place),
            speed * speed / (2 * 9.81) + kStep * speed + 1e-6);
}

TEST(Vases, SlideFurtherOnASmootherFloor) {
  const auto way = [](double friction) {
    Scene scene(PointRobot().shape(), Pose::at({0, 0}, 0), some(Thing::kVase, {{1, 0}}), friction);
    PointRobot robot;
    const std::array<float, 2> full{1, 0}, back{-1, 0};
    while (scene.touched(Thing::kVase) == 0) robot.act(full, scene);
    const Point2 place = scene.places(Thing::kVase)[0];
    for (int i = 0; i < 300; ++i) robot.act(back, scene);
    EXPECT_EQ(scene.fastest(Thing::kVase), 0);
    return distance(scene.places(Thing::kVase)[0], place);
  };
  // v² / (2 μ g), and a step with the robot, which brakes, behind.
  EXPECT_LT(way(1), 0.2);
  EXPECT_GT(way(0.1), 3 * way(1));
}

TEST(Pillars, StopARobotAndStayWhereTheyAre) {
  Things things = some(Thing::kPillar, {{5, 5}, {1, 0}});
  things[Thing::kButton] = {Pose::at({0, 3}, 0)};
  Scene scene = scene_at(Pose::at({0, 0}, 0), things);
  PointRobot robot;
  const std::array<float, 2> full{1, 0};
  for (int i = 0; i < 200; ++i) robot.act(full, scene);
  EXPECT_NEAR(scene.robot().position.x, 1 - 0.3, 0.01);
  EXPECT_NEAR(norm(scene.velocity()), 0, 1e-3);
  EXPECT_EQ(scene.touched(Thing::kPillar), 2u) << "the second of them";
  EXPECT_EQ(scene.touched(Thing::kButton), 0u);
  EXPECT_EQ(scene.touched(Thing::kGremlin), 0u);
  EXPECT_EQ(scene.places(Thing::kPillar)[1].x, 1);
}

TEST(Gremlins, CircleAllAlikeWhateverIsInTheirWay) {
  const std::vector<Point2> homes{{0.5, 0}, {-2, 1}, {0, -0.6}};
  Scene scene = scene_at(Pose::at({0.2, 0}, 0), some(Thing::kGremlin, homes));
  PointRobot robot;
  const std::array<float, 2> nothing{0, 0};
  std::uint64_t touched = 0;
  for (int i = 0; i <= 1000; ++i) {
    const double t = i * kStep;
    for (std::size_t k = 0; k < homes.size(); ++k) {
      const Point2 place = scene.places(Thing::kGremlin)[k];
      ASSERT_NEAR(place.x, homes[k].x + 0.35 * std::sin(t), 1e-5) << "step " << i;
      ASSERT_NEAR(place.y, homes[k].y + 0.35 * std::cos(t), 1e-5) << "step " << i;
      ASSERT_GT(distance(place, scene.robot().position), 0.18) << "they push, but do not run over";
    }
    robot.act(nothing, scene);
    touched |= scene.touched(Thing::kGremlin);
  }
  EXPECT_NE(touched & 1, 0u);
  EXPECT_EQ(touched & 2, 0u) << "the second is far away";
  EXPECT_GT(distance(scene.robot().position, {0.2, 0}), 0.1) << "what stood in the way was pushed";
}

TEST(Boxes, ArePushedAndSlideToAStop) {
  Scene scene = scene_at(Pose::at({0, 0}, 0), some(Thing::kBox, {{1, 0}}));
  PointRobot robot;
  const std::array<float, 2> full{1, 0}, back{-1, 0};
  for (int i = 0; i < 100; ++i) {
    robot.act(full, scene);
    ASSERT_GT(distance(scene.robot().position, scene.places(Thing::kBox)[0]), 0.3 - 0.02);
  }
  const double speed = scene.fastest(Thing::kBox);
  // Thrust less friction, of mass 0.05 kg, on both, against drag.
  EXPECT_NEAR(speed, (2.8908 - 0.05 * 9.81) / 1.9272, 0.05);
  const Point2 place = scene.places(Thing::kBox)[0];
  for (int i = 0; i < 100; ++i) robot.act(back, scene);
  EXPECT_EQ(scene.fastest(Thing::kBox), 0);
  // The robot pushes it on while both brake: m v̇ = −(F + μ m_b g + c v), so they go
  // m (v/c − b/c² ln(1 + c v/b)), b = F + μ m_b g.
  const double c = 1.9272, brake = 2.8908 + 0.05 * 9.81;
  const double way = 1.05 * (speed / c - brake / (c * c) * std::log(1 + c * speed / brake));
  EXPECT_NEAR(distance(scene.places(Thing::kBox)[0], place), way, kStep * speed);
}

}  // namespace
}  // namespace saddle
