// SPDX-License-Identifier: Apache-2.0
// A world that has changed since a run began is told from one that has not.
#include <saddle/apps/spec_record.h>

#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/apps/expect_error.h"
#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

using test::expect_error;

EnvironmentSpec example() {
  EnvironmentSpec spec;
  spec.id = "World-v0";
  spec.observation = Space::box(3, -std::numeric_limits<float>::infinity(), 0.1f);
  spec.action = Space::discrete(4);
  spec.constraints = {{"speed", "steps", 25, "too fast"}};
  return spec;
}

struct SpecRecord : ::testing::Test {
  SpecRecord() { write_spec(example(), path()); }

  [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "spec.json"; }

  template <class Change>
  void refused(const Change& change, const std::vector<std::string>& words) const {
    EnvironmentSpec spec = example();
    change(spec);
    expect_error([&] { require_same_spec(spec, path()); },
                 {"'World-v0' has changed", "train anew"});
    expect_error([&] { require_same_spec(spec, path()); }, words);
  }

 private:
  test::TemporaryDirectory directory_;
};

TEST_F(SpecRecord, TheSameWorldPasses) {
  EXPECT_NO_THROW(require_same_spec(example(), path()));
  EnvironmentSpec reworded = example();
  reworded.doc = "other words";
  reworded.constraints[0].doc = "much too fast";
  reworded.constraints[0].default_limit = 3;
  EXPECT_NO_THROW(require_same_spec(reworded, path()));
}

TEST_F(SpecRecord, WhatHasChangedIsNamed) {
  refused([](auto& s) { s.horizon = 200; }, {"its horizon was 1000 and is 200"});
  refused([](auto& s) { s.agents = 2; }, {"its agents was 1 and is 2"});
  refused([](auto& s) { s.time_step = 0.1; }, {"its time_step was 0.0 and is 0.1"});
  refused([](auto& s) { s.state = 3; }, {"its central_state was 0 and is 3"});
  refused([](auto& s) { s.action.count = 5; }, {"its action was", "4", "5"});
  refused([](auto& s) { s.observation.high[2] = 0.2f; }, {"its observation is another"});
  refused([](auto& s) { s.constraints[0].name = "haste"; }, {"its constraints was", "haste"});
  refused([](auto& s) { s.constraints[0].unit = "m"; }, {"its constraints was"});
  refused([](auto& s) { s.constraints.clear(); }, {"its constraints was", "is []"});
}

TEST_F(SpecRecord, OneFromBeforeCentralStatesSaysNothingOfThem) {
  nlohmann::ordered_json old = json_of(example());
  old.erase("central_state");
  test::write(path(), old.dump());
  EnvironmentSpec now = example();
  now.state = 3;
  EXPECT_NO_THROW(require_same_spec(now, path()));
}

TEST_F(SpecRecord, WithoutARecordNothingIsKnown) {
  std::filesystem::remove(path());
  EXPECT_NO_THROW(require_same_spec(example(), path()));
  test::write(path(), "[1, 2");
  expect_error([&] { require_same_spec(example(), path()); }, {"spec.json", "remove it"});
  test::write(path(), "{\"constraints\": 3}");
  expect_error([&] { require_same_spec(example(), path()); }, {"its kind was null"});
}

}  // namespace
}  // namespace saddle
