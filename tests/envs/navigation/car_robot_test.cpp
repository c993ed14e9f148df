// SPDX-License-Identifier: Apache-2.0
// Physics and sensors of the Car robot against closed forms.
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/envs/navigation/car_robot.h>

namespace saddle {
namespace {

constexpr double kCarStep = CarRobot::kTimeStep;
using Action = std::array<float, 2>;
using Sensors = std::array<float, CarRobot::kSensors>;

Scene car_scene_at(const Pose& start, const PerThing<std::vector<Pose>>& things = {}) {
  return {CarRobot().shape(), start, things};
}

Sensors sense(const CarRobot& robot, const Scene& scene) {
  Sensors s{};
  robot.sense(scene, s);
  return s;
}

TEST(CarRobot, WithBothWheelsAtFullItApproachesItsTopSpeedExponentially) {
  Scene scene = car_scene_at(Pose::at({0, 0}, 0.7));
  CarRobot robot;
  for (int i = 1; i <= 50; ++i) {
    robot.act(Action{1, 1}, scene);
    ASSERT_NEAR(norm(scene.velocity()), 0.78 * (1 - std::exp(-i * kCarStep / 0.15)), 1e-5);
  }
  EXPECT_NEAR(std::atan2(scene.velocity().y, scene.velocity().x), 0.7, 1e-5);
  EXPECT_NEAR(scene.robot().heading, 0.7, 1e-5);
  for (int i = 0; i < 20; ++i) robot.act(Action{0, 0}, scene);
  EXPECT_LT(norm(scene.velocity()), 0.01) << "it stops within 0.8 s";
}

TEST(CarRobot, WithItsWheelsAgainstEachOtherItTurnsOnTheSpot) {
  Scene scene = car_scene_at(Pose::at({1, 2}, 0));
  CarRobot robot;
  double heading = 0;
  for (int i = 1; i <= 100; ++i) {
    robot.act(Action{-1, 1}, scene);
    const double expected = 1.44 * (1 - std::exp(-i * kCarStep / 0.15));
    ASSERT_NEAR(scene.yaw_rate(), expected, 1e-4) << "left, at step " << i;
    heading += kCarStep * expected;
    ASSERT_NEAR(scene.robot().heading, heading, 1e-3);
  }
  EXPECT_LT(distance(scene.robot().position, {1, 2}), 1e-5);
}

TEST(CarRobot, WithOneWheelItRunsAlongACircle) {
  Scene scene = car_scene_at(Pose::at({0, 0}, 0));
  CarRobot robot;
  for (int i = 0; i < 50; ++i) robot.act(Action{1, 0}, scene);
  EXPECT_NEAR(norm(scene.velocity()), 0.39, 1e-3);
  EXPECT_NEAR(scene.yaw_rate(), -0.72, 1e-3) << "the left wheel turns it right";
  // Around the point a radius v/ω to the right, in 2π/ω.
  const double radius = 0.39 / 0.72;
  const Pose pose = scene.robot();
  const Point2 middle{pose.position.x + radius * pose.sine, pose.position.y - radius * pose.cosine};
  const int turn = static_cast<int>(2 * std::numbers::pi / 0.72 / kCarStep);
  for (int i = 0; i < turn; ++i) {
    robot.act(Action{1, 0}, scene);
    ASSERT_NEAR(distance(scene.robot().position, middle), radius, 0.02);
    // Wheels do not slip: what is sideways came with the turn of this step.
    const Point2 seen = scene.robot().to_body(scene.velocity());
    ASSERT_LE(std::abs(seen.y), 0.39 * 0.72 * kCarStep + 1e-4);
  }
  EXPECT_LT(distance(scene.robot().position, pose.position), 0.05);
}

TEST(CarRobot, ItsBallRollsWithoutSlipping) {
  Scene scene = car_scene_at(Pose::at({0, 0}, 2));
  CarRobot robot;
  for (int i = 0; i < 40; ++i) robot.act(Action{0.5f, 0.5f}, scene);
  const double angle = distance(scene.robot().position, {0, 0}) / CarRobot::kBallRadius;
  const Sensors ahead = sense(robot, scene);
  const double c = std::cos(angle), s = std::sin(angle);
  const std::array<double, 9> rolled{c, 0, s, 0, 1, 0, -s, 0, c};  // about the axis to the left
  for (std::size_t i = 0; i < rolled.size(); ++i) {
    EXPECT_NEAR(ahead.at(15 + i), rolled.at(i), 1e-3) << "entry " << i;
  }
  EXPECT_NEAR(ahead[12], 0, 1e-4);
  EXPECT_NEAR(ahead[13], norm(scene.velocity()) / CarRobot::kBallRadius, 1e-4);

  // On the spot the ball, behind, goes right as the car turns left.
  robot.reset();
  Scene still = car_scene_at(Pose::at({0, 0}, 1));
  for (int i = 0; i < 30; ++i) robot.act(Action{-1, 1}, still);
  const Sensors round = sense(robot, still);
  EXPECT_NEAR(round[12], 0.1 * still.yaw_rate() / CarRobot::kBallRadius, 1e-3);
  EXPECT_NEAR(round[13], 0, 1e-3);
  EXPECT_EQ(round[14], 0);
  const double way = 0.1 * (still.robot().heading - 1) / CarRobot::kBallRadius;
  EXPECT_NEAR(round[15 + 4], std::cos(way), 1e-3);
  EXPECT_NEAR(round[15 + 7], std::sin(way), 1e-3);
}

TEST(CarRobot, ItsBallStaysABall) {
  Scene scene = car_scene_at(Pose::at({0, 0}, 0));
  CarRobot robot;
  Rng rng(12);
  SCOPED_TRACE("seed 12");
  for (int i = 0; i < 1000; ++i) {
    robot.act(
        Action{static_cast<float>(rng.uniform(-1, 1)), static_cast<float>(rng.uniform(-1, 1))},
        scene);
  }
  const Sensors s = sense(robot, scene);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      double product = 0;
      for (std::size_t k = 0; k < 3; ++k) product += s.at(15 + 3 * i + k) * s.at(15 + 3 * j + k);
      EXPECT_NEAR(product, i == j ? 1 : 0, 1e-6);
    }
  }
}

