// SPDX-License-Identifier: Apache-2.0
// TOML in and out.
#include <saddle/apps/toml_file.h>

#include <gtest/gtest.h>

#include "tests/apps/expect_error.h"
#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

using test::expect_error;
using test::TemporaryDirectory;

class TomlFile : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& text) {
    test::write(directory_.path() / "c.toml", text);
    return directory_.path() / "c.toml";
  }
  FieldValue value_in(const std::string& text, const std::string& key) {
    for (const Setting& setting : read_toml(file(text))) {
      if (setting.key == key) return setting.value;
    }
    ADD_FAILURE() << key << " not read";
    return false;
  }

  TemporaryDirectory directory_;
};

TEST_F(TomlFile, ReadsEveryKindUnderItsDottedKey) {
  const std::string text =
      "seed = 3 # why\nagent = 'ppo'\n[ppo]\nclip = 0.25\nfast = true\nhidden = [64,\n 32]\n"
      "[a.b]\nc = -1\nd = ['x, y', 'z']\n"
      "e = []";
  EXPECT_EQ(read_toml(file(text)).size(), 8u);
  EXPECT_EQ(value_in(text, "seed"), FieldValue(std::int64_t{3}));
  EXPECT_EQ(value_in(text, "agent"), FieldValue("ppo"));
  EXPECT_EQ(value_in(text, "ppo.clip"), FieldValue(0.25));
  EXPECT_EQ(value_in(text, "ppo.fast"), FieldValue(true));
  EXPECT_EQ(value_in(text, "ppo.hidden"), FieldValue(std::vector<std::int64_t>{64, 32}));
  EXPECT_EQ(value_in(text, "a.b.c"), FieldValue(std::int64_t{-1}));
  EXPECT_EQ(value_in(text, "a.b.d"), FieldValue(std::vector<std::string>{"x, y", "z"}));
  EXPECT_EQ(value_in(text, "a.b.e"), FieldValue(std::vector<std::int64_t>{}));
  EXPECT_TRUE(read_toml(file("")).empty());
}

TEST_F(TomlFile, ErrorsHaveLineAndColumn) {
  expect_error([&] { (void)read_toml(file("a = 1\nb = = 2\n")); }, {"c.toml", "line 2, column 5"});
  expect_error([&] { (void)read_toml(file("a = 1\na = 2\n")); }, {"line 2, column 5"});
  expect_error([&] { (void)read_toml(file("a = 1\n\nb = 1979-05-27\n")); }, {"line 3", "'b'"});
  expect_error([&] { (void)read_toml(file("a = [1, 2.5]\n")); }, {"line 1", "'a'"});
  expect_error([&] { (void)read_toml(file("a = ['x', 2]\n")); }, {"line 1", "'a'"});
  expect_error([&] { (void)read_toml(file("a = 99999999999999999999\n")); }, {"line 1"});
  expect_error([&] { (void)read_toml(file(std::string("a = \"\0\"", 7))); }, {"line 1"});
  expect_error([&] { (void)read_toml(file("a = " + std::string(100'000, '['))); }, {"line 1"});
}

TEST_F(TomlFile, NamesAFileItCannotRead) {
  expect_error([&] { (void)read_toml(directory_.path() / "none"); }, {"none", "No such file"});
  expect_error([&] { (void)read_toml(directory_.path()); }, {"is not a file"});
  expect_error([&] { (void)read_toml("/dev/zero"); }, {"'/dev/zero' is not a file"});
}

TEST_F(TomlFile, WritesWhatItReads) {
  std::string name = "a \"quoted\\\" name\n\x01 λ";
  std::int64_t whole = -3;
  double real = 0.1, tiny = 5e-324, round = 100;
  bool truth = true;
  std::vector<std::int64_t> list = {1, 2};
  Fields fields;
  fields("name", name, {}, "");
  fields("ppo.clip", real, {}, "");
  fields("network.hidden", list, {}, "");
  fields("ppo.tiny", tiny, {}, "");
  fields("limits.odd name", round, {}, "");
  fields("truth", truth, "");
  fields("network.deep.whole", whole, {}, "");

  const std::string text = write_toml(fields.all());
  const Settings settings = read_toml(file(text));
  ASSERT_EQ(settings.size(), fields.all().size()) << text;
  for (const Setting& setting : settings) {
    EXPECT_EQ(setting.value, fields.at(setting.key).value()) << setting.key << "\n" << text;
  }
}

TEST_F(TomlFile, TopLevelComesBeforeGroups) {
  double clip = 0.2;
  std::int64_t seed = 1, epochs = 10;
  Fields fields;
  fields("ppo.clip", clip, {}, "");
  fields("seed", seed, {}, "");
  fields("ppo.epochs", epochs, {}, "");
  EXPECT_EQ(write_toml(fields.all()), "seed = 1\n\n[ppo]\nclip = 0.2\nepochs = 10\n");
}

}  // namespace
}  // namespace saddle
