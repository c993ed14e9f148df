// SPDX-License-Identifier: Apache-2.0
// A navigation world that a test drives through.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/envs/navigation/suite.h>

namespace saddle::testing {

using Action = std::array<float, 2>;

/// What the suite calls `id`.
inline NavigationParameters suite_world(const std::string& id) {
  for (const NavigationParameters& parameters : navigation_suite()) {
    if (parameters.id == id) return parameters;
  }
  throw Error("the suite has no world '" + id + "'");
}

/// One world, its stream, and the outcome of its last step.
struct Drive {
  explicit Drive(const NavigationParameters& parameters, std::uint64_t seed = 0)
      : world(parameters), rng(seed) {
    observation.resize(static_cast<std::size_t>(world.spec().observation.size));
    cost.resize(world.spec().constraints.size());
    world.reset(rng, observation);
  }

  void step(const Action& action) {
    EXPECT_FALSE(world.step(action, rng, {observation, {&reward, 1}, cost}));
  }

  [[nodiscard]] const Scene& scene() const { return world.scene(); }
  [[nodiscard]] Point2 robot() const { return scene().robot().position; }

  /// Copies, for places before a step.
  [[nodiscard]] std::vector<Point2> places(Thing thing) const {
    return {scene().places(thing).begin(), scene().places(thing).end()};
  }

  /// The cost that is called so.
  [[nodiscard]] float cost_of(const std::string& name) const {
    const auto& constraints = world.spec().constraints;
    const auto it = std::ranges::find(constraints, name, &ConstraintSpec::name);
    if (it == constraints.end()) throw Error("no constraint '" + name + "'");
    return cost[static_cast<std::size_t>(it - constraints.begin())];
  }

  /// Turns towards the target and goes there, through anything that lies between.
  [[nodiscard]] Action towards(Point2 target) const {
    const Point2 seen = scene().robot().to_body(target - robot());
    const double angle = std::atan2(seen.y, seen.x);
    const double turn = std::clamp(4 * angle, -1.0, 1.0), speed = std::abs(angle) < 1 ? 1 : 0;
    if (world.spec().time_step == PointRobot::kTimeStep) {
      return {static_cast<float>(speed), static_cast<float>(turn)};
    }
    return {static_cast<float>(std::clamp(speed - turn, -1.0, 1.0)),
            static_cast<float>(std::clamp(speed + turn, -1.0, 1.0))};
  }

  NavigationWorld world;
  Rng rng;
  std::vector<float> observation, cost;
  float reward = 0;
};

}  // namespace saddle::testing
