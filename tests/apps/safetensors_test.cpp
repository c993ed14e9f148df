// SPDX-License-Identifier: Apache-2.0
// The safetensors format: hand-made files, round trips, and files that are not.
#include <saddle/apps/safetensors.h>

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include <saddle/apps/file.h>
#include <saddle/base/rng.h>

#include "tests/apps/expect_error.h"

namespace saddle {
namespace {

using test::expect_error;

std::string file_of(const std::string& header, const std::string& data) {
  std::string bytes(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(header.size() >> (8 * i));
  return bytes + header + data;
}

Archive::Entries read(const std::string& file) { return read_safetensors(bytes_of(file), "x"); }

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Archive::Entries sample() {
  Archive archive;
  std::vector<float> weights = {1.5f, -2, std::numeric_limits<float>::infinity(), 0, 1e-40f, 7};
  std::vector<double> moments = {1.0 / 3, -0.0, std::nan("")};
  std::vector<std::uint8_t> bytes = {1, 2, 255};
  std::vector<std::int64_t> none;
  bool truth = true;
  std::int32_t number = -7;
  archive("a/weights", std::span(weights), {2, 3});
  archive("moments", moments);
  archive("bytes", bytes);
  archive("none", none);
  archive("truth", truth);
  archive("number", number);
  return archive.entries();
}

TEST(Safetensors, WritesTheFormat) {
  Archive archive;
  float x = 1;             // 00 00 80 3f
  std::uint8_t small = 5;  // sorted before x by name, after it by width
  archive("x", x);
  archive("small", small);
  const std::string header = R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                             R"("small":{"dtype":"U8","shape":[1],"data_offsets":[4,5]}})";
  const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
  EXPECT_EQ(text_of(write_safetensors(archive.entries())),
            file_of(padded, std::string("\x00\x00\x80\x3f\x05", 5)));
}

TEST(Safetensors, ReadsWhatOthersWrite) {
  const std::string header =
      R"({"__metadata__":{"format":"pt"},"b":{"data_offsets":[4,8],"dtype":"I32","shape":[]},)"
      R"("a":{"dtype":"I16","shape":[2,1],"data_offsets":[0,4]}})";
  const Archive::Entries entries = read(file_of(header, std::string("\1\0\2\0\3\0\0\0", 8)));
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries.at("a").shape, (std::vector<std::int64_t>{2, 1}));
  EXPECT_EQ(entries.at("b").type, "I32");
  EXPECT_EQ(entries.at("b").bytes[0], std::byte{3});
}

TEST(Safetensors, RoundTripKeepsEveryBit) {
  const Archive::Entries before = sample();
  const Archive::Entries after = read(text_of(write_safetensors(before)));
  ASSERT_EQ(after.size(), before.size());
  for (const auto& [name, entry] : before) {
    EXPECT_EQ(after.at(name).type, entry.type) << name;
    EXPECT_EQ(after.at(name).shape, entry.shape) << name;
    EXPECT_EQ(after.at(name).bytes, entry.bytes) << name;
  }
}

TEST(Safetensors, EmptyArchive) { EXPECT_TRUE(read(text_of(write_safetensors({}))).empty()); }

TEST(Safetensors, EntriesAreAligned) {
  const std::vector<std::byte> bytes = write_safetensors(sample());
  std::uint64_t header = 0;
  std::memcpy(&header, bytes.data(), 8);
  EXPECT_EQ(header % 8, 0u);
}

TEST(Safetensors, RefusesWhatIsNotWhole) {
  const auto refused = [](const std::string& header, const std::string& data,
                          const std::string& why) {
    SCOPED_TRACE(header);
    expect_error([&] { read(file_of(header, data)); }, {"'x'", why});
  };
  const std::string four(4, '\0');
  expect_error([] { read("short"); }, {"it has 5 bytes"});
  expect_error([] { read(std::string(8, '\xff') + "{}"); }, {"18446744073709551615"});
  expect_error([] { read(std::string("\x10\0\0\0\0\0\0\0", 8) + "{}"); }, {"16 bytes"});
  refused("[]", "", "JSON object");
  refused("{", "", "JSON object");
  refused("\x80\x02}q", "", "JSON object");
  refused(R"({"__metadata__":{"a":1}})", "", "metadata");
  refused(R"({"a":{"dtype":"F32","shape":[1]}})", four, "'a'");
  refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}})", four, "'a'");
  refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}})", four, "whole numbers");
  refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0.0,4.0]}})", four, "whole numbers");
  refused(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", four, "outside");
  refused(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", four, "outside");
  refused(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", four, "size of its shape");
  refused(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", four, "not possible");
  refused(R"({"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}})", four,
          "not possible");
  refused(R"({"a":{"dtype":"F32","shape":[18446744073709551615,0],"data_offsets":[0,0]}})", "",
          "not possible");
  refused(R"({"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}})", four, "F99");
  refused(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}})", four, "hole");
  refused(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})", four, "1 bytes follow");
  refused(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},)"
          R"("b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})",
          four, "overlaps");
  refused(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
          R"("a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})",
          four, "twice");
  refused(R"({"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}})", "\x02", "truth values");
}

TEST(Safetensors, DeepNestingDoesNotOverflowTheStack) {
  expect_error([] { read(file_of(R"({"a":)" + std::string(200'000, '['), "")); }, {"JSON"});
  const std::string closed = std::string(20'000, '[') + std::string(20'000, ']');
  expect_error([&] { read(file_of(R"({"a":)" + closed + "}", "")); }, {"'a'"});
}

TEST(Safetensors, EveryTruncationIsRefused) {
  const std::string whole = text_of(write_safetensors(sample()));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THROW(read(whole.substr(0, length)), Error) << length;
  }
}

// A mutated file is read or refused with saddle::Error; what is read fits its own description.
TEST(Safetensors, MutatedFilesNeverCrash) {
  const std::string whole = text_of(write_safetensors(sample()));
  const std::uint64_t seed = 7;
  SCOPED_TRACE(seed);
  Rng rng(seed);
  const auto below = [&rng](std::size_t n) { return rng.below(static_cast<std::uint32_t>(n)); };
  int refused = 0;
  constexpr int kFiles = 5'000;
  for (int file = 0; file < kFiles; ++file) {
    std::string mutated = whole;
    for (std::uint32_t change = 0; change <= below(4); ++change) {
      const std::size_t at = below(mutated.size());
      switch (below(4)) {
        case 0:
          mutated[at] = static_cast<char>(rng());
          break;
        case 1:
          mutated.erase(at, 1 + below(8));
          break;
        case 2:
          mutated.insert(at, 1 + below(8), static_cast<char>('0' + below(10)));
          break;
        default:
          mutated[at] = "0123456789{}[],:\"-"[below(18)];
          break;
      }
    }
    try {
      for (const auto& [name, entry] : read(mutated)) {
        std::size_t count = 1;
        for (const std::int64_t extent : entry.shape) count *= static_cast<std::size_t>(extent);
        ASSERT_EQ(entry.bytes.size() % std::max<std::size_t>(count, 1), 0u) << name;
      }
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, kFiles / 2);  // the loop does reach the checks
}

}  // namespace
}  // namespace saddle
