// SPDX-License-Identifier: Apache-2.0
// Tasks: rewards recomputed from where things are, and what follows an arrival.
#include <cmath>

#include <gmock/gmock.h>

#include "tests/support/drive.h"

namespace saddle {
namespace {

using testing::Drive;
using ::testing::Each;
using testing::suite_world;

TEST(GoalTask, PaysTheMetresGainedAndOneForArriving) {
  for (const char* id : {"PointGoal2-v0", "CarGoal1-v0"}) {
    int arrivals = 0;
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      SCOPED_TRACE(concat(id, ", seed ", seed));
      Drive drive(suite_world(id), seed);
      for (int t = 0; t < 1000; ++t) {
        const Point2 goal = drive.scene().goal();
        const double before = distance(drive.robot(), goal);
        drive.step(drive.towards(goal));
        const double after = distance(drive.robot(), goal);
        const bool arrived = after <= 0.3;
        ASSERT_NEAR(drive.reward, before - after + (arrived ? 1 : 0), 1e-6) << "step " << t;
        ASSERT_EQ(arrived, distance(drive.scene().goal(), goal) > 0)
            << "a goal reached moves, others stay";
        if (!arrived) continue;
        ++arrivals;
        EXPECT_GE(distance(drive.scene().goal(), drive.robot()), 0.4 + 0.305);
        for (const Point2 hazard : drive.scene().places(Thing::kHazard)) {
          EXPECT_GE(distance(drive.scene().goal(), hazard), 0.305 + 0.18);
        }
        for (const Point2 vase : drive.scene().places(Thing::kVase)) {
          EXPECT_GE(distance(drive.scene().goal(), vase), 0.305 + 0.15);
        }
      }
    }
    EXPECT_GT(arrivals, 20) << id;
  }
}

TEST(GoalTask, EndsWhereNoPlaceIsLeftForTheNextGoal) {
  NavigationParameters narrow = suite_world("PointGoal0-v0");
  narrow.half_width = 0.7;  // once the robot is in the middle, it keeps goals from everywhere
  Drive drive(narrow, 1);
  bool ended = false;
  for (int t = 0; t < 20000 && !ended; ++t) {
    const auto action = drive.towards(drive.scene().goal());
    ended = drive.world.step(action, drive.rng, {drive.observation, {&drive.reward, 1}, {}});
  }
  EXPECT_TRUE(ended);
  EXPECT_GT(drive.reward, 0.9) << "it ends with an arrival";
  for (const double x : {-0.395, 0.395}) {
    for (const double y : {-0.395, 0.395}) EXPECT_LT(distance(drive.robot(), {x, y}), 0.705);
  }
}

std::size_t index_of(std::span<const Point2> places, Point2 place) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (distance(places[i], place) == 0) return i;
  }
  return places.size();
}

TEST(ButtonTask, PressingTheGoalPaysOneAndDrawsTheNext) {
  std::array<int, 4> drawn{};
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Drive drive(suite_world("PointButton0-v0"), seed);
    for (int t = 0; t < 1000; ++t) {
      const auto buttons = drive.scene().places(Thing::kButton);
      const Point2 goal = drive.scene().goal();
      ASSERT_LT(index_of(buttons, goal), 4u);
      const double before = distance(drive.robot(), goal);
      drive.step(drive.towards(goal));
      // Two discs of radius 0.1, where the step begins.
      const bool pressed = before <= 0.2;
      if (std::abs(before - 0.2) < 1e-6) continue;
      ASSERT_NEAR(drive.reward, before - distance(drive.robot(), goal) + (pressed ? 1 : 0), 1e-6)
          << "step " << t;
      if (pressed) {
        ++drawn.at(index_of(buttons, drive.scene().goal()));
      } else {
        ASSERT_EQ(distance(drive.scene().goal(), goal), 0);
      }
    }
  }
  for (const int count : drawn) EXPECT_GT(count, 10);
}

TEST(ButtonTask, ForTenStepsAfterAPressNoButtonShowsAndWrongOnesAreFree) {
  int presses = 0, wrong = 0, spared = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Drive drive(suite_world("PointButton1Multi-v0"), seed);
    const auto lidar = std::span(drive.observation).subspan(12, 16);
    EXPECT_THAT(lidar, Each(0.0f)) << "nor do they at the start";
    int since = 0;  // steps since the start or a press
    for (int t = 0; t < 1000; ++t) {
      const auto buttons = drive.scene().places(Thing::kButton);
      const std::size_t goal = index_of(buttons, drive.scene().goal());
      // By turns to the goal and to what is none.
      const std::size_t target = (t / 150) % 2 == 0 ? goal : (goal + 1) % 4;
      bool pressed = false, pressed_wrong = false, unclear = false;
      for (std::size_t i = 0; i < buttons.size(); ++i) {
        const double d = distance(drive.robot(), buttons[i]);
        unclear = unclear || std::abs(d - 0.2) < 1e-6;
        if (d <= 0.2) (i == goal ? pressed : pressed_wrong) = true;
      }
      drive.step(drive.towards(buttons[target]));
      ++since;
      if (!unclear) {
        ASSERT_EQ(drive.cost_of("buttons"), pressed_wrong && since > 10 ? 1 : 0) << "step " << t;
      }
      wrong += drive.cost_of("buttons") > 0;
      spared += pressed_wrong && since <= 10;
      if (pressed) since = 0, ++presses;
      if (since < 10) {
        ASSERT_THAT(lidar, Each(0.0f)) << "step " << t;
      } else {
        ASSERT_GT(std::ranges::max(lidar), 0) << "step " << t;
      }
    }
  }
  EXPECT_GT(presses, 10);
  EXPECT_GT(wrong, 10);
  EXPECT_GT(spared, 0);
}

