// SPDX-License-Identifier: Apache-2.0
// Options by name: what they take, what they refuse and how they say so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/base/fields.h>

namespace saddle {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

struct Options {
  double clip = 0.2;
  std::int64_t epochs = 10;
  bool normalize = false;
  std::string activation = "tanh";
  std::vector<std::int64_t> hidden{64, 64};
  std::vector<std::string> files;

  void fields(Fields& f) {
    f("clip", clip, {.low = 0, .high = 1, .open_low = true}, "ratio");
    f("epochs", epochs, at_least(1), "passes");
    f("normalize", normalize, "whether to");
    f("activation", activation, {"tanh", "relu"}, "after a layer");
    f("hidden", hidden, between(1, 1024), "widths");
    f("files", files, "to read");
  }
};

struct FieldsOf : ::testing::Test {
  FieldsOf() { fields.group("ppo", options); }

  Options options;
  Fields fields;
};

TEST_F(FieldsOf, EveryTypeIsReadFromText) {
  fields.parse("ppo.clip", "0.25");
  fields.parse("ppo.epochs", "3");
  fields.parse("ppo.normalize", "true");
  fields.parse("ppo.activation", "relu");
  fields.parse("ppo.hidden", "[8, 16,32]");
  fields.parse("ppo.files", "a b,c");
  EXPECT_EQ(options.clip, 0.25);
  EXPECT_EQ(options.epochs, 3);
  EXPECT_TRUE(options.normalize);
  EXPECT_EQ(options.activation, "relu");
  EXPECT_EQ(options.hidden, (std::vector<std::int64_t>{8, 16, 32}));
  EXPECT_EQ(options.files, (std::vector<std::string>{"a b", "c"}));
}

TEST_F(FieldsOf, AListOfTextsTakesAnEmptyListOfAnything) {
  fields.set("ppo.files", std::vector<std::string>{"a", "b"});
  EXPECT_EQ(Fields::text(fields.at("ppo.files").value()), "[\"a\", \"b\"]");
  fields.set("ppo.files", std::vector<std::int64_t>{});
  EXPECT_TRUE(options.files.empty());
  EXPECT_THAT([&] { fields.set("ppo.files", std::vector<std::int64_t>{1}); },
              ThrowsMessage<Error>(AllOf(HasSubstr("'ppo.files'"), HasSubstr("a list of texts"))));
  EXPECT_THROW(fields.set("ppo.hidden", std::vector<std::string>{"a"}), Error);
}

TEST_F(FieldsOf, AnUnknownKeyIsAnsweredWithTheNearest) {
  EXPECT_THAT([&] { fields.parse("ppo.clp", "1"); },
              ThrowsMessage<Error>(AllOf(HasSubstr("'ppo.clp'"), HasSubstr("'ppo.clip'"))));
}

TEST_F(FieldsOf, WhatDoesNotFitIsRefusedAndChangesNothing) {
  const std::pair<const char*, const char*> wrong[] = {
      {"ppo.clip", "0"},      {"ppo.clip", "1.5"},        {"ppo.clip", "nan"},
      {"ppo.clip", "inf"},    {"ppo.clip", "0.2x"},       {"ppo.clip", ""},
      {"ppo.epochs", "0"},    {"ppo.epochs", "2.5"},      {"ppo.epochs", "99999999999999999999"},
      {"ppo.normalize", "1"}, {"ppo.activation", "gelu"}, {"ppo.hidden", "64,-1"},
      {"ppo.hidden", "64,"},  {"ppo.hidden", "a"}};
  for (const auto& [key, typed] : wrong) {
    SCOPED_TRACE(::testing::Message() << key << "=" << typed);
    const auto parse = [&, k = key, t = typed] { fields.parse(k, t); };
    EXPECT_THAT(parse, ThrowsMessage<Error>(AllOf(HasSubstr(key), HasSubstr("takes"))));
  }
  EXPECT_EQ(options.clip, 0.2);
  EXPECT_EQ(options.epochs, 10);
  EXPECT_FALSE(options.normalize);
  EXPECT_EQ(options.activation, "tanh");
  EXPECT_EQ(options.hidden, (std::vector<std::int64_t>{64, 64}));
}

TEST_F(FieldsOf, AWholeNumberWillDoForARealOneButNotTheOtherWay) {
  fields.set("ppo.clip", std::int64_t{1});
  EXPECT_EQ(options.clip, 1);
  EXPECT_THROW(fields.set("ppo.epochs", 2.0), Error);
}

TEST_F(FieldsOf, ValuesPrintedAreReadBackToTheSameBits) {
  for (const double value : {0.1, 1.0 / 3, 1e-300, 1.0, 5e-324}) {
    options.clip = value;
    const std::string typed = Fields::text(fields.at("ppo.clip").value());
    options.clip = 0.5;
    fields.parse("ppo.clip", typed);
    EXPECT_EQ(options.clip, value) << typed;
  }
  EXPECT_EQ(Fields::text(3.0), "3.0");
  EXPECT_EQ(Fields::text(std::vector<std::int64_t>{1, 2}), "[1, 2]");
}

TEST_F(FieldsOf, SayWhatTheyTake) {
  EXPECT_EQ(Fields::takes(fields.at("ppo.clip")), "a number in (0, 1]");
  EXPECT_EQ(Fields::takes(fields.at("ppo.epochs")), "a whole number of at least 1");
  EXPECT_EQ(Fields::takes(fields.at("ppo.activation")), "one of tanh, relu");
  EXPECT_EQ(Fields::takes(fields.at("ppo.hidden")), "whole numbers in [1, 1024]");
}

TEST_F(FieldsOf, AKeyListedTwiceIsAMistakeOfOurs) {
  EXPECT_THROW(fields.group("ppo", options), std::logic_error);
}

}  // namespace
}  // namespace saddle
