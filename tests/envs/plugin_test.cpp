// SPDX-License-Identifier: Apache-2.0
// The plain C interface from both sides: worlds pass it unchanged, faults become one sentence.
#include <saddle/envs/plugin_library.h>
#include <saddle/envs/plugin_worlds.h>

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/envs/canvas.h>
#include <saddle/envs/classic/pendulum.h>
#include <saddle/envs/contract.h>
#include <saddle/envs/wrapper/perturbed.h>

#include "tests/support/batch.h"
#include "tests/support/plugin.h"

namespace saddle {
namespace {

using testing::expect_error;
using testing::registered;

void expect_same(const Space& a, const Space& b) {
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.size, b.size);
  EXPECT_EQ(a.count, b.count);
  EXPECT_EQ(a.low, b.low);
  EXPECT_EQ(a.high, b.high);
}

void register_pendulum(EnvironmentRegistry& registry) {
  registry.add("Pendulum-v0", [] { return std::make_unique<Pendulum>(); });
}

TEST(PluginLibrary, HandsTheSpecOverUnchanged) {
  const PluginLibrary library(register_pendulum);
  const EnvironmentSpec spec = registered(library.table()).at("Pendulum-v0")()->spec();
  const EnvironmentSpec original = Pendulum().spec();
  EXPECT_EQ(spec.id, original.id);
  EXPECT_EQ(spec.doc, original.doc);
  expect_same(spec.observation, original.observation);
  expect_same(spec.action, original.action);
  EXPECT_EQ(spec.agents, original.agents);
  EXPECT_EQ(spec.horizon, original.horizon);
  EXPECT_EQ(spec.time_step, original.time_step);
  ASSERT_EQ(spec.constraints.size(), original.constraints.size());
  EXPECT_EQ(spec.constraints[0].name, original.constraints[0].name);
  EXPECT_EQ(spec.constraints[0].unit, original.constraints[0].unit);
  EXPECT_EQ(spec.constraints[0].doc, original.constraints[0].doc);
  EXPECT_EQ(spec.constraints[0].default_limit, original.constraints[0].default_limit);
}

// The seed of an episode is the first 64 bits that the world's stream gives, high half first.
TEST(PluginLibrary, StepsAreThoseOfTheClassToTheBit) {
  const PluginLibrary library(register_pendulum);
  const auto plugged = registered(library.table()).at("Pendulum-v0")();
  Pendulum direct;
  Rng stream(7, 3), same_stream(7, 3), draws(1);
  for (int episode = 0; episode < 3; ++episode) {
    const std::uint64_t high = same_stream(), low = same_stream();
    Rng inner((high << 32) | low);
    std::array<float, 3> a{}, b{};
    plugged->reset(stream, a);
    direct.reset(inner, b);
    EXPECT_EQ(a, b);
    for (int t = 0; t < 100; ++t) {
      const std::array action = {static_cast<float>(draws.uniform(-2, 2))};
      float reward[2], cost[2];
      const bool ended = plugged->step(action, stream, {a, {&reward[0], 1}, {&cost[0], 1}});
      EXPECT_EQ(direct.step(action, inner, {b, {&reward[1], 1}, {&cost[1], 1}}), ended);
      ASSERT_EQ(a, b);
      ASSERT_EQ(reward[0], reward[1]);
      ASSERT_EQ(cost[0], cost[1]);
    }
  }
}

TEST(PluginLibrary, WorldsKeepTheContractAcrossTheBorder) {
  const PluginLibrary library(
      [](EnvironmentRegistry& registry) { register_environments(registry); });
  const EnvironmentRegistry plugged = registered(library.table());
  for (const char* name : {"Pendulum-v0", "PointGoal1-v0"}) {
    for (const Finding& finding : check_contract(name, plugged.at(name), {0, 500})) {
      EXPECT_EQ(finding.verdict, Verdict::kPassed) << finding.check << ": " << finding.detail;
    }
  }
}

/// Does what its kind says at the third step.
class Faulty final : public Environment {
 public:
  enum class Kind { kError, kForeign, kUnknown, kNan, kThrowsAtReset, kThrowsWhenMade, kGrows };

