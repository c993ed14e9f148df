// SPDX-License-Identifier: Apache-2.0
// Metrics as a table in a file, a row an update.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <saddle/apps/file.h>
#include <saddle/base/metrics.h>

namespace saddle {

/// Comma-separated values: a header, then one row each update: the step, then the metrics in the
/// order in which the first update set them. Reals keep every bit.
class CsvSink final : public MetricSink {
 public:
  /// Opens or makes the file, and drops every row after `last_step` and every unfinished one.
  /// Errors: saddle::Error if it cannot be read or written.
  CsvSink(std::filesystem::path path, std::int64_t last_step);

  /// Errors: std::logic_error if the metrics are not those of the header, saddle::Error if that was
  /// in the file.
  void write(std::int64_t step, const Metrics& metrics) override;
  void flush() override;

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
  std::string header_;
  bool continued_ = false;  // the header was in the file
};

}  // namespace saddle
