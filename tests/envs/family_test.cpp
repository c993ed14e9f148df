// SPDX-License-Identifier: Apache-2.0
// Families of worlds: whose parameters an episode has, and what is refused.
#include <saddle/envs/wrapper/family.h>

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/envs/contract.h>
#include <saddle/envs/wrapper/perturbed.h>

#include "tests/support/batch.h"

namespace saddle {
namespace {

using Floats = std::vector<float>;

/// Two agents. Earns its stiffness, costs its length, and draws a number at its start, which it
/// shows and which is its central state.
class Spring final : public Environment {
 public:
  explicit Spring(Space observation = Space::box(1, 0, 1)) {
    spec_.id = "Spring-v0";
    spec_.observation = std::move(observation);
    spec_.action = Space::box(1, -1, 1);
    spec_.agents = 2;
    spec_.constraints = {{"length", "m", 25, "always"}};
    spec_.state = 1;
    spec_.horizon = 3;
  }
  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override {
    start_ = static_cast<float>(rng.uniform());
    std::ranges::fill(observation, start_);
  }
  [[nodiscard]] bool step(std::span<const float>, Rng& rng, const Outcome& out) override {
    (void)rng();
    std::ranges::fill(out.observation, start_);
    std::ranges::fill(out.reward, static_cast<float>(stiffness_));
    std::ranges::fill(out.cost, static_cast<float>(length_));
    return false;
  }
  void central_state(std::span<float> state) const override { state[0] = start_; }
  [[nodiscard]] std::vector<WorldParameter> parameters() override {
    return {{"stiffness", &stiffness_, "N/m"}, {"length", &length_, "m", {.low = 0, .high = 10}}};
  }