  explicit Faulty(Kind kind) : kind_(kind) {
    static int made = 0;
    spec_.id = "Faulty-v0";
    spec_.observation = Space::box(kind == Kind::kGrows ? ++made : 1, -1, 1);
    spec_.action = Space::discrete(2);
    if (kind == Kind::kThrowsWhenMade) throw std::runtime_error("there is no map");
  }

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng&, std::span<float> observation) override {
    if (kind_ == Kind::kThrowsAtReset) throw std::runtime_error("no place is free");
    observation[0] = 0;
  }
  [[nodiscard]] bool step(std::span<const float>, Rng&, const Outcome& out) override {
    out.observation[0] = 0;
    out.reward[0] = 1;
    if (++steps_ < 3) return false;
    if (kind_ == Kind::kError) throw Error("the world has lost its floor");
    if (kind_ == Kind::kForeign) throw std::out_of_range("index\n7");
    if (kind_ == Kind::kUnknown) throw 7;
    out.reward[0] = std::numeric_limits<float>::quiet_NaN();
    return false;
  }

 private:
  EnvironmentSpec spec_;
  Kind kind_;
  int steps_ = 0;
};

template <Faulty::Kind kind>
void register_faulty(EnvironmentRegistry& registry) {
  registry.add("Faulty-v0", [] { return std::make_unique<Faulty>(kind); });
}

template <Faulty::Kind kind>
void expect_fault(const std::vector<std::string>& words) {
  const PluginLibrary library(register_faulty<kind>);
  const EnvironmentRegistry registry = registered(library.table());
  expect_error(
      [&] {
        VectorEnvironment worlds(registry.at("Faulty-v0"), 1, 0);
        testing::StepBuffers buffers(worlds);
        worlds.reset({0, 1}, buffers.start);
        for (int t = 0; t < 3; ++t) worlds.step({0, 1}, buffers.view());
      },
      words);
}

TEST(PluginLibrary, ExceptionsBecomeOneSentence) {
  using Kind = Faulty::Kind;
  const std::string who = "world 'Faulty-v0' of plug-in 'lib.so' failed in ";
  expect_fault<Kind::kError>({who + "step with code 1: the world has lost its floor"});
  expect_fault<Kind::kForeign>({who + "step", "index 7"});
  expect_fault<Kind::kUnknown>({who + "step", "no std::exception"});
  expect_fault<Kind::kThrowsAtReset>({who + "reset", "no place is free"});
  expect_fault<Kind::kNan>({"'Faulty-v0' returned a reward of nan at step 3"});
  expect_fault<Kind::kGrows>({who + "create", "two copies of 'Faulty-v0'", "one spec"});
}

TEST(PluginLibrary, WhatGoesWrongWhileItRegistersIsItsFailure) {
  const auto refused = [](void (*register_worlds)(EnvironmentRegistry&), const char* words) {
    const PluginLibrary library(register_worlds);
    EXPECT_NE(library.table()->failure, nullptr);
    expect_error([&] { registered(library.table()); }, {"plug-in 'lib.so': ", words});
  };
  refused(register_faulty<Faulty::Kind::kThrowsWhenMade>, "there is no map");
  refused(
      [](EnvironmentRegistry& registry) {
        register_pendulum(registry);
        register_pendulum(registry);
      },
      "'Pendulum-v0' is registered twice");
  refused(
      [](EnvironmentRegistry& registry) {
        registry.add("Swing-v0", [] { return std::make_unique<Pendulum>(); });
      },
      "registered as 'Swing-v0' calls itself 'Pendulum-v0'");
  refused([](EnvironmentRegistry&) { throw 7; }, "no std::exception");
}

