// SPDX-License-Identifier: Apache-2.0
// Files that are read whole, and written so that a crash leaves the old or the new one.
#include <saddle/apps/file.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <saddle/base/check.h>

namespace saddle {

FileDescriptor::~FileDescriptor() {
  if (number_ >= 0) ::close(number_);
}

std::string system_reason() { return std::generic_category().message(errno); }

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::vector<std::byte> read_file(const std::filesystem::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (file.number() < 0 || ::fstat(file.number(), &status) != 0) {
    throw Error(concat("cannot read '", path.string(), "': ", system_reason()));
  }
  if (!S_ISREG(status.st_mode)) throw Error(concat("'", path.string(), "' is not a file"));

  std::vector<std::byte> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ::ssize_t count = ::read(file.number(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error(concat("cannot read '", path.string(), "': ", system_reason()));
    if (count == 0) break;  // someone shortened it meanwhile
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return bytes;
}

void write_all(const FileDescriptor& file, std::span<const std::byte> bytes,
               const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ::ssize_t count = ::write(file.number(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error(concat("cannot write '", path.string(), "': ", system_reason()));
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void sync(const FileDescriptor& file, const std::filesystem::path& path) {
  if (::fsync(file.number()) != 0) {
    throw Error(concat("cannot write '", path.string(), "' to disk: ", system_reason()));
  }
}

void sync_directory(const std::filesystem::path& path) {
  const FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number() < 0) {
    throw Error(concat("cannot open directory '", path.string(), "': ", system_reason()));
  }
  sync(directory, path);
}

void write_new_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.number() < 0) {
    throw Error(concat("cannot write '", path.string(), "': ", system_reason()));
  }
  write_all(file, bytes, path);
  sync(file, path);
}

void replace_file(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::path fresh = path;
  fresh += concat(".tmp-", ::getpid());
  ::unlink(fresh.c_str());
  write_new_file(fresh, bytes_of(text));
  if (std::rename(fresh.c_str(), path.c_str()) != 0) {
    const std::string reason = system_reason();
    ::unlink(fresh.c_str());
    throw Error(concat("cannot write '", path.string(), "': ", reason));
  }
  sync_directory(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

}  // namespace saddle
