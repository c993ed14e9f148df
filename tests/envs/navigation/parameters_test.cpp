// SPDX-License-Identifier: Apache-2.0
// Robots, floors, goals and hazards that are others than a world is made with.
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/drive.h"

namespace saddle {
namespace {

using testing::Drive;
using testing::suite_world;

TEST(NavigationParameters, ListsThePhysicsOfItsRobotAndOfWhatSlidesAndItsTask) {
  const auto names = [](const std::string& id) {
    NavigationWorld world(suite_world(id));
    std::string all;
    for (const WorldParameter& p : world.parameters()) {
      EXPECT_GT(*p.value, 0);
      all += p.name + " ";
    }
    return all;
  };
  EXPECT_EQ(names("PointButton2-v0"), "mass thrust drag turn_rate hazard_radius ");
  EXPECT_EQ(names("PointGoal1-v0"),
            "mass thrust drag turn_rate friction goal_radius hazard_radius ");
  EXPECT_EQ(names("CarRun0-v0"), "mass traction wheel_speed ");
  EXPECT_EQ(names("CarPush0-v0"), "mass traction wheel_speed friction goal_radius ");
}

TEST(NavigationParameters, GoalsAndHazardsAreAsWideAsOneSets) {
  const auto set = [](Drive& drive, const std::string& name, double value) {
    for (const WorldParameter& p : drive.world.parameters()) {
      if (p.name == name) *p.value = value;
    }
  };
  for (const char* id : {"PointGoal1-v0", "PointPush1-v0"}) {
    SCOPED_TRACE(id);
    for (const double wide : {0.3, 20.0}) {
      Drive drive(suite_world(id), 3);
      set(drive, "goal_radius", wide);
      drive.step({0, 0});
      EXPECT_NEAR(drive.reward, wide > 1 ? 1 : 0, 0.05);
    }
    for (const double wide : {0.01, 20.0}) {
      Drive drive(suite_world(id), 3);
      set(drive, "hazard_radius", wide);
      drive.step({0, 0});
      EXPECT_EQ(drive.cost_of("hazards"), wide > 1 ? 1 : 0);
    }
  }
}

TEST(NavigationParameters, PhysicsActFromTheNextResetOn) {
  const auto top_speed = [](const std::string& id, const std::string& name, double factor) {
    Drive drive(suite_world(id));
    for (const WorldParameter& p : drive.world.parameters()) {
      if (p.name == name) *p.value *= factor;
    }
    const auto speed = [&drive] {
      for (int t = 0; t < 300; ++t) drive.step({1, 1});
      return norm(drive.scene().velocity());
    };
    const double before = speed();
    drive.world.reset(drive.rng, drive.observation);
    return std::pair{before, speed()};
  };
  const auto [car, slow_car] = top_speed("CarRun0-v0", "wheel_speed", 0.5);
  EXPECT_NEAR(car, 0.78, 1e-5);
  EXPECT_NEAR(slow_car, 0.39, 1e-5);
  // Round and round at a yaw rate w the speed is less than F/d, by a factor of c/√(c² + w²) with
  // c = d/m, but for the length of a step; it scales with the thrust.
  const auto [point, weak_point] = top_speed("PointRun0-v0", "thrust", 0.8);
  EXPECT_NEAR(point, 1.5 * 1.9272 / std::hypot(1.9272, 3), 0.02);
  EXPECT_NEAR(weak_point, 0.8 * point, 1e-5);
}

TEST(NavigationParameters, ABoxSlidesFurtherOnASmootherFloor) {
  const auto way = [](double factor) {
    Drive drive(suite_world("PointPush0-v0"), 3);
    for (const WorldParameter& p : drive.world.parameters()) {
      if (p.name == "friction") *p.value *= factor;
    }
    drive.rng = Rng(3);
    drive.world.reset(drive.rng, drive.observation);
    const Point2 box = drive.scene().places(Thing::kBox)[0];
    while (drive.scene().touched(Thing::kBox) == 0) drive.step(drive.towards(box));
    for (int t = 0; t < 300; ++t) drive.step({-1, 0});
    return distance(drive.scene().places(Thing::kBox)[0], box);
  };
  EXPECT_GT(way(0.1), 1.5 * way(1));
}

}  // namespace
}  // namespace saddle
