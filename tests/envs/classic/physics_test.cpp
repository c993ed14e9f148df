// SPDX-License-Identifier: Apache-2.0
// Physics, goals and limits that are others than a world is made with: by hand, and that all of
// them matter.
#include <cctype>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include <saddle/envs/classic/cart_pole.h>
#include <saddle/envs/classic/double_pendulum.h>
#include <saddle/envs/classic/mountain_car.h>
#include <saddle/envs/classic/pendulum.h>
#include <saddle/envs/classic/quadrotor.h>

#include "tests/support/batch.h"
#include "tests/support/perturbation.h"
#include "tests/support/step.h"

namespace saddle {
namespace {

using testing::Step;
using testing::step;

void set(Environment& world, const std::string& name, double value) {
  for (const WorldParameter& parameter : world.parameters()) {
    if (parameter.name == name) *parameter.value = value;
  }
}

void begin(Environment& world, std::uint64_t seed = 1) {
  Rng rng(seed);
  (void)testing::reset(world, rng);
}

TEST(Physics, OfAPendulum) {
  Pendulum pendulum;
  set(pendulum, "gravity", 5);
  set(pendulum, "length", 2);
  set(pendulum, "mass", 0.5);
  begin(pendulum);
  pendulum.place(std::numbers::pi / 2, 1);
  (void)step(pendulum, 2);
  // ω̇ = 3·5/(2·2) + 3·2/(½·2²) = 3.75 + 3
  EXPECT_NEAR(pendulum.speed(), 1 + 6.75 / 20, 1e-12);
}

TEST(Physics, OfACartAndAPole) {
  CartPole world(Control::kDiscrete);
  set(world, "cart_mass", 1.5);
  set(world, "pole_mass", 0.5);
  set(world, "half_length", 1);
  set(world, "force", 8);
  begin(world);
  world.place({0, 0, 0, 0});
  (void)step(world, 1);
  // f = 8/2, ω̇ = −f/(4/3 − 1/4) = −48/13, v̇ = f + ¼ · 48/13 = 64/13.
  EXPECT_NEAR(world.state().angular_speed, -0.02 * 48 / 13, 1e-12);
  EXPECT_NEAR(world.state().speed, 0.02 * 64 / 13, 1e-12);
  // Of gravity ω̇ has g sin θ / (l (4/3 − ¼ cos² θ)).
  const auto turn = [&world](double gravity) {
    set(world, "gravity", gravity);
    begin(world);
    world.place({0, 0, 0.2, 0});
    (void)step(world, 1);
    return world.state().angular_speed / 0.02;
  };
  const double sine = std::sin(0.2), cosine = std::cos(0.2);
  EXPECT_NEAR(turn(4) - turn(1), 3 * sine / (4.0 / 3 - cosine * cosine / 4), 1e-12);
}

TEST(Physics, OfAQuadrotorAndItsWind) {
  Quadrotor2d light, heavy;
  set(heavy, "mass", 0.054);
  set(heavy, "inertia", 2.8e-5);
  set(heavy, "breeze", 0.9);
  set(heavy, "gust", 0.8);
  const auto fly = [](Quadrotor2d& world) {
    begin(world, 4);
    const double breeze = world.state().breeze[0];
    world.place({.position = DoublePair{0, 1}});
    Rng rng(6);
    std::vector<float> observation(8), cost(2);
    float reward = 0;
    (void)world.step(std::vector<float>{0, 0.5f}, rng, {observation, {&reward, 1}, cost});
    return std::tuple(world.state().velocity[1], world.state().pitch_speed, breeze,
                      world.state().gust[1]);
  };
  const auto [climb, turn, breeze, gust] = fly(light);
  const auto [heavy_climb, heavy_turn, heavy_breeze, heavy_gust] = fly(heavy);
  // The lift of half of g and that of 1.025 of it: g (1.025 − 1) and g (0.5125 − 1), but for what
  // the cosine of a small pitch takes.
  EXPECT_NEAR(climb, 9.8 * 0.025 / 60, 2e-5);
  EXPECT_NEAR(heavy_climb, -9.8 * 0.4875 / 60, 2e-5);
  EXPECT_NEAR(heavy_turn, turn / 2, 1e-12);
  EXPECT_NEAR(heavy_breeze, 3 * breeze, 1e-12);
  EXPECT_NEAR(heavy_gust, 4 * gust, 1e-12);
  EXPECT_NE(turn * breeze * gust, 0);
}

/// All that ten copies of a world show in 60 steps.
std::vector<float> history(const EnvironmentFactory& make) {
  VectorEnvironment worlds(make, 10, 2);
  testing::StepBuffers buffers(worlds);
  worlds.reset({0, 10}, buffers.start);
  Rng rng(3);
  std::vector<float> all;
  for (int t = 0; t < 60; ++t) {
    buffers.draw(rng, 1);
    worlds.step({0, 10}, buffers.view());
    for (const std::vector<float>* part : {&buffers.next, &buffers.reward, &buffers.cost}) {
      all.insert(all.end(), part->begin(), part->end());
    }
  }
  return all;
}

TEST(Task, OfAPendulumIsAnotherAngleAndSpeed) {
  Pendulum pendulum;
  set(pendulum, "target", 0.5);
  set(pendulum, "speed_limit", 1);
  begin(pendulum);
  pendulum.place(0.5, 0.75);
  EXPECT_NEAR(step(pendulum, 1).reward, -0.1 * 0.75 * 0.75 - 0.001, 1e-6);
  pendulum.place(0, 0.75);  // falls at 15 sin 0 + 3 u
  EXPECT_EQ(step(pendulum, 1).cost[0], 0) << "0.9 rad/s";
  EXPECT_EQ(step(pendulum, 2).cost[0], 1) << "1.2 rad/s and more";
  // Half a turn is the most that it can be off, whichever way round.
  pendulum.place(0.25 - std::numbers::pi, 0);
  EXPECT_NEAR(step(pendulum, 0).reward, -std::pow(std::numbers::pi - 0.25, 2), 1e-5);
}

TEST(Task, OfAMountainCarIsAnotherFlag) {
  for (const Control control : {Control::kDiscrete, Control::kContinuous}) {
    MountainCar car(control);
    begin(car);
    car.place({0.19, 0.02});
    EXPECT_FALSE(step(car, 1).ended);
    set(car, "flag", 0.2);
    car.place({0.19, 0.02});
    EXPECT_TRUE(step(car, 1).ended);
  }
}

TEST(Task, OfADoublePendulumIsAnotherHeight) {
  DoublePendulum pendulum(Control::kContinuous);
  begin(pendulum);
  pendulum.place({1.9, 0, 0, 0});  // −2 cos 1.9 = 0.65 m, and it falls a little
  EXPECT_FALSE(step(pendulum, 0).ended);
  set(pendulum, "height", 0.2);
  pendulum.place({1.9, 0, 0, 0});
  EXPECT_TRUE(step(pendulum, 0).ended);
}

TEST(Task, OfAQuadrotorIsAnotherCircle) {
  Quadrotor2d quadrotor;
  set(quadrotor, "radius", 0.25);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    begin(quadrotor, seed);
    const DoublePair at = quadrotor.state().position;
    EXPECT_NEAR(std::hypot(at[0], at[1] - 1), 0.25, 0.05 * std::numbers::sqrt2);
  }
}

TEST(Physics, EveryParameterOfAWorldMattersAndSaysWhatItIs) {
  const std::vector<std::string> kUnreached = {"friction", "target", "flag", "height"};
  EnvironmentRegistry worlds("environment");
  register_environments(worlds);
  int count = 0;
  for (const std::string& name : worlds.names()) {
    const EnvironmentFactory& make = worlds.at(name);
    const std::unique_ptr<Environment> world = make();
    Perturbation perturbation = perturbable(*world);
    const std::vector<WorldParameter> parameters = world->parameters();
    const std::vector<float> usual = history(make);
    for (std::size_t i = 0; i < parameters.size(); ++i, ++count) {
      SCOPED_TRACE(name + " " + parameters[i].name);
      EXPECT_TRUE(parameters[i].bounds.contains(*parameters[i].value));
      EXPECT_FALSE(parameters[i].doc.empty());
      for (const unsigned char letter : parameters[i].name) {
        EXPECT_TRUE(std::islower(letter) || letter == '_');
      }
      const auto with_error = [&](double error) {
        Perturbation one = perturbation;
        one.parameters[i].error = error;
        return history(perturbed(make, one));
      };
      // Random steps push nothing and arrive nowhere; other tests do.
      if (std::ranges::count(kUnreached, parameters[i].name) > 0) continue;
      if (parameters[i].kind == WorldParameter::Kind::kPhysics) {
        EXPECT_NE(with_error(0.1), usual);
      } else {
        EXPECT_TRUE(with_error(-0.99) != usual || with_error(9) != usual);
      }
    }
  }
  constexpr int kClassic = 5 + 2 * (6 + 4 + 3) + 7, kLanders = 4 * 5 + 2 * 7, kWalkers = 3 * 6,
                kRunners = 2 * 4, kNavigation = 19 * (4 + 3) + 2 * (7 + 24),
                kTeams = 4 * 3 + 2 * 2 + 2 * 3;
  EXPECT_EQ(count, kClassic + kLanders + kWalkers + kRunners + kNavigation + kTeams);
}

}  // namespace
}  // namespace saddle
