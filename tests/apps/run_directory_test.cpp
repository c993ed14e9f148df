// SPDX-License-Identifier: Apache-2.0
// Run directories: made once, numbered, owned by one trainer.
#include <saddle/apps/run_directory.h>

#include <gtest/gtest.h>

#include "tests/apps/expect_error.h"
#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

using test::expect_error;
using test::TemporaryDirectory;

TEST(RunDirectory, IsMadeWithItsParents) {
  const TemporaryDirectory here;
  const auto run = RunDirectory::create(here.path() / "a" / "b");
  EXPECT_TRUE(std::filesystem::is_directory(run.paths().root));
}

TEST(RunDirectory, AnExistingOneIsRefused) {
  const TemporaryDirectory here;
  const auto existing = here.path() / "run";
  std::filesystem::create_directory(existing);
  test::write(here.path() / "file", "mine");
  for (const auto& taken : {existing, here.path() / "file", existing / ""}) {
    expect_error([&] { RunDirectory::create(taken); }, {taken.string(), "--resume"});
  }
  EXPECT_TRUE(std::filesystem::is_empty(existing));
  EXPECT_EQ(test::contents(here.path() / "file"), "mine");
}

TEST(RunDirectory, OneThatCannotBeMadeIsNamed) {
  const TemporaryDirectory here;
  test::write(here.path() / "file", "");
  expect_error([&] { RunDirectory::create(here.path() / "file" / "run"); }, {"file/run", "--run"});
}

TEST(RunDirectory, DefaultNamesAreNumbered) {
  const TemporaryDirectory here;
  const auto wanted = here.path() / "runs" / "x";
  EXPECT_EQ(RunDirectory::create_numbered(wanted).paths().root.filename(), "x");
  EXPECT_EQ(RunDirectory::create_numbered(wanted).paths().root.filename(), "x-2");
  EXPECT_EQ(RunDirectory::create_numbered(wanted).paths().root.filename(), "x-3");
}

TEST(RunDirectory, TwoTrainersAreOneTooMany) {
  const TemporaryDirectory here;
  {
    const auto first = RunDirectory::create(here.path() / "run");
    test::write(first.paths().config(), "");
    expect_error([&] { RunDirectory::resume(here.path() / "run"); }, {"another process", "run"});
  }
  EXPECT_NO_THROW(RunDirectory::resume(here.path() / "run"));
}

TEST(RunDirectory, ADirectoryWithoutConfigIsNoRun) {
  const TemporaryDirectory here;
  expect_error([&] { RunDirectory::resume(here.path()); }, {"no run", "config.toml"});
  expect_error([&] { (void)existing_run(here.path() / "none"); }, {"no run", "none"});
}

TEST(ReplaceFile, LeavesNothingElse) {
  const TemporaryDirectory here;
  replace_file(here.path() / "f", "one");
  replace_file(here.path() / "f", "two");
  EXPECT_EQ(test::contents(here.path() / "f"), "two");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(here.path()), {}), 1);
  std::filesystem::create_directory(here.path() / "d");
  test::write(here.path() / "d" / "x", "");
  expect_error([&] { replace_file(here.path() / "d", "three"); }, {"cannot write"});
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(here.path()), {}), 2);
}

}  // namespace
}  // namespace saddle
