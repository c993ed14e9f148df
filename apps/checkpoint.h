// SPDX-License-Identifier: Apache-2.0
// Checkpoints of a run: written whole or not at all, checked before they are used.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <saddle/apps/report.h>
#include <saddle/base/archive.h>
#include <saddle/base/metrics.h>

namespace saddle {

/// Options and their values as a configuration file has them.
using OptionTexts = std::map<std::string, std::string>;

/// A training run between two updates.
struct Checkpoint {
  std::string environment;     ///< id of the world
  OptionTexts options;         ///< RunConfig::lasting_options() of the run
  std::int64_t step = 0;       ///< environment steps so far
  double seconds = 0;          ///< training time so far
  std::optional<Merit> merit;  ///< of the last update
  Metrics metrics;             ///< of the last update
  Archive::Entries policy;     ///< Agent::policy
  Archive::Entries training;   ///< TrainingRun::state
};

/// Told, in a sentence, what was wrong but could be lived with.
using Warn = std::function<void(const std::string&)>;

/// The folder `checkpoint` of a run. Each checkpoint is a folder of its own, step-<12 digits>, with
/// policy.safetensors, training.safetensors, and manifest.json, which has the size and checksum of
/// the others. It gets its name once all of it is on disk, so one that has a name is whole,
/// whenever the writer was killed. The text file `best` names the one with the highest return
/// within limits, or the least violation if there is none. One writer at a time.
class CheckpointFolder {
 public:
  explicit CheckpointFolder(std::filesystem::path path) : path_(std::move(path)) {}

  /// Prepares for a run that stands at `step`: makes the folder if there is none, removes what
  /// killed writers have left and checkpoints after `step`, and finds the best of the others.
  void open_for_writing(std::int64_t step);

  /// Adds a checkpoint, makes it the best if its merit says so, and removes all others but the
  /// last before it and the best. Errors: saddle::Error if it cannot be written; those before are
  /// still there then.
  void save(const Checkpoint& checkpoint);

  /// Of the best checkpoint so far.
  [[nodiscard]] std::optional<Merit> best_merit() const { return best_merit_; }

  /// Whether no checkpoint was ever written.
  [[nodiscard]] bool empty() const { return names().empty(); }

  /// The newest usable checkpoint; warns of newer ones that are not.
  /// Errors: saddle::Error if there is none.
  [[nodiscard]] Checkpoint load_last(const Warn& warn) const;

  /// Errors: saddle::Error if no checkpoint had seen a whole episode, or if the best is damaged.
  [[nodiscard]] Checkpoint load_best() const;

 private:
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] std::string best_name() const;
  void find_best();
  void remove(const std::string& name);
  void prune();

  std::filesystem::path path_;
  std::optional<Merit> best_merit_;
};

}  // namespace saddle
