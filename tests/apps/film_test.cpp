// SPDX-License-Identifier: Apache-2.0
// Films, encoded by ffmpeg.
#include <saddle/apps/film.h>

#include <array>

#include <gtest/gtest.h>

#include "tests/apps/expect_error.h"
#include "tests/apps/temporary_directory.h"

namespace saddle {
namespace {

// All that is written fits into the pipe, so only the end of ffmpeg tells.
TEST(Film, WhatFfmpegSaysAtItsEndIsOneSentence) {
  const test::TemporaryDirectory directory;
  {
    Film film(directory.path() / "x.mp4", 1, 1, 10);  // such films have an even number of pixels
    film.add(std::array<std::byte, 4>{});
    test::expect_error([&] { film.finish(); }, {"ffmpeg could not write", "x.mp4"});
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(Film, LeavesNothingIfItWasNotFinished) {
  const test::TemporaryDirectory directory;
  {
    Film film(directory.path() / "x.mp4", 2, 2, 10);
    film.add(std::array<std::byte, 16>{});
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

}  // namespace
}  // namespace saddle
