// SPDX-License-Identifier: Apache-2.0
// Hopper and cheetah: how they stand, how their motors turn, rewards and costs recomputed, falls.
#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include <saddle/envs/locomotion/runner.h>

namespace saddle {
namespace {

/// A runner, its memory, and the last thing that happened to it.
struct Ran {
  explicit Ran(const RunnerParameters& parameters, std::uint64_t seed = 1)
      : world(parameters), rng(seed) {
    observation.resize(static_cast<std::size_t>(world.spec().observation.size));
    action.resize(parameters.motors.size());
  }
  void reset() { world.reset(rng, observation); }
  void step() { ended = world.step(action, rng, {observation, {&reward, 1}, {&cost, 1}}); }
  void set(const std::string& name, double value) {
    for (const WorldParameter& parameter : world.parameters()) {
      if (parameter.name == name) *parameter.value = value;
    }
  }
  [[nodiscard]] Figure::PartState torso() const { return world.figure().part(0); }

  Runner world;
  Rng rng;
  std::vector<float> observation, action;
  float reward = 0, cost = 0;
  bool ended = false;
};

TEST(Runner, WeighsWhatMuJoCosWeigh) {
  Ran hops(hopper()), runs(cheetah());
  hops.reset();
  runs.reset();
  EXPECT_NEAR(hops.world.figure().mass(), 3.53 + 3.93 + 2.71 + 5.09, 1e-4);
  EXPECT_NEAR(runs.world.figure().mass(), 14, 1e-4);
  EXPECT_EQ(hops.world.spec().observation.size, 11);
  EXPECT_EQ(runs.world.spec().observation.size, 17);
}

TEST(Runner, StandsStillWhereItsMotorsRest) {
  for (const RunnerParameters& parameters : {hopper(), cheetah()}) {
    SCOPED_TRACE(parameters.id);
    Ran run(parameters);
    run.reset();
    double total = 0;
    for (int t = 0; t < 1000; ++t) {
      run.step();
      ASSERT_FALSE(run.ended) << "step " << t;
      ASSERT_EQ(run.cost, 0);
      total += run.reward;
    }
    EXPECT_NEAR(total, 1000 * parameters.alive, 1);
    EXPECT_NEAR(norm(run.torso().velocity), 0, 1e-4);
    // Feet begin 4 cm, and 7 to 10 cm, above the ground.
    EXPECT_NEAR(run.torso().position.y, parameters.alive > 0 ? 1.21 : 0.615, 0.025);
  }
}

TEST(Runner, MotorsTurnJointsAtTheSpeedAskedForAndHoldThemAtNone) {
  Ran run(cheetah());
  run.set("gravity", 1e-6);
  run.reset();
  run.action = {-0.5f, 0.25f, 0, -0.25f, 0, 0.3f};
  for (int t = 0; t < 3; ++t) run.step();
  for (std::size_t i = 0; i < run.action.size(); ++i) {
    EXPECT_NEAR(run.world.figure().hinge(i).speed, 12 * run.action[i], 0.8) << "joint " << i;
  }
  for (int t = 0; t < 100; ++t) run.step();
  // Limits, and joints that were told to stay.
  const double expected[] = {-1.05, 0.785, 0, -0.7, 0, 0.5};
  for (std::size_t i = 0; i < run.action.size(); ++i) {
    EXPECT_NEAR(run.world.figure().hinge(i).angle, expected[i], 0.05) << "joint " << i;
  }
}

TEST(Runner, RewardsCostsAndFallsFollowFromWhatItDoes) {
  for (RunnerParameters parameters : {hopper(), cheetah()}) {
    SCOPED_TRACE(parameters.id);
    parameters.speed_limit = 0.3;
    int costly = 0, free = 0, falls = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      SCOPED_TRACE(::testing::Message() << "seed " << seed);
      Ran run(parameters, seed);
      run.reset();
      Rng draw(seed, 1);
      for (int t = 0; t < 60 && !run.ended; ++t) {
        double squares = 0;
        for (float& u : run.action) {
          u = static_cast<float>(draw.uniform(-1, 1));
          squares += double{u} * u;
        }
        const double before = run.torso().position.x;
        run.step();
        const Figure::PartState torso = run.torso();
        const double speed = (torso.position.x - before) / 0.02;
        ASSERT_NEAR(run.reward, speed + parameters.alive - parameters.effort * squares, 1e-5);
        ASSERT_EQ(run.cost, speed > 0.3 ? 1 : 0);
        const bool fallen =
            parameters.alive > 0 && (torso.position.y < 0.7 || std::abs(torso.angle) > 0.2);
        ASSERT_EQ(run.ended, fallen) << "step " << t;
        ++(run.cost > 0 ? costly : free);
        falls += fallen ? 1 : 0;
      }
    }
    EXPECT_GT(costly, 20);
    EXPECT_GT(free, 20);
    EXPECT_EQ(falls, parameters.alive > 0 ? 20 : 0) << "random actions throw the hopper";
  }
}

TEST(Runner, ObservesItsTorsoAndItsJoints) {
  Ran run(hopper());
  run.reset();
  run.action = {0.2f, -0.1f, 0.4f};
  run.step();
  const Figure::PartState torso = run.torso();
  const double expected[] = {torso.position.y,
                             torso.angle,
                             run.world.figure().hinge(0).angle,
                             run.world.figure().hinge(1).angle,
                             run.world.figure().hinge(2).angle,
                             torso.velocity.x,
                             torso.velocity.y,
                             torso.angular_speed,
                             run.world.figure().hinge(0).speed,
                             run.world.figure().hinge(1).speed,
                             run.world.figure().hinge(2).speed};
  for (std::size_t i = 0; i < run.observation.size(); ++i) {
    EXPECT_NEAR(run.observation[i], expected[i], 1e-6) << "observation " << i;
  }
}

TEST(Runner, WithoutStrengthTheCheetahSinks) {
  Ran run(cheetah());
  run.set("strength", 0.01);
  run.reset();
  for (int t = 0; t < 300; ++t) run.step();
  EXPECT_LT(run.torso().position.y, 0.4);
}

TEST(Runner, DoesNotGoOnAfterAFall) {
  Ran run(hopper());
  EXPECT_THROW(run.step(), std::logic_error);
  run.reset();
  run.action = {1, -1, 1};
  while (!run.ended) run.step();
  EXPECT_THROW(run.step(), std::logic_error);
  run.reset();
  run.action = {0, 0, 0};
  run.step();
  EXPECT_FALSE(run.ended);
}

}  // namespace
}  // namespace saddle
