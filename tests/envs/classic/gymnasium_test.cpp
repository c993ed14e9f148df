// SPDX-License-Identifier: Apache-2.0
// Worlds of classic control against trajectories recorded from Gymnasium.
#include <cmath>

#include <gtest/gtest.h>

#include <saddle/envs/classic/cart_pole.h>
#include <saddle/envs/classic/double_pendulum.h>
#include <saddle/envs/classic/mountain_car.h>
#include <saddle/envs/classic/pendulum.h>

#include "tests/support/golden.h"

namespace saddle {
namespace {

constexpr double kTolerance = 1e-5;

void place(CartPole& world, const std::vector<double>& at) {
  world.place({at.at(0), at.at(1), at.at(2), at.at(3)});
}
void place(DoublePendulum& world, const std::vector<double>& at) {
  world.place({at.at(0), at.at(1), at.at(2), at.at(3)});
}
void place(MountainCar& world, const std::vector<double>& at) { world.place({at.at(0), at.at(1)}); }
void place(Pendulum& world, const std::vector<double>& at) { world.place(at.at(0), at.at(1)); }

/// Plays a recorded file again; returns the number of its steps.
template <class World>
int replay(World world) {
  const EnvironmentSpec& spec = world.spec();
  std::vector<float> observation(static_cast<std::size_t>(spec.observation.size));
  std::vector<float> cost(spec.constraints.size());
  int steps = 0, endings = 0;
  Rng unused;
  for (const auto& [starts, expected] : testing::golden_lines(spec.id)) {
    if (starts) {
      place(world, expected);
      continue;
    }
    SCOPED_TRACE(::testing::Message() << spec.id << ", step " << ++steps);
    if (expected.size() != observation.size() + 3) {
      ADD_FAILURE() << "a line of the file is not whole";
      break;
    }
    const auto action = static_cast<float>(expected[0]);
    float reward = 0;
    const bool ended = world.step({&action, 1}, unused, {observation, {&reward, 1}, cost});
    for (std::size_t i = 0; i < observation.size(); ++i) {
      EXPECT_NEAR(observation[i], expected[1 + i], kTolerance) << "observation " << i;
    }
    EXPECT_NEAR(reward, expected[expected.size() - 2], kTolerance);
    EXPECT_EQ(ended, expected.back() == 1);
    endings += ended ? 1 : 0;
    if (::testing::Test::HasFailure()) break;
  }
  EXPECT_TRUE(endings > 0 || spec.id == "Pendulum-v0");
  return steps;
}

TEST(Gymnasium, ItsCartPoleMovesAsOurs) { EXPECT_EQ(replay(CartPole(Control::kDiscrete)), 400); }

TEST(Gymnasium, ItsAcrobotMovesAsOurDoublePendulum) {
  EXPECT_EQ(replay(DoublePendulum(Control::kDiscrete)), 400);
}

TEST(Gymnasium, ItsMountainCarsMoveAsOurs) {
  EXPECT_EQ(replay(MountainCar(Control::kDiscrete)), 400);
  EXPECT_EQ(replay(MountainCar(Control::kContinuous)), 400);
}

TEST(Gymnasium, ItsPendulumMovesAsOurs) { EXPECT_EQ(replay(Pendulum()), 400); }

}  // namespace
}  // namespace saddle
