// SPDX-License-Identifier: Apache-2.0
// Films, encoded by ffmpeg.
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include <saddle/apps/child_process.h>
#include <saddle/apps/file.h>

namespace saddle {

/// Writes frames to a film; the name of the file, .mp4 or .gif, says of which kind. What is written
/// stands at a name of its own until it is whole.
class Film {
 public:
  /// Frames of `width` × `height` pixels as Picture has them. Errors: saddle::Error if the file
  /// cannot be written.
  Film(std::filesystem::path path, int width, int height, double frames_per_second);
  /// Leaves nothing behind if it was not finished.
  ~Film();
  Film(const Film&) = delete;
  Film& operator=(const Film&) = delete;

  /// Errors: saddle::Error if ffmpeg is missing or fails, in its words.
  void add(std::span<const std::byte> pixels);

  /// Must be called after the last frame. Errors: as add().
  void finish();

 private:
  [[noreturn]] void fail(int exit_code);

  std::filesystem::path path_, unfinished_, log_;
  FileDescriptor to_ffmpeg_;
  std::unique_ptr<ChildProcess> ffmpeg_;
};

}  // namespace saddle
