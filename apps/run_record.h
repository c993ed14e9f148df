// SPDX-License-Identifier: Apache-2.0
// What a run writes while it trains: metrics, progress, checkpoints.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include <saddle/apps/checkpoint.h>
#include <saddle/apps/config.h>
#include <saddle/apps/csv_sink.h>
#include <saddle/apps/event_file.h>
#include <saddle/apps/limit_watch.h>
#include <saddle/apps/progress.h>
#include <saddle/apps/run_directory.h>

namespace saddle {

/// Warns, once, of a limit that seems out of reach. Writes a row of metrics for every update, and a
/// checkpoint every checkpoint_every updates and at the end. The best update, as its merit says, is
/// kept in memory until the next checkpoint, and written with it: a run that is killed before will
/// come by that update again.
class RunRecord {
 public:
  /// Of the run as it stands now, between two updates.
  using MakeCheckpoint = std::function<Checkpoint()>;

  /// `first_step` and `seconds_before`: steps and training time before this process.
  RunRecord(const RunPaths& paths, const RunConfig& config, std::int64_t first_step,
            double seconds_before, MakeCheckpoint make_checkpoint);

  /// Errors: saddle::Error if something cannot be written.
  void update(std::int64_t step, const Metrics& metrics);

  /// Leaves a checkpoint of the last update, if there is none yet.
  void finish();

  /// Training time so far, that before this process too.
  [[nodiscard]] double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;

  void write_row(std::int64_t step, const Metrics& metrics);
  void watch(const UpdateReport& report);
  /// Has the watch take in the updates of the table, which were reported when they were made.
  void recall(const std::filesystem::path& table);
  void save();

  const RunConfig& config_;
  bool keeps_limits_;
  MakeCheckpoint make_checkpoint_;
  CheckpointFolder checkpoints_;
  CsvSink table_;
  EventFile events_;
  Progress progress_;
  LimitWatch limits_;
  std::optional<Checkpoint> best_;  ///< better than the best on disk
  std::int64_t updates_since_save_ = 0;
  std::int64_t last_step_;
  double seconds_before_;
  Clock::time_point start_ = Clock::now();
  double last_seconds_;
};

}  // namespace saddle
