// SPDX-License-Identifier: Apache-2.0
// The folder that holds all of a run.
#pragma once

#include <filesystem>
#include <string>

#include <saddle/apps/file.h>

namespace saddle {

/// Where the parts of a run lie.
struct RunPaths {
  std::filesystem::path root;

  [[nodiscard]] std::filesystem::path config() const { return root / "config.toml"; }
  [[nodiscard]] std::filesystem::path spec() const { return root / "spec.json"; }
  [[nodiscard]] std::filesystem::path metrics() const { return root / "metrics.csv"; }
  [[nodiscard]] std::filesystem::path checkpoint() const { return root / "checkpoint"; }
  [[nodiscard]] std::filesystem::path evaluation() const { return root / "evaluation.json"; }
  [[nodiscard]] std::filesystem::path sweep() const { return root / "sweep.json"; }
  [[nodiscard]] std::filesystem::path lock() const { return root / "lock"; }
};

/// Errors: saddle::Error if there is no run at `root`.
[[nodiscard]] RunPaths existing_run(const std::filesystem::path& root);

/// A run directory that this process alone trains in, until the end of the object's life.
class RunDirectory {
 public:
  /// Makes a directory that must not exist. Errors: saddle::Error if it does or cannot be made.
  static RunDirectory create(const std::filesystem::path& root);

  /// Makes the first of NAME, NAME-2, NAME-3, … that does not exist.
  static RunDirectory create_numbered(const std::filesystem::path& root);

  /// Takes over the directory of an existing run.
  /// Errors: saddle::Error if there is no run, or if another process is training in it.
  static RunDirectory resume(const std::filesystem::path& root);

  [[nodiscard]] const RunPaths& paths() const { return paths_; }

 private:
  explicit RunDirectory(RunPaths paths);

  RunPaths paths_;
  FileDescriptor lock_;
};

}  // namespace saddle