TEST(PluginInC, IsAWorldLikeAnyOther) {
  const EnvironmentRegistry registry = registered(saddle_plugin());
  EXPECT_EQ(registry.names(), (std::vector<std::string>{"Broken-v0", "Counter-v3"}));
  const EnvironmentFactory make = registry.at("Counter-v3");
  const EnvironmentSpec& spec = make()->spec();
  EXPECT_EQ(spec.constraints[1].name, "luck");
  EXPECT_EQ(spec.time_step, 0.5);
  EXPECT_EQ(spec.action.count, 5);
  const auto world = make();
  Rng rng(3), same(3);
  std::array<float, 2> observation{}, cost{};
  float reward = 0;
  world->reset(rng, observation);
  EXPECT_EQ(observation[0], static_cast<float>(same() >> 8) / 16777216.0f);
  EXPECT_FALSE(world->step(std::array{1.0f}, rng, {observation, {&reward, 1}, cost}));
  EXPECT_EQ(observation[1], 1);
  EXPECT_EQ(reward, 1);
  EXPECT_EQ(cost[1], observation[0]);
  EXPECT_TRUE(world->step(std::array{2.0f}, rng, {observation, {&reward, 1}, cost}));
  const auto step = [&](float choice) {
    (void)world->step({&choice, 1}, rng, {observation, {&reward, 1}, cost});
  };
  expect_error([&] { step(3); }, {"failed in step with code 7: the third door is locked"});
  expect_error([&] { step(4); }, {"failed in step with code 1: it gave no reason"});
  expect_error([&] { registry.at("Broken-v0")(); },
               {"'Broken-v0' of plug-in 'lib.so' failed in create with code 3: there is no map"});
}

TEST(PluginInC, IsGivenItsParametersAtEveryReset) {
  const EnvironmentFactory make = registered(saddle_plugin()).at("Counter-v3");
  const auto bare = make();
  ASSERT_EQ(bare->parameters().size(), 1u);
  const WorldParameter stride = bare->parameters()[0];
  EXPECT_EQ(stride.name, "stride");
  EXPECT_EQ(stride.doc, "m, of a step");
  EXPECT_EQ(*stride.value, 1);
  EXPECT_FALSE(stride.bounds.contains(0));
  EXPECT_TRUE(stride.bounds.contains(1));
  const auto strides = [&make](const char* range, double error) {
    Perturbation perturbation = perturbable(*make());
    perturbation.family.parameters.all.at(0).range = range;
    perturbation.parameters.at(0).error = error;
    const auto world = perturbed(make, perturbation)();
    std::array<float, 2> observation{}, cost{};
    float reward = 0;
    std::vector<float> seen;
    for (std::uint64_t episode = 0; episode < 3; ++episode) {
      Rng rng(5, episode);
      world->reset(rng, observation);
      (void)world->step(std::array{0.0f}, rng, {observation, {&reward, 1}, cost});
      seen.push_back(observation[1]);
    }
    return seen;
  };
  EXPECT_EQ(strides("1.0", 0), (std::vector<float>{1, 1, 1}));
  EXPECT_EQ(strides("0.5", 0.5), (std::vector<float>{0.75f, 0.75f, 0.75f}));
  EXPECT_EQ(strides("1.0", 0.5), (std::vector<float>{1, 1, 1})) << "as much as it takes";
  std::vector<float> drawn;
  for (std::uint64_t episode = 0; episode < 3; ++episode) {
    drawn.push_back(static_cast<float>(0.25 + 0.5 * Rng(5, episode).uniform()));
  }
  EXPECT_EQ(strides("0.25..0.75", 0), drawn);
  expect_error([&] { strides("0.125", 0); }, {"failed in set_parameters", "no shoe fits"});
  expect_error([&] { strides("0", 0); }, {"'stride' of 'Counter-v3' takes a number in (0, 1]"});
}

