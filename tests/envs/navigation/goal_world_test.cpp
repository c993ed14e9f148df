// SPDX-License-Identifier: Apache-2.0
// Goal worlds: reward and costs recomputed from where things are.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/envs/navigation/goal_world.h>
#include <saddle/envs/navigation/lidar.h>

namespace saddle {
namespace {

struct Played {
  std::vector<float> observation;
  float reward = 0;
  std::vector<float> cost;
};

Played step(GoalWorld& world, std::array<float, 2> action, Rng& rng) {
  const EnvironmentSpec& spec = world.spec();
  Played p;
  p.observation.resize(static_cast<std::size_t>(spec.observation.size));
  p.cost.resize(spec.constraints.size());
  EXPECT_FALSE(world.step(action, rng, {p.observation, {&p.reward, 1}, p.cost}));
  return p;
}

void reset(GoalWorld& world, Rng& rng) {
  std::vector<float> observation(static_cast<std::size_t>(world.spec().observation.size));
  world.reset(rng, observation);
}

/// Turns towards the target and drives; through anything that lies between.
std::array<float, 2> drive_to(const GoalWorld& world, Point2 target) {
  const Pose robot = world.scene().robot();
  const Point2 seen = robot.to_body(target - robot.position);
  const double angle = std::atan2(seen.y, seen.x);
  return {std::abs(angle) < 1 ? 1.0f : 0.0f, static_cast<float>(std::clamp(4 * angle, -1.0, 1.0))};
}

GoalParameters crowded() {
  return {.id = "Crowded-v0",
          .doc = "for tests",
          .half_width = 1.5,
          .hazards = 8,
          .vases = 5,
          .constrain_vases = true};
}

TEST(GoalWorld, WorldsOfTheRegistryHoldWhatTheirNamesSay) {
  EnvironmentRegistry worlds("environment");
  register_environments(worlds);
  struct Expected {
    const char* id;
    std::size_t hazards, vases;
    std::vector<std::string> constraints;
    int observation;
  };
  for (const auto& [id, hazards, vases, constraints, size] :
       {Expected{"PointGoal0-v0", 0, 0, {}, 28}, Expected{"PointGoal1-v0", 8, 1, {"hazards"}, 60},
        Expected{"PointGoal2-v0", 10, 10, {"hazards", "vases"}, 60}}) {
    SCOPED_TRACE(id);
    const auto made = worlds.at(id)();
    auto& world = dynamic_cast<GoalWorld&>(*made);
    Rng rng(1);
    reset(world, rng);
    EXPECT_EQ(world.hazards().size(), hazards);
    EXPECT_EQ(world.scene().vases().size(), vases);
    EXPECT_EQ(world.spec().observation.size, size);
    EXPECT_EQ(world.spec().horizon, 1000);
    std::vector<std::string> names;
    for (const ConstraintSpec& c : world.spec().constraints) {
      names.push_back(c.name);
      EXPECT_EQ(c.default_limit, 25);
    }
    EXPECT_EQ(names, constraints);
  }
}

TEST(GoalWorld, EpisodesStartClearOfEverything) {
  GoalWorld world(crowded());
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Rng rng(seed);
    reset(world, rng);
    const Point2 robot = world.scene().robot().position;
    EXPECT_GE(distance(robot, world.goal()), GoalWorld::kRobotKeepout + GoalWorld::kGoalKeepout);
    for (const Point2 hazard : world.hazards()) {
      EXPECT_GE(distance(robot, hazard), GoalWorld::kRobotKeepout + GoalWorld::kHazardKeepout);
      EXPECT_GE(distance(world.goal(), hazard),
                GoalWorld::kGoalKeepout + GoalWorld::kHazardKeepout);
    }
  }
}

TEST(GoalWorld, PaysTheMetresGainedAndOneForArriving) {
  GoalWorld world(crowded());
  int arrivals = 0;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Rng rng(seed);
    reset(world, rng);
    for (int t = 0; t < 1000; ++t) {
      const Point2 goal = world.goal();
      const double before = distance(world.scene().robot().position, goal);
      const Played p = step(world, drive_to(world, goal), rng);
      const Point2 robot = world.scene().robot().position;
      const double after = distance(robot, goal);
      const bool arrived = after <= 0.3;
      ASSERT_NEAR(p.reward, before - after + (arrived ? 1 : 0), 1e-6) << "step " << t;
      ASSERT_EQ(arrived, distance(world.goal(), goal) > 0) << "a goal reached moves, others stay";
      if (!arrived) continue;
      ++arrivals;
      EXPECT_GE(distance(world.goal(), robot), GoalWorld::kRobotKeepout + GoalWorld::kGoalKeepout);
      for (const Point2 hazard : world.hazards()) {
        EXPECT_GE(distance(world.goal(), hazard),
                  GoalWorld::kGoalKeepout + GoalWorld::kHazardKeepout);
      }
    }
  }
  EXPECT_GT(arrivals, 20);
}

