// SPDX-License-Identifier: Apache-2.0
// Films, encoded by ffmpeg.
#include <saddle/apps/film.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <saddle/base/check.h>

namespace saddle {
namespace {

constexpr int kCannotStart = 127;

std::vector<std::string> command(const std::filesystem::path& out, int width, int height,
                                 double rate) {
  std::vector<std::string> words = {"ffmpeg",
                                    "-hide_banner",
                                    "-loglevel",
                                    "error",
                                    "-y",
                                    "-f",
                                    "rawvideo",
                                    "-pix_fmt",
                                    "bgr0",
                                    "-s",
                                    fmt::format("{}x{}", width, height),
                                    "-r",
                                    fmt::format("{:.6g}", rate),
                                    "-i",
                                    "-"};
  const auto add = [&words](std::vector<std::string> more) {
    words.insert(words.end(), more.begin(), more.end());
  };
  if (out.extension() == ".gif") {
    add({"-vf", "split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]paletteuse=dither=none"});
  } else {
    // The pixel format that every player knows; the index in front, so that browsers can start.
    add({"-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "20", "-movflags", "+faststart"});
  }
  // A name that starts with '-' is no option.
  add({std::filesystem::absolute(out).string()});
  return words;
}

/// A name that nobody else has.
std::filesystem::path beside(const std::filesystem::path& path, const std::string& ending) {
  return path.parent_path() / fmt::format(".{}.{}{}", path.filename().string(), ::getpid(), ending);
}

}  // namespace

Film::Film(std::filesystem::path path, int width, int height, double frames_per_second)
    : path_(std::move(path)),
      unfinished_(beside(path_, path_.extension().string())),
      log_(beside(path_, ".log")) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Error(concat("cannot make a pipe: ", system_reason()));
  const FileDescriptor from(ends[0]);
  to_ffmpeg_ = FileDescriptor(ends[1]);
  std::signal(SIGPIPE, SIG_IGN);  // a dead ffmpeg is an error of the write
  ffmpeg_ = std::make_unique<ChildProcess>(command(unfinished_, width, height, frames_per_second),
                                           log_, from);
}

Film::~Film() {
  ffmpeg_.reset();
  std::error_code none;
  std::filesystem::remove(unfinished_, none);
  std::filesystem::remove(log_, none);
}

void Film::add(std::span<const std::byte> pixels) {
  while (!pixels.empty()) {
    const ::ssize_t written = ::write(to_ffmpeg_.number(), pixels.data(), pixels.size());
    if (written < 0 && errno != EINTR) {
      to_ffmpeg_ = FileDescriptor();
      fail(wait_for(*ffmpeg_));
    }
    if (written > 0) pixels = pixels.subspan(static_cast<std::size_t>(written));
  }
}

void Film::finish() {
  to_ffmpeg_ = FileDescriptor();
  if (const int exit_code = wait_for(*ffmpeg_); exit_code != 0) fail(exit_code);
  std::error_code code;
  std::filesystem::rename(unfinished_, path_, code);
  if (code) throw Error(concat("cannot write '", path_.string(), "': ", code.message()));
}

void Film::fail(int exit_code) {
  if (exit_code == kCannotStart) {
    throw Error(
        "cannot start ffmpeg, which makes the films; install it, for example with "
        "'apt-get install ffmpeg', or ask for a .png");
  }
  const std::vector<std::byte> said = read_file(log_);
  std::string reason(reinterpret_cast<const char*>(said.data()), said.size());
  reason = reason.substr(0, reason.find('\n'));
  throw Error(concat("ffmpeg could not write '", path_.string(), "': ", reason));
}

}  // namespace saddle
