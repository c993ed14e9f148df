// SPDX-License-Identifier: Apache-2.0
// Files that are read whole, and written so that a crash leaves the old or the new one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace saddle {

/// An open file of the operating system, closed at the end of its life. −1 holds none.
class FileDescriptor {
 public:
  explicit FileDescriptor(int number = -1) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~FileDescriptor();

  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

/// What the operating system says of the call that has just failed.
[[nodiscard]] std::string system_reason();

[[nodiscard]] std::span<const std::byte> bytes_of(std::string_view text);

/// Errors: saddle::Error if `path` is not a regular file that can be read.
[[nodiscard]] std::vector<std::byte> read_file(const std::filesystem::path& path);

/// Writes all of `bytes` where the file stands. Errors: saddle::Error naming `path`.
void write_all(const FileDescriptor& file, std::span<const std::byte> bytes,
               const std::filesystem::path& path);

/// Makes what was written to the file survive a power cut. Errors: saddle::Error naming `path`.
void sync(const FileDescriptor& file, const std::filesystem::path& path);

/// Makes names created, renamed or removed in the directory survive a power cut.
void sync_directory(const std::filesystem::path& path);

/// Writes a new file and syncs it. Errors: saddle::Error if it exists or cannot be written.
void write_new_file(const std::filesystem::path& path, std::span<const std::byte> bytes);

/// Puts `text` in the place of the file at `path`, if any: readers, and whoever looks after a
/// crash, see the old text or the new one. Errors: saddle::Error if it cannot be written.
void replace_file(const std::filesystem::path& path, std::string_view text);

}  // namespace saddle