TEST(PluginLibrary, HandsParametersOver) {
  const PluginLibrary library(
      [](EnvironmentRegistry& registry) { register_environments(registry); });
  const EnvironmentRegistry plugged = registered(library.table());
  EnvironmentRegistry plain("environment");
  register_environments(plain);
  for (const char* name : {"Pendulum-v0", "CoopNav3-v0", "GridWorld-v0"}) {
    const auto there = plugged.at(name)(), here = plain.at(name)();
    const auto a = there->parameters(), b = here->parameters();
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(a[i].name, b[i].name);
      EXPECT_EQ(a[i].doc, b[i].doc);
      EXPECT_EQ(a[i].kind, b[i].kind);
      EXPECT_EQ(*a[i].value, *b[i].value);
      EXPECT_EQ(a[i].bounds.low, b[i].bounds.low);
      EXPECT_EQ(a[i].bounds.high, b[i].bounds.high);
      EXPECT_EQ(a[i].bounds.open_low, b[i].bounds.open_low);
    }
  }
  // They get to the class: a pendulum without gravity does not fall faster.
  const auto pendulum = plugged.at("Pendulum-v0")();
  *pendulum->parameters().at(0).value = 1e-9;
  std::array<float, 3> before{}, after{};
  float reward = 0, cost = 0;
  Rng rng(1);
  pendulum->reset(rng, before);
  (void)pendulum->step(std::array{0.0f}, rng, {after, {&reward, 1}, {&cost, 1}});
  EXPECT_NEAR(after[2], before[2], 1e-6);
}

TEST(PluginInC, DrawsAndWhatIsNoShapeIsLeftOut) {
  const auto world = registered(saddle_plugin()).at("Counter-v3")();
  Rng rng(3);
  std::array<float, 2> observation{}, cost{};
  float reward = 0;
  world->reset(rng, observation);
  (void)world->step(std::array{1.0f}, rng, {observation, {&reward, 1}, cost});
  Canvas canvas;
  world->draw(canvas);
  EXPECT_EQ(canvas.low().y, -2);
  EXPECT_EQ(canvas.high().x, 21);
  ASSERT_EQ(canvas.shapes().size(), 2u);
  const Shape& disc = canvas.shapes()[0];
  EXPECT_EQ(disc.kind, Shape::Kind::kDisc);
  EXPECT_EQ(disc.points.at(0).x, 1);
  EXPECT_EQ(disc.size, 0.25);
  EXPECT_EQ(disc.colour.red, 1);
  EXPECT_EQ(disc.colour.green, 128 / 255.0);
  EXPECT_EQ(disc.colour.opacity, 64 / 255.0);
  EXPECT_EQ(canvas.shapes()[1].points.at(1).x, 1);
}

TEST(PluginLibrary, DrawsWhatTheClassDraws) {
  const PluginLibrary library(register_pendulum);
  const auto plugged = registered(library.table()).at("Pendulum-v0")();
  std::array<float, 3> observation{};
  Rng rng(3);
  plugged->reset(rng, observation);
  Pendulum direct;
  direct.place(std::atan2(observation[1], observation[0]), observation[2]);
  Canvas through, straight;
  plugged->draw(through);
  direct.draw(straight);
  EXPECT_EQ(through.low().x, straight.low().x);
  EXPECT_EQ(through.high().y, straight.high().y);
  ASSERT_EQ(through.shapes().size(), straight.shapes().size());
  for (std::size_t i = 0; i < straight.shapes().size(); ++i) {
    const Shape &a = through.shapes()[i], &b = straight.shapes()[i];
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.size, b.size);
    EXPECT_NEAR(a.colour.blue, b.colour.blue, 0.5 / 255);
    ASSERT_EQ(a.points.size(), b.points.size());
    for (std::size_t j = 0; j < b.points.size(); ++j) {
      EXPECT_LT(distance(a.points[j], b.points[j]), 1e-6);
    }
  }
}

}  // namespace
}  // namespace saddle