TEST(CarRobot, SensesItsMotionFromWhereItLooks) {
  Scene scene = car_scene_at(Pose::at({0, 0}, std::numbers::pi / 2));
  CarRobot robot;
  robot.act(Action{1, 0.5f}, scene);
  const Sensors s = sense(robot, scene);
  const double share = 1 - std::exp(-kCarStep / 0.15);
  EXPECT_NEAR(s[0], 0.75 * 0.78 * share / kCarStep, 1e-2) << "acceleration ahead";
  EXPECT_NEAR(s[2], 9.81, 1e-5);
  EXPECT_NEAR(s[3], 0.75 * 0.78 * share, 1e-3) << "velocity ahead";
  EXPECT_NEAR(s[8], -0.25 * 1.44 * share, 1e-4) << "yaw rate";
  EXPECT_NEAR(s[9], -0.5, 1e-3) << "south is behind a robot that heads north";
}

TEST(CarRobot, HoldsABoxAgainstAPillarAndStops) {
  PerThing<std::vector<Pose>> things;
  things[Thing::kPillar] = {Pose::at({2, 0}, 0)};
  things[Thing::kBox] = {Pose::at({1, 0}, 0)};
  Scene scene = car_scene_at(Pose::at({0, 0}, 0), things);
  CarRobot robot;
  for (int i = 0; i < 300; ++i) {
    robot.act(Action{1, 1}, scene);
    const Point2 box = scene.places(Thing::kBox)[0];
    ASSERT_GT(distance(box, {2, 0}), 0.2 + 0.125 - 0.04) << "step " << i;
    ASSERT_GT(distance(box, scene.robot().position), 0.1 + 0.125 - 0.04) << "step " << i;
  }
}

}  // namespace
}  // namespace saddle
