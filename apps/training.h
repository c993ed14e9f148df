// SPDX-License-Identifier: Apache-2.0
// A training run with everything it writes.
#pragma once

#include <cstdint>
#include <memory>

#include <saddle/agents/train.h>
#include <saddle/apps/checkpoint.h>
#include <saddle/apps/config.h>
#include <saddle/apps/report.h>
#include <saddle/apps/run_directory.h>

namespace saddle {

class RunRecord;

/// How a run ended.
struct TrainingResult {
  std::int64_t steps = 0;       ///< environment steps, those before a resume too
  double seconds = 0;           ///< training time, that before a resume too
  double steps_per_second = 0;  ///< since the start of this process
  UpdateReport report;          ///< of the last update
  int signal = 0;               ///< that asked it to stop, or 0
};

/// Worlds and agent of one run, in memory. `config` must outlive it.
class Training {
 public:
  explicit Training(const RunConfig& config);

  /// Goes back to where the checkpoint was made.
  /// Errors: saddle::Error if it was made with other options.
  void restore(const Checkpoint& checkpoint);

  /// Trains to the end, or until asked to stop; leaves a checkpoint at the place it stops.
  /// Errors: saddle::Error from a world or the disk; the last checkpoint stays.
  TrainingResult run(const RunPaths& paths);

 private:
  [[nodiscard]] Checkpoint checkpoint(const RunRecord& record);

  const RunConfig& config_;
  WorkerPool pool_;
  VectorEnvironment environment_;
  std::unique_ptr<Agent> agent_;
  TrainingRun run_;
  Metrics last_metrics_;
  double seconds_before_ = 0;
};

/// Loads the policy of a checkpoint into an agent.
/// Errors: saddle::Error if the checkpoint was made with other options than `config`.
void load_policy(const Checkpoint& checkpoint, const RunConfig& config, Agent& agent);

}  // namespace saddle
