// SPDX-License-Identifier: Apache-2.0
// Tables of the plain C interface that are wrong, older, or longer.
#include <cmath>
#include <cstddef>
#include <cstring>

#include <gtest/gtest.h>

#include "tests/support/plugin.h"

namespace saddle {
namespace {

using testing::expect_error;
using testing::registered;

/// The table of the plug-in in C, to be changed.
struct Table {
  Table() {
    plugin.worlds = &world;
    plugin.world_count = 1;
    world.spec = &spec;
    spec.constraints = constraints;
    spec.parameters = parameters;
    std::memcpy(constraints, saddle_plugin()->worlds->spec->constraints, sizeof constraints);
    parameters[0] = parameters[1] = *saddle_plugin()->worlds->spec->parameters;
  }

  SaddlePlugin plugin = *saddle_plugin();
  SaddleWorld world = *saddle_plugin()->worlds;
  SaddleSpec spec = *saddle_plugin()->worlds->spec;
  SaddleConstraint constraints[2];
  SaddleParameter parameters[2];
};

template <class Change>
void expect_refused(const Change& change, const std::vector<std::string>& words) {
  Table table;
  change(table);
  expect_error([&] { registered(&table.plugin); }, {"plug-in 'lib.so': "});
  expect_error([&] { registered(&table.plugin); }, words);
}

TEST(PluginTable, WhatIsWrongIsOneSentence) {
  const Table sound;
  EXPECT_NO_THROW(registered(&sound.plugin));
  expect_error([] { registered(nullptr); }, {"'lib.so'", "returned no table"});
  expect_refused([](Table& t) { t.plugin.abi = 2; }, {"version 2", "version 1", "headers"});
  expect_refused([](Table& t) { t.plugin.struct_size = 8; }, {"its table", "struct_size 8"});
  expect_refused([](Table& t) { t.plugin.failure = "no licence"; }, {"no licence"});
  expect_refused([](Table& t) { t.plugin.world_count = 0; }, {"0 worlds"});
  expect_refused([](Table& t) { t.plugin.worlds = nullptr; }, {"its table", "no 'worlds'"});
  expect_refused([](Table& t) { t.world.struct_size = 0; }, {"world 1", "struct_size 0"});
  expect_refused([](Table& t) { t.world.struct_size += 1; },
                 {"world 1", concat("struct_size ", sizeof(SaddleWorld) + 1)});
  expect_refused([](Table& t) { t.world.spec = nullptr; }, {"world 1", "no 'spec'"});
  expect_refused([](Table& t) { t.world.create = nullptr; }, {"world 1", "no 'create'"});
  expect_refused([](Table& t) { t.world.destroy = nullptr; }, {"world 1", "no 'destroy'"});
  expect_refused([](Table& t) { t.world.reset = nullptr; }, {"world 1", "no 'reset'"});
  expect_refused([](Table& t) { t.world.step = nullptr; }, {"world 1", "no 'step'"});
  expect_refused([](Table& t) { t.spec.struct_size = 16; }, {"the spec of world 1", "16"});
  expect_refused([](Table& t) { t.spec.id = nullptr; }, {"world ''", "name"});
  expect_refused([](Table& t) { t.spec.agents = 0; }, {"'Counter-v3'", "0 agents"});
  expect_refused([](Table& t) { t.spec.opponents = 1; }, {"'Counter-v3'", "1 opponents among 1"});
  expect_refused([](Table& t) { t.spec.horizon = -4; }, {"'Counter-v3'", "horizon of -4"});
  expect_refused([](Table& t) { t.spec.observation.kind = 9; }, {"observation", "kind 9"});
  expect_refused([](Table& t) { t.spec.observation.size = -1; }, {"observation", "-1 numbers"});
  expect_refused([](Table& t) { t.spec.observation.size = 1 << 30; }, {"observation", "1 to"});
  expect_refused([](Table& t) { t.spec.observation.low = nullptr; }, {"observation", "no 'low'"});
  expect_refused([](Table& t) { t.spec.action.count = 0; }, {"action", "0 choices"});
  expect_refused([](Table& t) { t.spec.constraint_count = -2; }, {"-2 constraints"});
  expect_refused([](Table& t) { t.spec.constraints = nullptr; }, {"no 'constraints'"});
  expect_refused([](Table& t) { t.constraints[1].name = nullptr; }, {"constraint ''"});
  expect_refused([](Table& t) { t.constraints[1].name = "steps"; }, {"'steps'", "twice"});
}

TEST(PluginTable, ParametersThatAreNoneAreRefused) {
  const auto refused = [](void (*change)(Table&), const std::vector<std::string>& words) {
    expect_refused(change, words);
  };
  refused([](Table& t) { t.spec.parameter_count = -1; }, {"-1 parameters", "0 to"});
  refused([](Table& t) { t.spec.parameters = nullptr; }, {"no 'parameters'"});
  refused([](Table& t) { t.world.set_parameters = nullptr; }, {"world 1", "no 'set_parameters'"});
  refused([](Table& t) { t.parameters[0].name = nullptr; }, {"parameter ''", "lower case"});
  refused([](Table& t) { t.parameters[0].name = "Stride"; }, {"'Stride'", "'Counter-v3'", "keys"});
  refused([](Table& t) { t.spec.parameter_count = 2; }, {"'stride'", "taken"});
  refused([](Table& t) { t.parameters[0].name = "action_gain"; }, {"'action_gain'", "taken"});
  refused([](Table& t) { t.parameters[0].high = -1; }, {"from 0 to -1", "lower one first"});
  refused([](Table& t) { t.parameters[0].low = std::nan(""); }, {"from nan to 1"});
  refused([](Table& t) { t.parameters[0].usual = 2; }, {"'stride'", "is 2 unless set"});
  static constexpr std::int32_t kOdd = 3;
  refused([](Table& t) { t.spec.parameter_kinds = &kOdd; }, {"kind 3", "kSaddleLimit"});
  refused([](Table& t) { t.parameters[0].usual = 0; }, {"is 0 unless set", "0 and 1"});
}

TEST(PluginTable, ParametersArePhysicsUnlessTheTableSaysOtherwise) {
  const auto kind_of = [](Table& table) {
    return registered(&table.plugin).at("Counter-v3")()->parameters().at(0).kind;
  };
  Table table;
  EXPECT_EQ(kind_of(table), WorldParameter::Kind::kPhysics);
  constexpr std::int32_t kLimit = kSaddleLimit;
  table.spec.parameter_kinds = &kLimit;
  EXPECT_EQ(kind_of(table), WorldParameter::Kind::kLimit);
  table.spec.struct_size = offsetof(SaddleSpec, parameter_kinds);
  EXPECT_EQ(kind_of(table), WorldParameter::Kind::kPhysics) << "as an older plug-in";
}

// The sizes that structs had before there were parameters.
TEST(PluginTable, OlderOnesAreReadWithoutParameters) {
  Table old;
  old.world.struct_size = offsetof(SaddleWorld, set_parameters);
  old.spec.struct_size = offsetof(SaddleSpec, parameter_count);
  const auto world = registered(&old.plugin).at("Counter-v3")();
  EXPECT_TRUE(world->parameters().empty());
  std::array<float, 2> observation{}, cost{};
  float reward = 0;
  Rng rng(5);
  world->reset(rng, observation);
  (void)world->step(std::array{0.0f}, rng, {observation, {&reward, 1}, cost});
  EXPECT_EQ(observation[1], 1);
}

TEST(PluginTable, ANameThatIsTakenIsRefused) {
  EnvironmentRegistry registry = registered(saddle_plugin());
  expect_error([&] { register_plugin(saddle_plugin(), "other.so", registry); },
               {"plug-in 'other.so'", "'Counter-v3' is there already"});
}

// A later version of the interface has longer structs: what is known of them is read.
TEST(PluginTable, LongerStructsAreReadAsFarAsTheyAreKnown) {
  struct LongWorld {
    SaddleWorld known;
    std::uint64_t more[3];
  };
  const SaddleWorld* rows = saddle_plugin()->worlds;
  LongWorld worlds[] = {{rows[0], {1, 2, 3}}, {rows[1], {4, 5, 6}}};
  for (LongWorld& world : worlds) world.known.struct_size = sizeof(LongWorld);
  SaddlePlugin plugin = *saddle_plugin();
  plugin.worlds = &worlds[0].known;
  EXPECT_EQ(registered(&plugin).names().size(), 2u);
}

}  // namespace
}  // namespace saddle
