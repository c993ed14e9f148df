// SPDX-License-Identifier: Apache-2.0
// Event files, read back by a decoder that shares nothing with the writer.
#include <saddle/apps/event_file.h>

#include <cmath>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

using test::contents;
using test::TemporaryDirectory;

/// CRC-32C bit by bit, most significant bit first on reflected data, then masked as TFRecord does.
std::uint32_t slow_masked_crc(const std::string& bytes) {
  const auto reflect = [](std::uint32_t value, int bits) {
    std::uint32_t mirrored = 0;
    for (int i = 0; i < bits; ++i) mirrored |= ((value >> i) & 1u) << (bits - 1 - i);
    return mirrored;
  };
  std::uint32_t crc = 0xFFFFFFFFu;
  for (const char byte : bytes) {
    crc ^= reflect(static_cast<unsigned char>(byte), 8) << 24;
    for (int bit = 0; bit < 8; ++bit) crc = crc & 0x80000000u ? (crc << 1) ^ 0x1EDC6F41u : crc << 1;
  }
  crc = reflect(crc, 32) ^ 0xFFFFFFFFu;
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

struct FieldOf {
  int number = 0;
  std::uint64_t varint = 0;  // or the bits of a fixed number
  std::string bytes;
};

/// The fields of a protocol buffer, in order.
std::vector<FieldOf> decode(const std::string& message) {
  std::vector<FieldOf> fields;
  std::size_t at = 0;
  const auto varint = [&] {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(message.at(at++));
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.size()) {
    const std::uint64_t key = varint();
    FieldOf field{static_cast<int>(key >> 3), 0, ""};
    const auto take = [&](std::size_t count) {
      at += count;
      return message.substr(at - count, count);
    };
    switch (key & 7) {
      case 0:
        field.varint = varint();
        break;
      case 1:
        std::memcpy(&field.varint, take(8).data(), 8);
        break;
      case 2:
        field.bytes = take(static_cast<std::size_t>(varint()));
        break;
      case 5:
        std::memcpy(&field.varint, take(4).data(), 4);
        break;
      default:
        throw std::runtime_error("unknown wire type");
    }
    fields.push_back(field);
  }
  return fields;
}

template <class T>
T number_at(const std::string& bytes, std::size_t at) {
  T number;
  std::memcpy(&number, bytes.substr(at, sizeof number).data(), sizeof number);
  return number;
}

/// The events of a file; fails the test if the framing is wrong.
std::vector<std::vector<FieldOf>> events_of(const std::string& file) {
  std::vector<std::vector<FieldOf>> events;
  std::size_t at = 0;
  while (at < file.size()) {
    const auto length = static_cast<std::size_t>(number_at<std::uint64_t>(file, at));
    EXPECT_EQ(number_at<std::uint32_t>(file, at + 8), slow_masked_crc(file.substr(at, 8)));
    const std::string event = file.substr(at + 12, length);
    EXPECT_EQ(number_at<std::uint32_t>(file, at + 12 + length), slow_masked_crc(event));
    events.push_back(decode(event));
    at += 16 + length;
  }
  return events;
}

const FieldOf& field(const std::vector<FieldOf>& fields, int number) {
  for (const FieldOf& f : fields) {
    if (f.number == number) return f;
  }
  throw std::runtime_error("no field " + std::to_string(number));
}

TEST(EventFile, HoldsVersionStepsAndScalars) {
  const TemporaryDirectory directory;
  std::filesystem::path path;
  {
    EventFile file(directory.path(), 0);
    path = file.path();
    Metrics metrics;
    metrics.set("return", -12.5);
    metrics.set("cost/hazards", 1e6);
    file.write(300, metrics);
    file.write(5'000'000'000, Metrics());
  }
  EXPECT_THAT(path.filename().string(), testing::StartsWith("events.out.tfevents."));
  const auto events = events_of(contents(path));
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(field(events[0], 3).bytes, "brain.Event:2");

  EXPECT_EQ(field(events[1], 2).varint, 300u);
  double wall = 0;
  std::memcpy(&wall, &field(events[1], 1).varint, sizeof wall);
  EXPECT_NEAR(wall, static_cast<double>(std::time(nullptr)), 60);
  std::map<std::string, float> scalars;
  for (const FieldOf& value : decode(field(events[1], 5).bytes)) {
    EXPECT_EQ(value.number, 1);
    const auto parts = decode(value.bytes);
    float number = 0;
    std::memcpy(&number, &field(parts, 2).varint, sizeof number);
    scalars[field(parts, 1).bytes] = number;
  }
  EXPECT_EQ(scalars, (std::map<std::string, float>{{"return", -12.5f}, {"cost/hazards", 1e6f}}));
  EXPECT_EQ(field(events[2], 2).varint, 5'000'000'000u);
}

TEST(EventFile, AResumedRunHidesWhatItRepeats) {
  const TemporaryDirectory directory;
  const EventFile first(directory.path(), 0);
  const EventFile second(directory.path(), 301);
  EXPECT_NE(first.path(), second.path());
  const auto events = events_of(contents(second.path()));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(field(events[1], 2).varint, 301u);
  const auto session = decode(field(events[1], 7).bytes);
  EXPECT_EQ(field(session, 1).varint, 1u);  // START
}

}  // namespace
}  // namespace saddle