/// Goes slowly round the box to the line on which it lies between robot and goal, and pushes along
/// that.
testing::Action push(const Drive& drive) {
  const Point2 box = drive.scene().places(Thing::kBox)[0], goal = drive.scene().goal();
  const double far = distance(box, goal);
  const Point2 ahead{(goal.x - box.x) / far, (goal.y - box.y) / far};
  const Point2 at = drive.robot() - box, v = drive.scene().velocity();
  const double along = at.x * ahead.x + at.y * ahead.y, aside = ahead.x * at.y - ahead.y * at.x;
  const double drift = ahead.x * v.y - ahead.y * v.x;
  const double side = aside < 0 ? -0.5 : 0.5;
  Point2 way{along + 0.3, -0.5 * drift};  // from the box, towards the goal and to the left of that
  if (along > -0.15 && std::abs(aside) < 0.4) {
    way = {along, side};
  } else if (along > -0.5 && std::abs(aside) > 0.15) {
    way = {-0.8, side};
  }
  const testing::Action action = drive.towards(
      {box.x + way.x * ahead.x - way.y * ahead.y, box.y + way.x * ahead.y + way.y * ahead.x});
  return drive.world.spec().time_step == PointRobot::kTimeStep
             ? testing::Action{0.4f * action[0], action[1]}
             : action;
}

TEST(PushTask, PaysTheMetresGainedToTheBoxAndOfTheBoxAndOneForArriving) {
  for (const char* id : {"PointPush0-v0", "CarPush0-v0"}) {
    int arrivals = 0;
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      SCOPED_TRACE(concat(id, ", seed ", seed));
      Drive drive(suite_world(id), seed);
      for (int t = 0; t < 1000; ++t) {
        const Point2 goal = drive.scene().goal(), box = drive.scene().places(Thing::kBox)[0];
        const double to_box = distance(drive.robot(), box), to_goal = distance(box, goal);
        drive.step(push(drive));
        const Point2 now = drive.scene().places(Thing::kBox)[0];
        const bool arrived = distance(now, goal) <= 0.3;
        const double gained = to_box - distance(drive.robot(), now) + to_goal - distance(now, goal);
        ASSERT_NEAR(drive.reward, gained + (arrived ? 1 : 0), 1e-6) << "step " << t;
        ASSERT_EQ(arrived, distance(drive.scene().goal(), goal) > 0);
        arrivals += arrived;
      }
    }
    EXPECT_GT(arrivals, 3) << id;
  }
}

TEST(CircleTask, PaysTheSpeedRoundTheOriginByNearnessToTheCircle) {
  for (const char* id : {"PointCircle0-v0", "CarCircle1-v0"}) {
    SCOPED_TRACE(id);
    Drive drive(suite_world(id), 5);
    double most = 0, total = 0;
    for (int t = 0; t < 500; ++t) {
      const Point2 at = drive.robot();
      const double angle = std::atan2(at.y, at.x);
      // Round to the left, forwards for a while and then against it.
      drive.step(drive.towards({1.5 * std::cos(angle + (t < 400 ? 0.5 : -0.5)),
                                1.5 * std::sin(angle + (t < 400 ? 0.5 : -0.5))}));
      const Point2 now = drive.robot(), v = drive.scene().velocity();
      const double phi = std::atan2(now.y, now.x), radius = std::hypot(now.x, now.y);
      const double round = -v.x * std::sin(phi) + v.y * std::cos(phi);
      ASSERT_NEAR(drive.reward, 0.1 * round / (1 + std::abs(radius - 1.5)), 1e-6) << "step " << t;
      most = std::max(most, static_cast<double>(drive.reward));
      total += drive.reward;
    }
    const double top = drive.world.spec().time_step == 0.02 ? 1.5 : 0.78;
    EXPECT_GT(most, 0.06 * top);
    EXPECT_LE(most, 0.1 * top);
    EXPECT_LT(drive.reward, 0) << "the other way round is worth the opposite";
    EXPECT_GT(total, 10 * top);
  }
}

TEST(RunTask, PaysSixtyTimesTheWaySouth) {
  for (const char* id : {"PointRun0-v0", "CarRun0-v0"}) {
    SCOPED_TRACE(id);
    Drive drive(suite_world(id), 6);
    const Point2 start = drive.robot();
    EXPECT_LE(std::abs(start.x), 0.2);
    double total = 0;
    for (int t = 0; t < 500; ++t) {
      const double before = drive.robot().y;
      drive.step(drive.towards({0, -100}));
      // At a thousand metres from the target, way across changes the distance little.
      ASSERT_NEAR(drive.reward, 60 * (before - drive.robot().y), 1e-3) << "step " << t;
      total += drive.reward;
    }
    EXPECT_NEAR(total, 60 * (start.y - drive.robot().y), 0.05);
    EXPECT_GT(total, 60 * 9);
  }
}

}  // namespace
}  // namespace saddle