 private:
  EnvironmentSpec spec_;
  double stiffness_ = 4, length_ = 0.5;
  float start_ = 0;
};

std::unique_ptr<Environment> make_spring() { return std::make_unique<Spring>(); }

/// With such ranges of stiffness and length, where they are not empty.
Perturbation spring_family(const std::string& stiffness, const std::string& length,
                           const Family& how = {}) {
  Perturbation perturbation = perturbable(*make_spring());
  const FamilyParameters usual = perturbation.family.parameters;
  perturbation.family = how;
  perturbation.family.parameters = usual;
  if (!stiffness.empty()) perturbation.family.parameters.all.at(0).range = stiffness;
  if (!length.empty()) perturbation.family.parameters.all.at(1).range = length;
  return perturbation;
}

/// One episode of one step.
struct Episode {
  Episode(const Perturbation& perturbation, std::uint64_t seed, std::uint64_t stream) {
    const auto world = perturbed(make_spring, perturbation)();
    observation.resize(2 * static_cast<std::size_t>(world->spec().observation.size));
    Rng rng(seed, stream);
    world->reset(rng, observation);
    Floats reward(2), cost(2), next(observation.size());
    (void)world->step(Floats{0, 0}, rng, {next, reward, cost});
    EXPECT_EQ(next, observation);
    state.resize(static_cast<std::size_t>(world->spec().state));
    world->central_state(state);
    stiffness = reward[0];
    length = cost[0];
  }
  Floats observation, state;
  float stiffness = 0, length = 0;
};

TEST(Family, AnEpisodeDrawsItsParametersFirst) {
  constexpr std::uint64_t kSeed = 3;
  Rng same(kSeed, 9);
  const double first = same.uniform(), second = same.uniform(), start = same.uniform();
  const Episode episode(spring_family("1..9", "0..2", {.observe = true}), kSeed, 9);
  EXPECT_EQ(episode.stiffness, static_cast<float>(1 + 8 * first));
  EXPECT_EQ(episode.length, static_cast<float>(2 * second));
  const auto a = static_cast<float>(2 * first - 1), b = static_cast<float>(2 * second - 1),
             shown = static_cast<float>(start);
  EXPECT_EQ(episode.observation, (Floats{shown, a, b, shown, a, b})) << "of each agent";
  EXPECT_EQ(episode.state, (Floats{shown, a, b}));
  EXPECT_EQ(Episode(spring_family("1..9", "0..2"), kSeed, 9).state, (Floats{shown}));
  // A parameter is drawn alike whether another one varies or not.
  EXPECT_EQ(Episode(spring_family("", "0..2"), kSeed, 9).length, episode.length);
  const Episode alone = Episode(spring_family("1..9", "", {.observe = true}), kSeed, 9);
  EXPECT_EQ(alone.stiffness, episode.stiffness);
  EXPECT_EQ(alone.length, 0.5f);
  EXPECT_EQ(alone.observation, (Floats{shown, a, shown, a}));
}

TEST(Family, LogUniformIsUniformInTheLogarithm) {
  constexpr std::uint64_t kSeed = 4;
  Rng same(kSeed);
  const double u = same.uniform();
  const Episode episode(
      spring_family("0.25..64", "", {.distribution = "log-uniform", .observe = true}), kSeed, 0);
  EXPECT_EQ(episode.stiffness, static_cast<float>(0.25 * std::pow(256.0, u)));
  EXPECT_EQ(episode.observation[1], static_cast<float>(2 * u - 1));
}

TEST(Family, OneNumberIsAnotherWorldInWhichNothingVaries) {
  Rng same(7);
  const Episode episode(spring_family("2.5", ""), 7, 0);
  EXPECT_EQ(episode.stiffness, 2.5f);
  EXPECT_EQ(episode.observation[0], static_cast<float>(same.uniform())) << "nothing is drawn";
  EXPECT_TRUE(spring_family("", "").is_nothing());
  EXPECT_FALSE(spring_family("2.5", "").is_nothing());
}

TEST(Family, AClientIsTheSameInEveryEpisodeAndRun) {
  const auto of = [](std::int64_t client, std::int64_t family_seed, std::uint64_t stream) {
    const Episode episode(
        spring_family("1..9", "0..2", {.client = client, .seed = family_seed, .observe = true}), 11,
        stream);
    // The episode itself is as in the plain world.
    Rng same(11, stream);
    EXPECT_EQ(episode.observation[0], static_cast<float>(same.uniform()));
    EXPECT_FLOAT_EQ(episode.stiffness, 5 + 4 * episode.observation[1]);
    return episode.stiffness;
  };
  EXPECT_EQ(of(3, 0, 1), of(3, 0, 2));
  EXPECT_NE(of(3, 0, 1), of(4, 0, 1));
  EXPECT_NE(of(3, 0, 1), of(3, 1, 1));
}

TEST(Family, EveryEpisodeIsInAnotherMemberWhateverTheRangesStepped) {
  const Perturbation perturbation = spring_family("1..9", "");
  VectorEnvironment whole(perturbed(make_spring, perturbation), 4, 5),
      parts(perturbed(make_spring, perturbation), 4, 5);
  testing::StepBuffers a(whole), b(parts), one(VectorEnvironment(make_spring, 1, 0));
  whole.reset({0, 4}, a.start);
  parts.reset({0, 4}, b.start);
  std::vector<float> seen;
  for (int t = 0; t < 6; ++t) {
    whole.step({0, 4}, a.view());
    for (int i = 3; i >= 0; --i) {
      parts.step({i, 1}, one.view());
      EXPECT_EQ(one.reward[0], a.reward[2 * static_cast<std::size_t>(i)]);
    }
    for (std::size_t i = 0; i < 8; i += 2) seen.push_back(a.reward[i]);
  }
  // Two episodes of three steps in each of four worlds.
  std::ranges::sort(seen);
  const auto rest = std::ranges::unique(seen);
  EXPECT_EQ(rest.begin() - seen.begin(), 8);
}

TEST(Family, PerturbationsAreOfTheMemberAndStayInWhatTheWorldTakes) {
  Perturbation perturbation = spring_family("2..6", "8");
  perturbation.parameters.at(0).error = 0.5;
  perturbation.parameters.at(1).error = 0.5;
  const Episode plain(spring_family("2..6", ""), 2, 0), perturbed(perturbation, 2, 0);
  EXPECT_FLOAT_EQ(perturbed.stiffness, 1.5f * plain.stiffness);
  EXPECT_EQ(perturbed.length, 10) << "not 12";
}

void expect_refused(const EnvironmentFactory& make, const Perturbation& perturbation,
                    const std::string& words) {
  try {
    (void)perturbed(make, perturbation)();
    ADD_FAILURE() << "took it: " << words;
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("'Spring-v0'"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr(words));
  }
}

TEST(Family, RefusesWhatNoFamilyIs) {
  for (const char* range : {"x", "", "1..", "..2", "3..1", "0..1", "-1", "1..inf", "nan", "1..2..3",
                            "1...5", "1 .. 2"}) {
    SCOPED_TRACE(range);
    Perturbation perturbation = spring_family("", "");
    perturbation.family.parameters.all.at(0).range = range;
    expect_refused(make_spring, perturbation,
                   "'stiffness' of 'Spring-v0' takes a number above 0, or LOW..HIGH of such");
  }
  expect_refused(make_spring, spring_family("", "1..11"), "a number in [0, 10], or LOW..HIGH");
  expect_refused(make_spring, spring_family("", "0..1", {.distribution = "log-uniform"}),
                 "from 0, which has no logarithm");
  expect_refused(make_spring, spring_family("", "1", {.client = 0}), "no parameter of");
  expect_refused(make_spring, spring_family("", "", {.observe = true}), "world.NAME=LOW..HIGH");
  Perturbation unknown = spring_family("1..2", "");
  unknown.family.parameters.all.at(0).name = "stifness";
  expect_refused(make_spring, unknown, "no parameter 'stifness'; did you mean 'stiffness'?");
  expect_refused([] { return std::make_unique<Spring>(Space::discrete(2)); },
                 spring_family("1..2", "", {.observe = true}), "nothing can be added");
}

TEST(Family, KeepsTheContract) {
  constexpr std::uint64_t kSeed = 24;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  EnvironmentRegistry worlds("environment");
  register_environments(worlds);
  for (const char* name : {"CartPole-v0", "PointGoal1-v0", "HopperVelocity-v0"}) {
    SCOPED_TRACE(name);
    const EnvironmentFactory& make = worlds.at(name);
    Perturbation perturbation = perturbable(*make());
    for (FamilyParameter& parameter : perturbation.family.parameters.all) {
      parameter.range =
          concat(0.8 * std::stod(parameter.usual), "..", 1.25 * std::stod(parameter.usual));
    }
    perturbation.family.observe = true;
    for (const Finding& finding :
         check_contract(name, perturbed(make, perturbation), {kSeed, 1500})) {
      EXPECT_EQ(finding.verdict, Verdict::kPassed) << finding.check << ": " << finding.detail;
    }
  }
}

}  // namespace
}  // namespace saddle
