// SPDX-License-Identifier: Apache-2.0
// Perturbed worlds: each perturbation by hand, on a world that shows what was done to it.
#include <saddle/envs/wrapper/perturbed.h>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/envs/contract.h>

#include "tests/support/batch.h"
#include "tests/support/perturbation.h"
#include "tests/support/walk.h"

namespace saddle {
namespace {

using Floats = std::vector<float>;

constexpr float kEndless = std::numeric_limits<float>::infinity();

/// Observes 2 in [0, 4] and the step in what has no bounds; the rewards of its two agents are the
/// sums of their actions, as they arrive, and the costs their first numbers.
class Mirror final : public Environment {
 public:
  explicit Mirror(Space action, Space observation = Space::box({0, -kEndless}, {4, kEndless})) {
    spec_.id = "Mirror-v0";
    spec_.observation = std::move(observation);
    spec_.action = std::move(action);
    spec_.agents = 2;
    spec_.constraints = {{"first", "units", 25, "the first number of the action"}};
    spec_.horizon = 5;
  }
  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng&, std::span<float> observation) override {
    time_ = 0;
    observe(observation);
  }
  [[nodiscard]] bool step(std::span<const float> action, Rng&, const Outcome& out) override {
    ++time_;
    const std::size_t d = action.size() / 2;
    for (std::size_t i = 0; i < 2; ++i) {
      out.cost[i] = std::abs(action[i * d]);
      out.reward[i] = action[i * d] + (d > 1 ? action[i * d + 1] : 0);
    }
    observe(out.observation);
    return false;
  }

 private:
  void observe(std::span<float> observation) const {
    for (std::size_t i = 0; i < observation.size(); ++i) {
      observation[i] = i % 2 == 0 ? 2 : static_cast<float>(time_);
    }
  }

  EnvironmentSpec spec_;
  int time_ = 0;
};

/// Numbers around 1, of which half the range is 2.
Space lopsided() { return Space::box({-1}, {3}); }

EnvironmentFactory mirror(const Space& action, const Perturbation& perturbation) {
  return perturbed([action] { return std::make_unique<Mirror>(action); }, perturbation);
}

/// One world, stepped by hand.
struct Play {
  explicit Play(const EnvironmentFactory& make, std::uint64_t seed = 7)
      : worlds(make, 1, seed), buffers(worlds) {
    worlds.reset({0, 1}, buffers.start);
  }
  /// What arrives of such an action, in an agent's reward.
  Floats step(const Floats& action) {
    buffers.action = action;
    worlds.step({0, 1}, buffers.view());
    return buffers.reward;
  }

