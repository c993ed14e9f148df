// SPDX-License-Identifier: Apache-2.0
// Navigation worlds: what is in them, and costs and lidars recomputed from where things are.
#include <cmath>
#include <numbers>

#include <gmock/gmock.h>

#include <saddle/envs/navigation/lidar.h>

#include "tests/support/drive.h"

namespace saddle {
namespace {

using testing::Drive;
using ::testing::HasSubstr;
using testing::suite_world;
using ::testing::ThrowsMessage;

std::string ids_of(const std::vector<ConstraintSpec>& constraints) {
  std::string all;
  for (const ConstraintSpec& c : constraints) {
    all += concat(all.empty() ? "" : " ", c.name, "=", c.default_limit);
  }
  return all;
}

TEST(NavigationWorld, TheSuiteHoldsWhatItsNamesSay) {
  struct Expected {
    std::string name;
    std::size_t buttons, goals, hazards, pillars, gremlins, vases, boxes;
    int horizon, lidars;
    std::string constraints;
  };
  const std::vector<Expected> all{
      {"Goal0-v0", 0, 1, 0, 0, 0, 0, 0, 1000, 1, ""},
      {"Goal1-v0", 0, 1, 8, 0, 0, 1, 0, 1000, 3, "hazards=25"},
      {"Goal2-v0", 0, 1, 10, 0, 0, 10, 0, 1000, 3, "hazards=25 vases=25"},
      {"Goal2Multi-v0", 0, 1, 10, 0, 0, 10, 0, 1000, 3, "hazards=25 vases=25 speed=25"},
      {"Button0-v0", 4, 1, 0, 0, 0, 0, 0, 1000, 2, ""},
      {"Button1-v0", 4, 1, 4, 0, 4, 0, 0, 1000, 4, "obstacles=25"},
      {"Button1Multi-v0", 4, 1, 4, 0, 4, 0, 0, 1000, 4,
       "hazards=25 gremlins=25 buttons=10 speed=25"},
      {"Button2-v0", 4, 1, 8, 0, 6, 0, 0, 1000, 4, "obstacles=25"},
      {"Button2Multi-v0", 4, 1, 8, 0, 6, 0, 0, 1000, 4,
       "hazards=25 gremlins=25 buttons=10 speed=25"},
      {"Push0-v0", 0, 1, 0, 0, 0, 0, 1, 1000, 2, ""},
      {"Push1-v0", 0, 1, 2, 1, 0, 0, 1, 1000, 4, "hazards=25"},
      {"Push2-v0", 0, 1, 4, 4, 0, 0, 1, 1000, 4, "obstacles=25"},
      {"Push2Multi-v0", 0, 1, 4, 4, 0, 0, 1, 1000, 4, "hazards=25 pillars=25 speed=25"},
      {"Circle0-v0", 0, 1, 0, 0, 0, 0, 0, 500, 1, ""},
      {"Circle1-v0", 0, 1, 0, 0, 0, 0, 0, 500, 1, "walls=25"},
      {"Circle2-v0", 0, 1, 0, 0, 0, 0, 0, 500, 1, "walls=25"},
      {"Circle2Multi-v0", 0, 1, 0, 0, 0, 0, 0, 500, 1, "walls=25 speed=25"},
      {"Run0-v0", 0, 0, 0, 0, 0, 0, 0, 500, 0, "walls=25"},
      {"Run0Multi-v0", 0, 0, 0, 0, 0, 0, 0, 500, 0, "walls=25 speed=25"}};
  EXPECT_EQ(navigation_suite().size(), 2 * all.size());
  for (const bool car : {false, true}) {
    for (const Expected& e : all) {
      const std::string id = (car ? "Car" : "Point") + e.name;
      SCOPED_TRACE(id);
      const Drive drive(suite_world(id));
      const Scene& scene = drive.scene();
      const EnvironmentSpec& spec = drive.world.spec();
      EXPECT_EQ(spec.id, id);
      EXPECT_EQ(scene.places(Thing::kButton).size(), e.buttons);
      EXPECT_EQ(scene.places(Thing::kGoal).size(), e.goals);
      EXPECT_EQ(scene.places(Thing::kHazard).size(), e.hazards);
      EXPECT_EQ(scene.places(Thing::kPillar).size(), e.pillars);
      EXPECT_EQ(scene.places(Thing::kGremlin).size(), e.gremlins);
      EXPECT_EQ(scene.places(Thing::kVase).size(), e.vases);
      EXPECT_EQ(scene.places(Thing::kBox).size(), e.boxes);
      EXPECT_EQ(spec.observation.size, (car ? 24 : 12) + 16 * e.lidars);
      EXPECT_EQ(spec.horizon, e.horizon);
      EXPECT_EQ(spec.time_step, car ? 0.04 : 0.02);
      EXPECT_EQ(ids_of(spec.constraints), e.constraints);
    }
  }
}

/// How far from its place a thing keeps others, as Safety-Gymnasium has it.
double keepout(const std::string& id, Thing thing) {
  const bool push = id.find("Push") != std::string::npos;
  switch (thing) {
    case Thing::kButton:
      return 0.2;
    case Thing::kGoal:
      return push ? 0.4 : 0.305;
    case Thing::kHazard:
      return push ? 0.4 : 0.18;
    case Thing::kPillar:
      return 0.3;
    case Thing::kGremlin:
      return 0.4;
    case Thing::kVase:
      return 0.15;
    case Thing::kBox:
      return id.starts_with("Car") ? 0.125 : 0.2;
  }
  return 0;
}

/// Where things were placed, and with which keepouts; the goals of Button and Circle are not.
std::vector<Occupied> layout_of(const Drive& drive) {
  const std::string& id = drive.world.spec().id;
  const bool round = id.find("Circle") != std::string::npos || id.find("Run") != std::string::npos;
  std::vector<Occupied> all{{drive.robot(), round ? 0 : 0.4}};
  for (const Thing thing : kAllThings) {
    const bool found = id.find("Button") != std::string::npos || round;
    if (thing == Thing::kGoal && found) continue;
    for (Point2 place : drive.scene().places(thing)) {
      if (thing == Thing::kGremlin) place.y -= 0.35;  // they start north of home
      all.push_back({place, keepout(id, thing)});
    }
  }
  return all;
}

TEST(NavigationWorld, EpisodesStartClearOfEverything) {
  for (const NavigationParameters& parameters : navigation_suite()) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      SCOPED_TRACE(concat(parameters.id, ", seed ", seed));
      const Drive drive(parameters, seed);
      const std::vector<Occupied> layout = layout_of(drive);
      for (std::size_t i = 0; i < layout.size(); ++i) {
        const double reach = parameters.half_width - layout[i].keepout + 1e-6;
        EXPECT_LE(std::abs(layout[i].position.x), reach);
        EXPECT_LE(std::abs(layout[i].position.y), reach);
        for (std::size_t j = 0; j < i; ++j) {
          EXPECT_GE(distance(layout[i].position, layout[j].position),
                    layout[i].keepout + layout[j].keepout - 1e-6);
        }
      }
    }
  }
}

