// SPDX-License-Identifier: Apache-2.0
// What holds in every registered world whatever the seed and whatever is done, at random:
// RapidCheck tries, and on a failure prints a smaller one and the seed to see it again with.
#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <saddle/envs/wrapper/adversarial.h>

#include "tests/support/batch.h"
#include "tests/support/perturbation.h"

namespace saddle {
namespace {

using testing::StepBuffers;

EnvironmentRegistry all_worlds() {
  EnvironmentRegistry worlds("environment");
  register_environments(worlds);
  return worlds;
}

/// One number for an action: inside its bounds, at them, or beyond.
float draw_number(Rng& rng, float low, float high) {
  constexpr float kEndless = std::numeric_limits<float>::infinity();
  switch (rng.below(6)) {
    case 0:
      return low;
    case 1:
      return high;
    case 2:
      return rng.below(2) == 0 ? -kEndless : kEndless;
    case 3:
      return static_cast<float>(rng.uniform(-1e6, 1e6));
    default:
      return static_cast<float>(rng.uniform(low, high));
  }
}

/// An action is kept for a while, for random ones that change in every step lead nowhere.
void draw_actions(StepBuffers& buffers, Rng& rng) {
  const Space& space = buffers.spec.action;
  const auto d = static_cast<std::size_t>(space.size);
  for (std::size_t i = 0; i < buffers.action.size(); ++i) {
    if (rng.below(4) != 0) continue;
    buffers.action[i] = space.is_discrete()
                            ? static_cast<float>(rng.below(static_cast<std::uint32_t>(space.count)))
                            : draw_number(rng, space.low[i % d], space.high[i % d]);
  }
}

/// All that a batch puts out in `steps` steps. Asserts that it keeps to the spec.
std::vector<float> walk(const EnvironmentFactory& make, std::uint64_t seed, int worlds, int steps) {
  VectorEnvironment batch(make, worlds, seed);
  StepBuffers buffers(batch);
  const auto o = static_cast<std::size_t>(buffers.spec.observation.size);
  std::vector<float> all;
  const auto keep = [&](const std::vector<float>& part) {
    all.insert(all.end(), part.begin(), part.end());
  };
  const auto are_observations = [&](const std::vector<float>& rows) {
    for (std::size_t i = 0; i < rows.size(); i += o) {
      RC_ASSERT(buffers.spec.observation.contains(std::span(rows).subspan(i, o)));
    }
  };
  Rng rng(seed, 7);
  const WorldRange every{0, worlds};
  batch.reset(every, buffers.start);
  are_observations(buffers.start);
  for (int t = 0; t < steps; ++t) {
    draw_actions(buffers, rng);
    batch.step(every, buffers.view());
    are_observations(buffers.next);
    are_observations(buffers.start);
    for (const float cost : buffers.cost) RC_ASSERT(cost >= 0 && std::isfinite(cost));
    for (const float reward : buffers.reward) RC_ASSERT(std::isfinite(reward));
    for (std::size_t i = 0; i < buffers.n; ++i) {
      RC_ASSERT(!(buffers.terminated[i] && buffers.truncated[i]));
    }
    for (const auto* part : {&buffers.next, &buffers.start, &buffers.reward, &buffers.cost})
      keep(*part);
  }
  return all;
}

class AnyWorld : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Property, AnyWorld, ::testing::ValuesIn(all_worlds().names()),
                         [](const auto& world) {
                           std::string name = world.param;
                           std::erase_if(name, [](char c) { return !std::isalnum(c); });
                           return name;
                         });

/// RapidCheck tries 100 times, each with one of these worlds: more than 10,000 steps, in batches of
/// up to four copies.
bool stay_inside_and_repeat(const EnvironmentRegistry& worlds,
                            const std::vector<std::string>& names) {
  return rc::check([&] {
    const EnvironmentFactory& make = worlds.at(*rc::gen::elementOf(names));
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const int count = *rc::gen::inRange(1, 5), steps = *rc::gen::inRange(40, 160);
    RC_ASSERT(walk(make, seed, count, steps) == walk(make, seed, count, steps));
  });
}

constexpr const char* kHint = "RapidCheck says above how to see it again";

TEST_P(AnyWorld, StaysInsideItsSpacesAndRepeatsItself) {
  EXPECT_TRUE(stay_inside_and_repeat(all_worlds(), {GetParam()})) << kHint;
}

TEST(Property, PerturbedWorldsStayInsideTheirSpacesAndRepeatThemselves) {
  const EnvironmentRegistry worlds = testing::perturbed_worlds();
  EXPECT_TRUE(stay_inside_and_repeat(worlds, worlds.names())) << kHint;
}

TEST(Property, GamesStayInsideTheirSpacesAndRepeatThemselves) {
  const EnvironmentRegistry plain = all_worlds();
  EnvironmentRegistry games("environment");
  for (const std::string& name : plain.names()) {
    const EnvironmentFactory& make = plain.at(name);
    if (make()->spec().agents > 1) continue;
    const bool choices = make()->spec().action.is_discrete();
    for (const Attack attack : {choices ? Attack::kReplace : Attack::kAdd, Attack::kObserve}) {
      if (choices && attack == Attack::kObserve) continue;
      games.add(concat(name, "/", static_cast<int>(attack)),
                [&make, attack] { return std::make_unique<Adversarial>(make(), attack, 0.3); });
    }
  }
  EXPECT_TRUE(stay_inside_and_repeat(games, games.names())) << kHint;
}

}  // namespace
}  // namespace saddle
