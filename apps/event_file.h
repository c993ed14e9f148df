// SPDX-License-Identifier: Apache-2.0
// Metrics as an event file that TensorBoard shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include <saddle/apps/file.h>
#include <saddle/base/metrics.h>

namespace saddle {

/// A new event file in a directory, one scalar for every metric. The files of a run that was
/// resumed are shown as one: a file that starts at a step hides what older ones say from there on.
class EventFile final : public MetricSink {
 public:
  /// `first_step` > 0 if the run was resumed and repeats steps from there on. Errors: saddle::Error
  /// if it cannot be written.
  EventFile(const std::filesystem::path& directory, std::int64_t first_step);

  void write(std::int64_t step, const Metrics& metrics) override;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  void append(const std::string& event);

  std::filesystem::path path_;
  FileDescriptor file_;
};

}  // namespace saddle
