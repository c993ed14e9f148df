// SPDX-License-Identifier: Apache-2.0
// Landers and the walker against Gymnasium's: flights step by step, what is seen, and returns.
#include <cmath>

#include <gtest/gtest.h>

#include <saddle/envs/locomotion/bipedal_walker.h>
#include <saddle/envs/locomotion/lunar_lander.h>

#include "tests/envs/locomotion/controllers.h"
#include "tests/support/golden.h"
#include "tests/support/two_samples.h"

namespace saddle {
namespace {

using Numbers = std::span<const double>;

/// Chance of less than that and the samples are of two worlds. Seeds are fixed: it does not vary.
constexpr double kUnlikely = 0.001;

LanderParameters windy() {
  return {.id = "LunarLanderContinuousWind-v0", .doc = "", .continuous = true, .wind = true};
}

void begin(LunarLander& world, bool wind, Numbers at, std::span<float> observation) {
  LunarLander::Start start;
  std::ranges::copy(at.first(start.heights.size()), start.heights.begin());
  start.push = {at[12], at[13]};
  if (wind)
    start.wind_time = static_cast<int>(at[14]), start.torque_time = static_cast<int>(at[15]);
  const Numbers scatter = at.subspan(wind ? 16 : 14, 2);
  world.begin(start, {scatter[0], scatter[1]}, observation);
}

double largest_difference(std::span<const float> ours, Numbers theirs) {
  double largest = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    largest = std::max(largest, std::abs(ours[i] - theirs[i]));
  }
  return largest;
}

/// Flies recorded flights again, with the same chance, for 100 steps or until a leg touches the
/// ground: differences in rounding grow, and there at once. Returns the number of steps.
int fly_again(const LanderParameters& parameters) {
  LunarLander world(parameters);
  const std::size_t actions = parameters.continuous ? 2 : 1;
  std::array<float, 8> observation{};
  std::array<float, 3> cost{};
  int t = 0, steps = 0;
  bool flying = false;
  for (const auto& [starts, numbers] : testing::golden_lines(parameters.id)) {
    const Numbers all(numbers);
    if (starts) {
      begin(world, parameters.wind, all, observation);
      EXPECT_LT(largest_difference(observation, all.last(8)), 3e-4) << "at the start";
      flying = true;
      t = 0;
    }
    if (starts || !flying) continue;
    SCOPED_TRACE(::testing::Message() << parameters.id << ", step " << ++t);
    const Numbers chance = all.subspan(actions, 2), seen = all.subspan(actions + 2, 8);
    std::vector<float> action(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(actions));
    float reward = 0;
    const bool ended = world.fly(action, {chance[0], chance[1]}, {observation, {&reward, 1}, cost});
    flying = seen[6] + seen[7] == 0 && t <= 100;
    if (!flying) continue;
    ++steps;
    EXPECT_LT(largest_difference(observation, seen), 1e-3);
    EXPECT_NEAR(reward, all[all.size() - 2], 0.03) << "of a potential with a slope of 100";
    EXPECT_FALSE(ended || all.back() == 1);
    if (::testing::Test::HasFailure()) break;
  }
  return steps;
}

TEST(Gymnasium, ItsLandersFlyAsOurs) {
  EXPECT_GT(fly_again({.id = "LunarLander-v0", .doc = ""}), 170);
  EXPECT_GT(fly_again(windy()), 170);
}

/// Sight lines from a place, against what Gymnasium's walker sees of it.
void expect_sights(const Terrain& terrain, Point2 place, Numbers seen) {
  constexpr double kReach = 160.0 / 30;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const double angle = 0.15 * static_cast<double>(i);
    const Point2 line{kReach * std::sin(angle), -kReach * std::cos(angle)};
    EXPECT_NEAR(terrain.free_part(place, line), seen[i], 1e-5) << "ray " << i << ", " << place.x;
  }
}

/// A start of the record: heights, corners of blocks, the push, and what is observed.
BipedalWalker::Start recorded_start(Numbers all) {
  BipedalWalker::Start start;
  std::ranges::copy(all.first(start.heights.size()), start.heights.begin());
  Numbers rest = all.subspan(start.heights.size());
  for (; rest.size() > 1 + 24; rest = rest.subspan(4)) {
    start.blocks.push_back({{rest[0], rest[1]}, {rest[2], rest[3]}});
  }
  start.push = rest[0];
  return start;
}

void walk_again(const WalkerParameters& parameters) {
  BipedalWalker world(parameters);
  std::array<float, 24> observation{};
  std::array<float, 2> cost{};
  int starts_seen = 0, steps = 0, places = 0;
  Rng unused;
  for (const auto& [starts, numbers] : testing::golden_lines(world.spec().id)) {
    const Numbers all(numbers);
    if (starts) {
      world.begin(recorded_start(all), observation);
      EXPECT_LT(largest_difference(observation, all.last(24)), 5e-6);
      ++starts_seen;
    } else if (all.size() == 4 + 24 + 2) {
      SCOPED_TRACE(::testing::Message() << "start " << starts_seen << ", step " << ++steps);
      const std::vector<float> action(all.begin(), all.begin() + 4);
      float reward = 0;
      EXPECT_FALSE(world.step(action, unused, {observation, {&reward, 1}, cost}));
      EXPECT_LT(largest_difference(observation, all.subspan(4, 24)), 2e-3);
      EXPECT_NEAR(reward, all[28], 1e-3);
    } else {
      expect_sights(world.terrain(), {all[0], all[1]}, all.subspan(2));
      ++places;
    }
  }
  EXPECT_EQ(starts_seen, 4);
  EXPECT_EQ(steps, 120);
  EXPECT_EQ(places, 100);
}