  VectorEnvironment worlds;
  testing::StepBuffers buffers;
};

/// Mean and standard deviation, and how much neighbours correlate.
struct Statistics {
  explicit Statistics(const std::vector<double>& x) {
    const auto n = static_cast<double>(x.size());
    for (const double value : x) mean += value / n;
    for (const double value : x) deviation += (value - mean) * (value - mean) / n;
    for (std::size_t i = 1; i < x.size(); ++i) correlation += (x[i] - mean) * (x[i - 1] - mean);
    correlation /= n * deviation;
    deviation = std::sqrt(deviation);
  }
  double mean = 0, deviation = 0, correlation = 0;
};

void expect_normal(const std::vector<double>& x, double mean, double deviation) {
  const Statistics seen(x);
  const double root = std::sqrt(static_cast<double>(x.size()));
  EXPECT_NEAR(seen.mean, mean, 4.5 * deviation / root);
  EXPECT_NEAR(seen.deviation, deviation, 4.5 * deviation / (std::numbers::sqrt2 * root));
  EXPECT_NEAR(seen.correlation, 0, 4.5 / root);
}

void expect_refused(const EnvironmentFactory& make, const Perturbation& perturbation,
                    const std::string& words) {
  try {
    (void)perturbed(make, perturbation)();
    ADD_FAILURE() << "took it: " << words;
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("'" + make()->spec().id + "'"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr(words));
  }
}

TEST(Perturbed, ABiasOfObservationsIsInHalfTheirRangeAndClipped) {
  Play run(mirror(lopsided(), {.observation_bias = 0.25}));
  EXPECT_EQ(run.buffers.start, (Floats{2.5f, 0.25f, 2.5f, 0.25f}));
  run.step({0, 0});
  EXPECT_EQ(run.buffers.next, (Floats{2.5f, 1.25f, 2.5f, 1.25f}));
  Play far(mirror(lopsided(), {.observation_bias = -3}));
  EXPECT_EQ(far.buffers.start, (Floats{0, -3, 0, -3}));
}

TEST(Perturbed, WhatIsHiddenIsTheMiddleWhateverItIs) {
  Play run(mirror(lopsided(), {.observation_bias = 0.25, .hide = {1}}));
  EXPECT_EQ(run.buffers.start, (Floats{2.5f, 0, 2.5f, 0}));
  run.step({0, 0});
  EXPECT_EQ(run.buffers.next, (Floats{2.5f, 0, 2.5f, 0}));
  Play first(mirror(lopsided(), {.hide = {0, 1}}));
  first.step({0, 0});
  EXPECT_EQ(first.buffers.next, (Floats{2, 0, 2, 0})) << "of [0, 4] and of what has no bounds";
  EXPECT_EQ(first.step({3, -1}), (Floats{3, -1})) << "costs and rewards are of what there is";
}

TEST(Perturbed, ABiasOfActionsIsInHalfTheirRangeAndClipped) {
  Play run(mirror(lopsided(), {.action_bias = 0.25}));
  EXPECT_EQ(run.step({-1, 2}), (Floats{-0.5f, 2.5f}));
  EXPECT_EQ(run.step({2.75f, 9}), (Floats{3, 3}));
  EXPECT_EQ(run.buffers.cost, (Floats{3, 3})) << "costs are of what was done";
  EXPECT_EQ(run.buffers.next, (Floats{2, 2, 2, 2})) << "of the bare world";
}

TEST(Perturbed, GainIsAboutTheMiddle) {
  Play weak(mirror(lopsided(), {.action_gain_error = -0.5}));
  EXPECT_EQ(weak.step({3, -1}), (Floats{2, 0}));
  EXPECT_EQ(weak.step({1, 1}), (Floats{1, 1}));
  Play strong(mirror(lopsided(), {.action_gain_error = 1}));
  EXPECT_EQ(strong.step({1.5f, 3}), (Floats{2, 3}));
  Play dead(mirror(lopsided(), {.action_gain_error = -1}));
  EXPECT_EQ(dead.step({3, -1}), (Floats{1, 1}));
}

TEST(Perturbed, WithoutBoundsTheUnitIsOneAndTheMiddleWhatIsNearestToZero) {
  const Space open = Space::box({-kEndless, 2}, {kEndless, kEndless});
  Play run(mirror(open, {.action_bias = 0.5, .action_gain_error = 1}));
  // 0 + 2·3 + 0.5, and 2 + 2·(5 − 2) + 0.5; 0 + 0 + 0.5, and 2 + 0 + 0.5.
  EXPECT_EQ(run.step({3, 5, 0, 2}), (Floats{15, 3}));
}

TEST(Perturbed, ADelayPlaysTheMiddleFirstAndForgetsTheLastEpisode) {
  Play run(mirror(lopsided(), {.action_delay = 2}));
  for (int episode = 0; episode < 2; ++episode) {
    EXPECT_EQ(run.step({3, 0.1f}), (Floats{1, 1}));
    EXPECT_EQ(run.step({2, 0.2f}), (Floats{1, 1}));
    EXPECT_EQ(run.step({-1, 0.3f}), (Floats{3, 0.1f}));
    EXPECT_EQ(run.step({0, 0.4f}), (Floats{2, 0.2f}));
    EXPECT_EQ(run.step({0, 0.5f}), (Floats{-1, 0.3f}));
    ASSERT_EQ(run.buffers.truncated[0], 1);
  }
}

TEST(Perturbed, DelayComesBeforeGainAndGainBeforeBias) {
  Play run(
      mirror(lopsided(), {.action_bias = -0.125, .action_gain_error = 0.5, .action_delay = 1}));
  EXPECT_EQ(run.step({2, 0}), (Floats{0.75f, 0.75f}));
  EXPECT_EQ(run.step({0, 0}), (Floats{2.25f, -0.75f}));  // 1 + 1.5·(±1) − 0.25
}

TEST(Perturbed, NoiseIsDrawnOfTheWorldsStreamActionsFirst) {
  constexpr std::uint64_t kSeed = 3;
  Rng rng(kSeed), same(kSeed);
  const Space action = Space::box(1, -8, 8);
  const auto world = mirror(action, {.observation_noise = 0.1, .action_noise = 0.2})();
  Floats o(4), reward(2), cost(2);
  const auto expect_observed = [&](double time) {
    for (std::size_t i = 0; i < 4; ++i) {
      const double truth = i % 2 == 0 ? 2 : time, half = i % 2 == 0 ? 2 : 1;
      EXPECT_EQ(o[i], static_cast<float>(truth + half * 0.1 * same.normal()));
    }
  };
  world->reset(rng, o);
  expect_observed(0);
  for (int t = 1; t < 4; ++t) {
    (void)world->step(Floats{0.5f, -1}, rng, {o, reward, cost});
    EXPECT_EQ(reward[0], static_cast<float>(0.5 + 8 * 0.2 * same.normal()));
    EXPECT_EQ(reward[1], static_cast<float>(-1 + 8 * 0.2 * same.normal()));
    expect_observed(t);
  }
}

TEST(Perturbed, NoiseIsNormalAndWhite) {
  constexpr std::uint64_t kSeed = 11;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  Play run(mirror(Space::box(1, -400, 400), {.observation_noise = 0.05, .action_noise = 0.01}),
           kSeed);
  std::vector<double> observed, played;
  for (int t = 0; t < 10'000; ++t) {
    run.step({5, 5});
    for (const std::size_t agent : {0u, 1u}) {
      observed.push_back(run.buffers.next[2 * agent]);
      played.push_back(run.buffers.reward[agent]);
    }
  }
  expect_normal(observed, 2, 2 * 0.05);
  expect_normal(played, 5, 400 * 0.01);
}

TEST(Perturbed, NoiseOfChoicesIsARandomOneWithItsProbability) {
  constexpr std::uint64_t kSeed = 12;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  constexpr int kSteps = 10'000;
  Play run(mirror(Space::discrete(4), {.action_noise = 0.4}), kSeed);
  std::array<double, 4> share{};
  for (int t = 0; t < kSteps; ++t) {
    for (const float choice : run.step({2, 2})) {
      share[static_cast<std::size_t>(choice)] += 1.0 / (2 * kSteps);
    }
  }
  for (std::size_t choice = 0; choice < 4; ++choice) {
    EXPECT_NEAR(share[choice], choice == 2 ? 0.7 : 0.1, 4.5 * std::sqrt(0.21 / (2 * kSteps)));
  }
}

TEST(Perturbed, ChoicesAreDelayedFromChoiceZeroOn) {
  Play run(mirror(Space::discrete(4), {.action_delay = 1}));
  EXPECT_EQ(run.step({3, 1}), (Floats{0, 0}));
  EXPECT_EQ(run.step({2, 2}), (Floats{3, 1}));
}

TEST(Perturbed, RefusesWhatChoicesDoNotHave) {
  const auto chooser = [] { return std::make_unique<Mirror>(Space::discrete(3)); };
  expect_refused(chooser, {.action_bias = 0.1}, "neither bias nor gain");
  expect_refused(chooser, {.action_gain_error = -0.1}, "neither bias nor gain");
  expect_refused(chooser, {.action_noise = 1.5}, "at most 1, not 1.5");
  const auto counter = [] { return std::make_unique<Mirror>(lopsided(), Space::discrete(9)); };
  expect_refused(counter, {.observation_noise = 0.1}, "nothing can be added");
  expect_refused(counter, {.observation_bias = 0.1}, "nothing can be added");
  expect_refused(counter, {.hide = {0}}, "nothing can be hidden");
}

/// Earns its stiffness, costs its stretch, shows where it rests, and lists all three.
class Elastic final : public Environment {
 public:
  Elastic() {
    spec_.id = "Elastic-v0";
    spec_.observation = spec_.action = Space::box(1, -1, 1);
    spec_.constraints = {{"stretch", "m", 1, "always"}};
    spec_.horizon = 2;
  }
  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng&, std::span<float> observation) override {
    observation[0] = static_cast<float>(rest_);
  }
  [[nodiscard]] bool step(std::span<const float>, Rng&, const Outcome& out) override {
    out.observation[0] = static_cast<float>(rest_);
    out.reward[0] = static_cast<float>(stiffness_);
    out.cost[0] = static_cast<float>(stretch_);
    return false;
  }
  [[nodiscard]] std::vector<WorldParameter> parameters() override {
    return {{"stiffness", &stiffness_, "N/m"},
            {"stretch", &stretch_, "m", positive(), WorldParameter::Kind::kLimit},
            {"rest", &rest_, "m", positive(), WorldParameter::Kind::kGoal}};
  }

