// SPDX-License-Identifier: Apache-2.0
// Worlds of a plug-in's table, and errors that are one sentence.
#pragma once

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/envs/plugin_worlds.h>

namespace saddle::testing {

inline EnvironmentRegistry registered(const SaddlePlugin* plugin) {
  EnvironmentRegistry registry("environment");
  register_plugin(plugin, "lib.so", registry);
  return registry;
}

template <class Action>
void expect_error(const Action& action, const std::vector<std::string>& words) {
  try {
    action();
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    for (const std::string& word : words) EXPECT_THAT(error.what(), ::testing::HasSubstr(word));
    EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr("\n")));
  }
}

}  // namespace saddle::testing
