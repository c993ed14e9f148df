// SPDX-License-Identifier: Apache-2.0
// How far a run is, for people: one line that is rewritten on a terminal, a line now and then in a
// pipe.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <saddle/apps/report.h>

namespace saddle {

/// Where a run stands.
struct ProgressState {
  std::int64_t step = 0;
  std::int64_t until = 0;
  double steps_per_second = 0;
  UpdateReport report;
};

/// 1234567 as "1,234,567".
[[nodiscard]] std::string grouped(std::int64_t number);

/// "160,000 of 1,000,000 steps (16%), 52,310 steps/s, 0:16 left, return 12.3, hazards 31.2 > 25
/// multiplier 0.42"
[[nodiscard]] std::string progress_line(const ProgressState& state);

/// The same after a bar, shorter, and cut to `width` columns.
[[nodiscard]] std::string progress_bar(const ProgressState& state, int width);

/// Writes to standard error.
class Progress {
 public:
  Progress(std::int64_t first_step, std::int64_t until);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(std::int64_t step, const UpdateReport& report);

 private:
  using Clock = std::chrono::steady_clock;

  std::int64_t first_step_;
  std::int64_t until_;
  bool terminal_;
  bool line_open_ = false;
  Clock::time_point start_;
  Clock::time_point last_shown_;
};

}  // namespace saddle