TEST(NavigationWorld, ThingsThatDoNotFitAreRefused) {
  NavigationParameters crowded = suite_world("PointGoal2-v0");
  crowded.half_width = 0.5;
  EXPECT_THAT([&] { Drive drive(crowded); }, ThrowsMessage<Error>(HasSubstr("do not fit")));
  NavigationParameters tiny = suite_world("CarGoal0-v0");
  tiny.half_width = 0.3;  // less than the robot keeps clear
  EXPECT_THAT([&] { Drive drive(tiny); }, ThrowsMessage<Error>(HasSubstr("do not fit")));
}

TEST(NavigationWorld, HazardsCostWhileTheCentreIsInside) {
  for (const auto& [id, radius] : {std::pair{"PointGoal2-v0", 0.2},
                                   {"CarButton2Multi-v0", 0.2},
                                   {"PointPush2Multi-v0", 0.3}}) {
    SCOPED_TRACE(id);
    Drive drive(suite_world(id), 3);
    int inside = 0, outside = 0;
    for (int t = 0; t < 2000; ++t) {
      const std::vector<Point2> hazards = drive.places(Thing::kHazard);
      drive.step(drive.towards(hazards[static_cast<std::size_t>(t / 200) % hazards.size()]));
      double nearest = 10;
      for (const Point2 h : hazards) {
        nearest = std::min(nearest, std::hypot(drive.robot().x - h.x, drive.robot().y - h.y));
      }
      ASSERT_EQ(drive.cost_of("hazards"), nearest <= radius ? 1 : 0) << "step " << t;
      ++(nearest <= radius ? inside : outside);
    }
    EXPECT_GT(inside, 100);
    EXPECT_GT(outside, 100);
  }
}

