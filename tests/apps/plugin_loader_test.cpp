// SPDX-License-Identifier: Apache-2.0
// Libraries that are loaded, and those that cannot be.
#include <saddle/apps/plugin_loader.h>

#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/apps/expect_error.h"
#include "tests/apps/fake_registries.h"
#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

using test::expect_error;
using test::registries;

const std::string kPlugins = SADDLE_TEST_PLUGINS;

TEST(PluginLoader, AddsTheWorldsOfALibrary) {
  const Registries known = with_plugins(registries(), {kPlugins + "/swing.so"});
  EXPECT_EQ(known.environments.names(),
            (std::vector<std::string>{"Free-v0", "Leaky-v0", "Swing-v0", "World-v0"}));
  const std::unique_ptr<Environment> swing = known.environments.at("Swing-v0")();
  EXPECT_EQ(swing->spec().horizon, 50);
  Rng rng(1);
  std::vector<float> observation(2);
  swing->reset(rng, observation);
  EXPECT_EQ(observation[0], 0);
  EXPECT_NE(observation[1], 0);
  EXPECT_EQ(with_plugins(registries(), {}).environments.names().size(), 2u);
}

TEST(PluginLoader, AddsTheAgentsAndRulesOfALibrary) {
  const Registries known = with_plugins(registries(), {kPlugins + "/spo.so"});
  EXPECT_EQ(known.environments.names(), registries().environments.names());
  const std::unique_ptr<AgentBuilder> agent = known.agents.at("spo").builder();
  Fields fields;
  agent->fields(fields);
  EXPECT_EQ(std::get<std::int64_t>(fields.at("spo.epochs").value()), 4);
  EXPECT_EQ(known.agents.at("spo").rule, "lagrangian");
  const std::unique_ptr<ConstraintRule> rule = known.rules.at("quadratic").builder()->build(2);
  EXPECT_EQ(rule->update(Eigen::Vector2d(0.5, -1)).constraints, Eigen::Vector2d(5, 0));
  // What it throws is caught here as what it is.
  EXPECT_THROW((void)rule->update(Eigen::Vector2d(0.5, NAN)), Error);
  EXPECT_THROW((void)rule->update(Eigen::VectorXd::Zero(3)), std::logic_error);
}

TEST(PluginLoader, PathsAreRelativeToTheCurrentFolder) {
  const auto here = std::filesystem::current_path();
  EXPECT_EQ(absolute_paths({"a.so", "./b/../c.so", "/d.so"}),
            (std::vector<std::string>{here / "a.so", here / "c.so", "/d.so"}));
}

TEST(PluginLoader, WhatCannotBeLoadedIsOneSentence) {
  const test::TemporaryDirectory directory;
  test::write(directory.path() / "text.so", "This is no library.\n");
  const auto refused = [](const std::string& path, std::vector<std::string> words) {
    SCOPED_TRACE(path);
    words.push_back(path);
    Registries known = registries();
    register_wrappers(known.wrappers);
    expect_error([&] { (void)with_plugins(known, {path}); }, words);
  };
  refused("/nowhere/lib.so", {"is not there", "--plugin"});
  refused(directory.path() / "text.so", {"cannot load plug-in", "shared library"});
  refused(directory.path(), {"cannot load plug-in"});
  refused(kPlugins + "/unresolved.so", {"cannot load plug-in", "from_nowhere"});
  refused(kPlugins + "/no_entry.so",
          {"no plug-in", "saddle_plugin", "saddle_agent_plugin", "SADDLE_PLUGIN"});
  refused(kPlugins + "/other_version.so", {"version 2", "this Saddle has version 1"});
  refused(kPlugins + "/other_build.so",
          {"built for another, but this is Saddle ", "build it anew"});
  refused(kPlugins + "/no_agents.so", {"nothing to register"});
  refused(kPlugins + "/taken_name.so", {"agent 'ppo' is registered twice", "another name"});
  refused(kPlugins + "/taken_constraint.so", {"rule 'saute'", "another name"});
}

TEST(PluginLoader, NamesAreThereOnce) {
  const std::string swing = kPlugins + "/swing.so", longer = kPlugins + "/swing_longer.so";
  expect_error(
      [&] {
        (void)with_plugins(registries(), {swing, longer});
      },
      {longer, "-v0' is there already"});
  expect_error(
      [&] {
        (void)with_plugins(registries(), {swing, swing});
      },
      {swing, "name the plug-in once"});
}

}  // namespace
}  // namespace saddle
