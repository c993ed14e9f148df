// SPDX-License-Identifier: Apache-2.0
// Event files: records of (length, its checksum, protocol buffer, its checksum).
#include <saddle/apps/event_file.h>

#include <chrono>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include <saddle/apps/crc32c.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

/// Field numbers of the messages Event, Summary, Summary.Value and SessionLog.
enum EventField { kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5, kSessionLog = 7 };
constexpr int kSummaryValue = 1;
constexpr int kValueTag = 1;
constexpr int kValueSimple = 2;
constexpr int kSessionStatus = 1;
constexpr std::uint64_t kSessionStart = 1;

/// The little of protocol buffers that events need.
class Message {
 public:
  void add(int field, std::uint64_t number) {
    varint(key(field, 0));
    varint(number);
  }
  void add(int field, double number) {
    varint(key(field, 1));
    raw(number);
  }
  void add(int field, float number) {
    varint(key(field, 5));
    raw(number);
  }
  void add(int field, std::string_view text) {
    varint(key(field, 2));
    varint(text.size());
    bytes_.append(text);
  }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  static std::uint64_t key(int field, int wire_type) {
    return static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(wire_type);
  }
  void varint(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) bytes_ += static_cast<char>(number | 0x80);
    bytes_ += static_cast<char>(number);
  }
  template <class T>
  void raw(T number) {
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    bytes_.append(bytes, sizeof number);
  }

  std::string bytes_;
};

std::uint32_t masked_crc(std::string_view bytes) {
  const std::uint32_t crc = crc32c(bytes_of(bytes));
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

template <class T>
std::string little_endian(T number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Message event_at(std::int64_t step) {
  Message event;
  event.add(kWallTime, wall_time());
  event.add(kStep, static_cast<std::uint64_t>(step));
  return event;
}

std::filesystem::path file_name(int number) {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  return concat("events.out.tfevents.", static_cast<std::int64_t>(wall_time()), ".", host, ".",
                ::getpid(), ".", number);
}

}  // namespace

EventFile::EventFile(const std::filesystem::path& directory, std::int64_t first_step) {
  for (int number = 0; file_.number() < 0; ++number) {
    path_ = directory / file_name(number);
    file_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file_.number() < 0 && errno != EEXIST) {
      throw Error(concat("cannot write '", path_.string(), "': ", system_reason()));
    }
  }
  Message version = event_at(0);
  version.add(kFileVersion, "brain.Event:2");
  append(version.bytes());
  if (first_step > 0) {
    Message session;
    session.add(kSessionStatus, kSessionStart);
    Message start = event_at(first_step);
    start.add(kSessionLog, session.bytes());
    append(start.bytes());
  }
}

void EventFile::write(std::int64_t step, const Metrics& metrics) {
  Message summary;
  for (const auto& [name, number] : metrics.values()) {
    Message value;
    value.add(kValueTag, name);
    value.add(kValueSimple, static_cast<float>(number));
    summary.add(kSummaryValue, value.bytes());
  }
  Message event = event_at(step);
  event.add(kSummary, summary.bytes());
  append(event.bytes());
}

void EventFile::append(const std::string& event) {
  const std::string length = little_endian<std::uint64_t>(event.size());
  const std::string record =
      length + little_endian(masked_crc(length)) + event + little_endian(masked_crc(event));
  write_all(file_, bytes_of(record), path_);
}

}  // namespace saddle