TEST(NavigationWorld, VasesCostWhileTouchedOrMoving) {
  // A disc, a corner, and the skin that Box2D gives its shapes.
  const double kClear = 0.1 + 0.1 * std::sqrt(2) + 0.02;
  int quiet = 0, disturbed = 0;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Drive drive(suite_world("PointGoal2-v0"), seed);
    for (int t = 0; t < 600; ++t) {
      const std::vector<Point2> before = drive.places(Thing::kVase);
      drive.step(drive.towards(before[static_cast<std::size_t>(t / 120)]));
      double moved = 0, nearest = 10;
      for (std::size_t i = 0; i < before.size(); ++i) {
        const Point2 vase = drive.scene().places(Thing::kVase)[i];
        moved = std::max(moved, distance(vase, before[i]));
        nearest = std::min(nearest, distance(vase, drive.robot()));
      }
      // A vase that slid a tenth of a millimetre was moving; one out of reach of a corner and still
      // is not.
      if (moved > 1e-4) {
        ASSERT_EQ(drive.cost_of("vases"), 1) << "step " << t;
      }
      if (moved < 1e-7 && nearest > kClear) {
        ASSERT_EQ(drive.cost_of("vases"), 0) << "step " << t;
      }
      ++(drive.cost_of("vases") > 0 ? disturbed : quiet);
    }
  }
  EXPECT_GT(quiet, 100);
  EXPECT_GT(disturbed, 100);
}

struct Bodies {
  const char* id;
  Thing thing;
  const char* constraint;
  double touching, clear;  ///< distances of centres within and beyond which contact is certain
};

TEST(NavigationWorld, PillarsAndGremlinsCostWhileTouched) {
  const double kCorner = 0.1 * std::sqrt(2), kSkin = 0.02;
  for (const auto& [id, thing, constraint, touching, clear] :
       {Bodies{"PointPush2Multi-v0", Thing::kPillar, "pillars", 0.3, 0.3},
        Bodies{"CarPush2Multi-v0", Thing::kPillar, "pillars", 0.3, 0.2 + kCorner + kSkin},
        Bodies{"PointButton2Multi-v0", Thing::kGremlin, "gremlins", 0.2, 0.1 + kCorner + kSkin},
        Bodies{"CarButton1Multi-v0", Thing::kGremlin, "gremlins", 0.2, 2 * kCorner + kSkin}}) {
    int touched = 0, free = 0;
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      SCOPED_TRACE(concat(id, ", seed ", seed));
      Drive drive(suite_world(id), seed);
      for (int t = 0; t < 500; ++t) {
        // Contacts are found where a step begins, and act in it.
        const std::vector<Point2> before = drive.places(thing);
        double nearest = 10;
        for (const Point2 p : before) nearest = std::min(nearest, distance(p, drive.robot()));
        drive.step(drive.towards(before[static_cast<std::size_t>(t / 125)]));
        if (nearest < touching - 1e-5) {
          ASSERT_EQ(drive.cost_of(constraint), 1) << "step " << t;
        }
        if (nearest > clear + 1e-5) {
          ASSERT_EQ(drive.cost_of(constraint), 0) << "step " << t;
        }
        ++(drive.cost_of(constraint) > 0 ? touched : free);
      }
    }
    EXPECT_GT(touched, 50) << id;
    EXPECT_GT(free, 50) << id;
  }
}

TEST(NavigationWorld, WallsCostBeyondThemAndSpeedAboveHalfTheTopSpeed) {
  struct Walled {
    const char* id;
    double x, y, limit;
  };
  for (const auto& [id, x, y, limit] :
       {Walled{"PointCircle2Multi-v0", 1.125, 1.125, 0.75},
        Walled{"CarCircle2Multi-v0", 1.125, 1.125, 0.39},
        Walled{"PointRun0Multi-v0", 0.5, 1e9, 0.75}, Walled{"CarRun0Multi-v0", 0.5, 1e9, 0.39}}) {
    SCOPED_TRACE(id);
    Drive drive(suite_world(id), 2);
    int beyond = 0, fast = 0;
    for (int t = 0; t < 1000; ++t) {
      const Point2 before = drive.robot();
      const bool leave = t % 200 < 100;
      testing::Action action = drive.towards(leave ? Point2{2, 1} : Point2{0, 0});
      if (t % 400 >= 200) action = {0.3f * action[0], 0.3f * action[1]};
      drive.step(action);
      const Point2 at = drive.robot();
      const bool out = std::abs(at.x) > x || std::abs(at.y) > y;
      ASSERT_EQ(drive.cost_of("walls"), out ? 1 : 0) << "step " << t;
      const double speed = distance(at, before) / drive.world.spec().time_step;
      if (std::abs(speed - limit) > 1e-4) {
        ASSERT_EQ(drive.cost_of("speed"), speed > limit ? 1 : 0) << "step " << t;
      }
      beyond += out;
      fast += speed > limit;
    }
    EXPECT_GT(beyond, 10);
    EXPECT_LT(beyond, 990);
    EXPECT_GT(fast, 10);
    EXPECT_LT(fast, 990);
  }
  Drive two(suite_world("PointCircle1-v0"));
  while (two.robot().y < 1.2) two.step(two.towards({0, 2}));
  EXPECT_EQ(two.cost_of("walls"), 0) << "the walls of Circle1 are in the east and in the west";
}