TEST(GoalWorld, HazardsCostWhileTheCentreIsInside) {
  GoalWorld world(crowded());
  Rng rng(3);
  reset(world, rng);
  int inside = 0, outside = 0;
  for (int t = 0; t < 4000; ++t) {
    const std::size_t target = static_cast<std::size_t>(t / 200) % world.hazards().size();
    const Played p = step(world, drive_to(world, world.hazards()[target]), rng);
    const Point2 robot = world.scene().robot().position;
    double nearest = 10;
    for (const Point2 h : world.hazards()) {
      nearest = std::min(nearest, std::hypot(robot.x - h.x, robot.y - h.y));
    }
    ASSERT_EQ(p.cost[0], nearest <= 0.2 ? 1 : 0) << "step " << t;
    ++(p.cost[0] > 0 ? inside : outside);
  }
  EXPECT_GT(inside, 100);
  EXPECT_GT(outside, 100);
}

TEST(GoalWorld, VasesCostWhileTouchedOrMoving) {
  // A disc, a corner, and the skin that Box2D gives its shapes.
  const double kClear = 0.1 + 0.1 * std::sqrt(2) + 0.02;
  GoalWorld world(crowded());
  int quiet = 0, disturbed = 0;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Rng rng(seed);
    reset(world, rng);
    for (int t = 0; t < 600; ++t) {
      const std::vector<Point2> before(world.scene().vases().begin(), world.scene().vases().end());
      const Played p = step(world, drive_to(world, before[static_cast<std::size_t>(t / 120)]), rng);
      double moved = 0, nearest = 10;
      for (std::size_t i = 0; i < before.size(); ++i) {
        moved = std::max(moved, distance(world.scene().vases()[i], before[i]));
        nearest =
            std::min(nearest, distance(world.scene().vases()[i], world.scene().robot().position));
      }
      // A vase that slid a tenth of a millimetre was moving; one out of reach of a corner and still
      // is not.
      if (moved > 1e-4) {
        ASSERT_EQ(p.cost[1], 1) << "step " << t;
      }
      if (moved < 1e-7 && nearest > kClear) {
        ASSERT_EQ(p.cost[1], 0) << "step " << t;
      }
      ++(p.cost[1] > 0 ? disturbed : quiet);
    }
  }
  EXPECT_GT(quiet, 100);
  EXPECT_GT(disturbed, 100);
}

TEST(GoalWorld, ObservesGoalHazardsAndVasesInTheirPlaces) {
  GoalWorld world(crowded());
  Rng rng(9);
  reset(world, rng);
  const Played p = step(world, {0.3f, -0.2f}, rng);
  const Pose robot = world.scene().robot();
  const auto expect = [&](std::size_t first, std::span<const Point2> objects) {
    std::array<float, kLidarBins> bins{};
    pseudo_lidar(robot, objects, GoalWorld::kLidarReach, bins);
    EXPECT_TRUE(std::ranges::equal(std::span(p.observation).subspan(first, kLidarBins), bins));
  };
  const Point2 goal = world.goal();
  expect(12, {&goal, 1});
  expect(28, world.hazards());
  expect(44, world.scene().vases());
}

}  // namespace
}  // namespace saddle
