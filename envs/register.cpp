// SPDX-License-Identifier: Apache-2.0
// The worlds of Saddle, a row each.
#include <saddle/envs/classic/cart_pole.h>
#include <saddle/envs/classic/double_pendulum.h>
#include <saddle/envs/classic/mountain_car.h>
#include <saddle/envs/classic/pendulum.h>
#include <saddle/envs/classic/quadrotor.h>
#include <saddle/envs/locomotion/bipedal_walker.h>
#include <saddle/envs/locomotion/lunar_lander.h>
#include <saddle/envs/locomotion/runner.h>
#include <saddle/envs/navigation/suite.h>
#include <saddle/envs/particles/coop_nav.h>
#include <saddle/envs/particles/pursuit.h>
#include <saddle/envs/tabular/grid.h>
#include <saddle/envs/tabular/random_model.h>
#include <saddle/envs/tabular/world.h>
#include <saddle/envs/traffic/merge.h>

namespace saddle {
namespace {

template <class World, class... Arguments>
EnvironmentFactory world(Arguments... arguments) {
  return [=] { return std::make_unique<World>(arguments...); };
}

void register_locomotion(EnvironmentRegistry& r) {
  constexpr SolverIterations kFast{6, 2};
  const auto lander = [&r](const LanderParameters& parameters) {
    r.add(parameters.id, world<LunarLander>(parameters));
  };
  lander({.id = "LunarLander-v0", .doc = "land softly and upright on little fuel"});
  lander({.id = "LunarLanderFast-v0",
          .doc = "land with a coarser solver, on legs that give way",
          .iterations = kFast});
  lander({.id = "LunarLanderWind-v0", .doc = "land in wind", .wind = true});
  lander({.id = "LunarLanderContinuous-v0",
          .doc = "land softly and upright on little fuel, with throttles",
          .continuous = true});
  lander({.id = "LunarLanderContinuousFast-v0",
          .doc = "land with throttles and a coarser solver, on legs that give way",
          .continuous = true,
          .iterations = kFast});
  lander({.id = "LunarLanderContinuousWind-v0",
          .doc = "land in wind, with throttles",
          .continuous = true,
          .wind = true});
  const auto walker = [&r](const WalkerParameters& parameters) {
    r.add(parameters.id, world<BipedalWalker>(parameters));
  };
  walker({.id = "BipedalWalker-v0", .doc = "walk on two legs, level and not too fast"});
  walker({.id = "BipedalWalkerFast-v0",
          .doc = "walk on two legs, with a coarser solver",
          .iterations = kFast});
  walker({.id = "BipedalWalkerHardcore-v0",
          .doc = "walk on two legs over stumps, stairs and pits, level and not too fast",
          .obstacles = true});
  for (const RunnerParameters& parameters : {hopper(), cheetah()}) {
    r.add(parameters.id, world<Runner>(parameters));
  }
}

void register_teams(EnvironmentRegistry& r) {
  const auto team = [&r](const CoopNavParameters& parameters) {
    r.add(parameters.id, world<CoopNav>(parameters));
  };
  team({.id = "CoopNav3-v0", .doc = "3 agents reach goals of their own and keep their distance"});
  team({.id = "CoopNav5-v0",
        .doc = "5 agents reach goals of their own and keep their distance",
        .agents = 5,
        .neighbours = 4});
  team({.id = "CoopNav10-v0",
        .doc = "10 agents that see the 3 nearest reach goals of their own and keep their distance",
        .agents = 10,
        .neighbours = 3});
  team(
      {.id = "Spread3-v0", .doc = "3 agents share 3 goals, reward and cost", .goals = Goals::kAny});
  const auto game = [&r](const PursuitParameters& parameters) {
    r.add(parameters.id, world<Pursuit>(parameters));
  };
  game(
      {.id = "Pursuit1-v0", .doc = "a pursuer and a faster evader among obstacles", .pursuers = 1});
  game({.id = "Pursuit3-v0", .doc = "3 pursuers and a faster evader among obstacles"});
  r.add("Merge4-v0",
        world<Merge>(MergeParameters{"Merge4-v0", "4 cars on a road and a ramp make room", 4}));
  r.add("Merge8-v0",
        world<Merge>(MergeParameters{"Merge8-v0", "8 cars on a road and a ramp make room", 8}));
}

}  // namespace

void register_environments(EnvironmentRegistry& r) {
  for (const NavigationParameters& parameters : navigation_suite()) {
    r.add(parameters.id, world<NavigationWorld>(parameters));
  }
  register_locomotion(r);
  register_teams(r);
  r.add("CartPole-v0", world<CartPole>(Control::kDiscrete));
  r.add("CartPoleContinuous-v0", world<CartPole>(Control::kContinuous));
  r.add("DoublePendulum-v0", world<DoublePendulum>(Control::kDiscrete));
  r.add("DoublePendulumContinuous-v0", world<DoublePendulum>(Control::kContinuous));
  r.add("MountainCar-v0", world<MountainCar>(Control::kDiscrete));
  r.add("MountainCarContinuous-v0", world<MountainCar>(Control::kContinuous));
  r.add("Pendulum-v0", world<Pendulum>());
  r.add("Quadrotor2dTrack-v0", world<Quadrotor2d>());
  const auto table = [&r](TabularModel model) {
    const std::string id = model.id;
    r.add(id, world<TabularWorld>(std::make_shared<const TabularRules>(std::move(model))));
  };
  table(grid_model(grid_world()));
  table(grid_model(cliff_walk()));
  // Enough of them to say which agents are right; see bench/truth.cpp.
  for (std::uint64_t seed = 0; seed < 18; ++seed) table(random_model({.seed = seed}));
}

}  // namespace saddle
