// SPDX-License-Identifier: Apache-2.0
// What goes into an archive comes out, and nothing else does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <saddle/base/archive.h>

namespace saddle {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

struct Inner {
  std::vector<double> values;
  void state(Archive& archive) { archive("values", values); }
};

struct Outer {
  int whole = 0;
  float real = 0;
  bool truth = false;
  std::string text;
  Inner first, second;
  std::array<float, 6> matrix{};

  void state(Archive& archive) {
    archive("whole", whole);
    archive("real", real);
    archive("truth", truth);
    archive("text", text);
    archive("first", first);
    archive("second", second);
    archive("matrix", std::span<float>(matrix), {2, 3});
  }
};

Outer sample() { return {-7, 0.1f, true, "naïve", {{1, 2, 3}}, {{}}, {1, 2, 3, 4, 5, 6}}; }

Archive saved(Outer outer) {
  Archive archive;
  outer.state(archive);
  return archive;
}

TEST(Archive, GivesBackWhatItWasGiven) {
  Outer copy;
  copy.second.values = {9};
  Archive loaded(saved(sample()).entries());
  copy.state(loaded);
  const Outer original = sample();
  EXPECT_EQ(copy.whole, original.whole);
  EXPECT_EQ(copy.real, original.real);
  EXPECT_EQ(copy.truth, original.truth);
  EXPECT_EQ(copy.text, original.text);
  EXPECT_EQ(copy.first.values, original.first.values);
  EXPECT_TRUE(copy.second.values.empty());
  EXPECT_EQ(copy.matrix, original.matrix);
}

TEST(Archive, NamesNestedObjectsByPathAndKeepsShapes) {
  const Archive archive = saved(sample());
  EXPECT_TRUE(archive.entries().contains("first/values"));
  EXPECT_EQ(archive.entries().at("matrix").shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(archive.entries().at("matrix").type, "F32");
  EXPECT_EQ(archive.entries().at("truth").type, "BOOL");
}

TEST(Archive, SaysWhichEntryIsMissing) {
  auto entries = saved(sample()).entries();
  entries.erase("second/values");
  Archive loaded(std::move(entries));
  Outer copy;
  EXPECT_THAT([&] { copy.state(loaded); },
              ThrowsMessage<Error>(HasSubstr("no entry 'second/values' of type F64")));
}

TEST(Archive, RefusesAnotherTypeOrShape) {
  auto entries = saved(sample()).entries();
  entries.at("real").type = "F64";
  Archive other_type(entries);
  Outer copy;
  EXPECT_THAT([&] { copy.state(other_type); }, ThrowsMessage<Error>(HasSubstr("'real'")));

  entries = saved(sample()).entries();
  entries.at("matrix").shape = {3, 2};
  Archive other_shape(entries);
  EXPECT_THAT([&] { copy.state(other_shape); }, ThrowsMessage<Error>(HasSubstr("another shape")));

  entries = saved(sample()).entries();
  entries.at("matrix").bytes.pop_back();
  Archive cut(entries);
  EXPECT_THAT([&] { copy.state(cut); }, ThrowsMessage<Error>(HasSubstr("'matrix'")));
}

TEST(Archive, AVectorOfDamagedLengthIsRefused) {
  auto entries = saved(sample()).entries();
  entries.at("first/values").bytes.resize(20);
  Archive loaded(entries);
  Outer copy;
  EXPECT_THROW(copy.state(loaded), Error);
}

TEST(Archive, TwoEntriesOfOneNameAreAMistakeOfOurs) {
  Archive archive;
  int number = 1;
  archive("number", number);
  EXPECT_THROW(archive("number", number), std::logic_error);
}

}  // namespace
}  // namespace saddle