TEST(NavigationWorld, OneConstraintCostsWhereAnyOfSeveralDoes) {
  for (const std::string name : {"PointButton2", "CarPush2"}) {
    SCOPED_TRACE(name);
    Drive one(suite_world(name + "-v0"), 8), apart(suite_world(name + "Multi-v0"), 8);
    int costly = 0;
    for (int t = 0; t < 1000; ++t) {
      const testing::Action action =
          one.towards(one.scene().places(Thing::kHazard)[static_cast<std::size_t>(t / 250)]);
      one.step(action);
      apart.step(action);
      ASSERT_EQ(one.observation, apart.observation);
      ASSERT_EQ(one.reward, apart.reward);
      const auto kinds = std::span(apart.cost).first(apart.cost.size() - 1);  // but for speed
      ASSERT_EQ(one.cost_of("obstacles"), std::ranges::max(kinds));
      costly += one.cost[0] > 0;
    }
    EXPECT_GT(costly, 50);
    EXPECT_LT(costly, 950);
  }
}

/// A lidar as its comment defines it, bin by bin, with angles from dot and cross products.
std::array<double, kLidarBins> oracle(const Pose& robot, std::span<const Point2> things,
                                      double reach) {
  std::array<double, kLidarBins> bins{};
  for (const Point2 thing : things) {
    const Point2 to = thing - robot.position;
    const double d = std::hypot(to.x, to.y);
    const double ahead = (robot.cosine * to.x + robot.sine * to.y) / d;
    const double left = robot.cosine * to.y - robot.sine * to.x;
    const double turn = std::acos(std::clamp(ahead, -1.0, 1.0)) / (2 * std::numbers::pi);
    const double place = 16 * (left >= 0 ? turn : 1 - turn);
    for (std::size_t b = 0; b < bins.size(); ++b) {
      // How far the thing is beyond the start of this bin, going round.
      const double beyond = std::fmod(place - static_cast<double>(b) + 32, 16);
      double share = 0;
      if (beyond < 1) share = 1;
      if (beyond >= 1 && beyond < 2) share = 2 - beyond;  // it is in the next
      if (beyond >= 15) share = beyond - 15;              // in the one before
      bins.at(b) = std::max(bins.at(b), share * std::max(0.0, 1 - d / reach));
    }
  }
  return bins;
}

TEST(NavigationWorld, LidarsShowEveryKindOfThingInItsPlace) {
  for (const NavigationParameters& parameters : navigation_suite()) {
    SCOPED_TRACE(parameters.id);
    Drive drive(parameters, 9);
    const double reach = parameters.id.find("Circle") != std::string::npos ? 6 : 3;
    for (int t = 0; t < 30; ++t) {
      // Beyond the steps for which buttons do not show.
      drive.step({t < 20 ? 0.6f : -0.4f, 0.3f});
    }
    std::size_t first = parameters.id.starts_with("Car") ? 24 : 12;
    for (const Thing thing : kAllThings) {
      const auto things = drive.scene().places(thing);
      if (things.empty()) continue;
      const auto expected = oracle(drive.scene().robot(), things, reach);
      for (std::size_t b = 0; b < expected.size(); ++b) {
        EXPECT_NEAR(drive.observation.at(first + b), expected.at(b), 1e-5) << "bin " << b;
      }
      first += kLidarBins;
    }
    EXPECT_EQ(first, drive.observation.size());
  }
}

}  // namespace
}  // namespace saddle