const WalkerParameters kHardcore{.id = "BipedalWalkerHardcore-v0", .doc = "", .obstacles = true};

TEST(Gymnasium, ItsWalkerWalksAndSeesAsOurs) {
  walk_again({.id = "BipedalWalker-v0", .doc = ""});
  walk_again(kHardcore);
}

/// Returns of `count` episodes by a law of observation and time.
template <class World, class Law>
std::vector<double> returns(World world, Law law, int count) {
  const EnvironmentSpec& spec = world.spec();
  std::vector<float> observation(static_cast<std::size_t>(spec.observation.size));
  std::vector<float> cost(spec.constraints.size());
  std::vector<double> all;
  for (int seed = 0; seed < count; ++seed) {
    Rng rng(static_cast<std::uint64_t>(seed));
    world.reset(rng, observation);
    double total = 0;
    bool ended = false;
    for (int t = 0; t < spec.horizon && !ended; ++t) {
      float reward = 0;
      ended = world.step(law(observation, t), rng, {observation, {&reward, 1}, cost});
      total += reward;
    }
    all.push_back(total);
  }
  return all;
}

std::vector<double> their_returns(const std::string& id) {
  std::vector<double> all;
  for (const auto& line : testing::golden_lines(id + ".returns")) all.push_back(line.numbers.at(0));
  EXPECT_EQ(all.size(), 200u);
  return all;
}

void expect_alike(const std::vector<double>& ours, const std::string& id) {
  const testing::KolmogorovSmirnov test(ours, their_returns(id));
  EXPECT_GT(test.p, kUnlikely) << id << ": distributions " << test.distance << " apart";
}

TEST(Gymnasium, LandingsReturnWhatTheyDoThere) {
  const auto choose = [](const auto& seen, int) { return testing::Landing(seen).choice(); };
  const auto throttle = [](const auto& seen, int) { return testing::Landing(seen).throttles(); };
  const LanderParameters calm{.id = "LunarLander-v0", .doc = ""};
  expect_alike(returns(LunarLander(calm), choose, 30), calm.id);
  expect_alike(returns(LunarLander(windy()), throttle, 20), windy().id);
}

TEST(Gymnasium, WalkingReturnsWhatItDoesThere) {
  const auto walk = [](const auto& seen, int t) { return testing::stride(seen, t); };
  const WalkerParameters plain{.id = "BipedalWalker-v0", .doc = ""};
  expect_alike(returns(BipedalWalker(plain), walk, 25), plain.id);
}

TEST(Gymnasium, FallingOverObstaclesReturnsWhatItDoesThere) {
  const auto walk = [](const auto& seen, int t) { return testing::stride(seen, t); };
  const std::vector<double> ours = returns(BipedalWalker(kHardcore), walk, 30);
  expect_alike(ours, kHardcore.id);
  EXPECT_LT(testing::KolmogorovSmirnov(ours, their_returns("BipedalWalker-v0")).p, kUnlikely)
      << "obstacles matter";
}

TEST(Gymnasium, ItsReturnsAreNotThoseOfACoarserSolver) {
  const auto choose = [](const auto& seen, int) { return testing::Landing(seen).choice(); };
  const LanderParameters coarse{.id = "LunarLander-v0", .doc = "", .iterations = {6, 2}};
  const std::vector<double> ours = returns(LunarLander(coarse), choose, 60);
  EXPECT_LT(testing::KolmogorovSmirnov(ours, their_returns(coarse.id)).p, 1e-9)
      << "the test tells worlds apart";
}

TEST(KolmogorovSmirnov, FindsTheLargestDistanceAndItsChance) {
  // Distribution functions ⅓, ⅔, 1 at 1, 2, 3 and ½, 1 at 2, 4: apart by ⅓ below 2, by ½ at 3.
  EXPECT_NEAR(testing::KolmogorovSmirnov({1, 2, 3}, {2, 4}).distance, 0.5, 1e-12);
  std::vector<double> low, high;
  for (int i = 0; i < 200; ++i) low.push_back(i), high.push_back(i + 20.5);
  // √100 + 0.12 + 0.011 times 21/200: 2 Σ ± exp(−2 k² 1.0638²) = 0.2078.
  const testing::KolmogorovSmirnov shifted(low, high);
  EXPECT_NEAR(shifted.distance, 21.0 / 200, 1e-12);
  EXPECT_NEAR(shifted.p, 0.2078, 5e-4);
  EXPECT_EQ(testing::KolmogorovSmirnov(low, low).p, 1);
}

}  // namespace
}  // namespace saddle