 private:
  EnvironmentSpec spec_;
  double stiffness_ = 4, stretch_ = 0.5, rest_ = 0.25;
};

EnvironmentFactory spring(double error, double spread) {
  const auto make = [] { return std::make_unique<Elastic>(); };
  Perturbation perturbation = perturbable(*make());
  EXPECT_TRUE(perturbation.is_nothing());
  perturbation.parameters.at(0).error = error;
  perturbation.physics_spread = spread;
  EXPECT_FALSE(perturbation.is_nothing());
  return perturbed(make, perturbation);
}

TEST(Perturbed, AnErrorOfPhysicsIsAShareOfWhatTheWorldSays) {
  Play run(spring(-0.25, 0));
  for (int t = 0; t < 5; ++t) EXPECT_EQ(run.step({0}), Floats{3});
}

TEST(Perturbed, PhysicsSpreadsFromEpisodeToEpisodeAboutItsError) {
  constexpr std::uint64_t kSeed = 13;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  Play run(spring(0.5, 0.1), kSeed);
  std::vector<double> seen;
  for (int episode = 0; episode < 5000; ++episode) {
    const Floats first = run.step({0});
    EXPECT_EQ(run.step({0}), first) << "of one episode";
    seen.push_back(first[0]);
  }
  // Uniform in 6 ± 0.6: standard deviation 0.6/√3, and the ends are nearly reached.
  const Statistics statistics(seen);
  EXPECT_NEAR(statistics.mean, 6, 4.5 * 0.6 / std::sqrt(3 * 5000.0));
  EXPECT_NEAR(statistics.deviation, 0.6 / std::sqrt(3.0), 0.01);
  EXPECT_NEAR(statistics.correlation, 0, 4.5 / std::sqrt(5000.0));
  const auto [least, most] = std::ranges::minmax_element(seen);
  EXPECT_THAT(*least, ::testing::AllOf(::testing::Ge(5.4), ::testing::Lt(5.41)));
  EXPECT_THAT(*most, ::testing::AllOf(::testing::Le(6.6), ::testing::Gt(6.59)));
}

TEST(Perturbed, LimitsSpreadApartFromPhysicsAndGoalsNotAtAll) {
  const auto make = [] { return std::make_unique<Elastic>(); };
  for (const bool limits : {false, true}) {
    Perturbation perturbation = perturbable(*make());
    (limits ? perturbation.limit_spread : perturbation.physics_spread) = 0.1;
    Play run(perturbed(make, perturbation));
    for (int t = 0; t < 6; ++t) {
      const float stiffness = run.step({0})[0], stretch = run.buffers.cost[0];
      EXPECT_EQ(stiffness == 4, limits);
      EXPECT_EQ(stretch == 0.5f, !limits);
      EXPECT_NEAR(stiffness, 4, 0.4);
      EXPECT_NEAR(stretch, 0.5, 0.05);
      EXPECT_EQ(run.buffers.next[0], 0.25f);
    }
  }
}

TEST(Perturbed, RefusesToHideWhatIsNotObserved) {
  expect_refused(&testing::make_walk, {.hide = {1, 2}}, "hide takes 0 to 1, not 2");
}

TEST(Perturbed, RefusesPhysicsThatAWorldDoesNotList) {
  expect_refused(&testing::make_walk, {.physics_spread = 0.1},
                 "'Walk-v0' lists no parameter that is physics; leave physics_spread at 0");
  expect_refused(&testing::make_walk, {.limit_spread = 0.1}, "leave limit_spread at 0");
  expect_refused([] { return std::make_unique<Elastic>(); },
                 {.parameters = {{"stifness", "", 0.1}}},
                 "no parameter 'stifness'; did you mean 'stiffness'?");
}

TEST(Perturbed, NothingToPerturbIsTheBareWorld) {
  const auto bare = perturbed(&testing::make_walk, {})();
  EXPECT_NE(dynamic_cast<testing::Walk*>(bare.get()), nullptr);
}

TEST(Perturbed, EpisodesStartWhereThoseOfTheBareWorldDo) {
  const Perturbation late{.action_delay = 1};
  Play bare(&testing::make_walk), delayed(perturbed(&testing::make_walk, late)),
      noisy(perturbed(&testing::make_walk, {.observation_noise = 1e-9}));
  EXPECT_EQ(delayed.buffers.start, bare.buffers.start);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(noisy.buffers.start[i], bare.buffers.start[i], 1e-6);
  }
}

TEST(Perturbed, WorldsKeepTheContract) {
  constexpr std::uint64_t kSeed = 21;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  const EnvironmentRegistry worlds = testing::perturbed_worlds();
  for (const std::string name : {"CartPole-v0", "GridWorld-v0", "Pendulum-v0", "PointGoal1-v0"}) {
    SCOPED_TRACE(name);
    for (const Finding& finding : check_contract(name, worlds.at(name), {kSeed, 1500})) {
      EXPECT_EQ(finding.verdict, Verdict::kPassed) << finding.check << ": " << finding.detail;
    }
  }
}

}  // namespace
}  // namespace saddle
