// SPDX-License-Identifier: Apache-2.0
// Comma-separated values, as RFC 4180 has them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace saddle {

/// Every bit of the number, as short as it can be.
[[nodiscard]] std::string csv_number(double number);

/// The text, in quotes if it needs them.
[[nodiscard]] std::string csv_text(const std::string& text);

/// A table of numbers under a header.
struct CsvTable {
  std::vector<std::string> header;
  std::vector<std::vector<double>> rows;  ///< each as long as the header

  /// Where a column is. Errors: saddle::Error if there is none.
  [[nodiscard]] std::size_t column(std::string_view name) const;

  std::filesystem::path path;
};

/// Reads what CsvSink writes; a last line without its end is left out.
/// Errors: saddle::Error naming the file and the line if it is no table of numbers.
[[nodiscard]] CsvTable read_csv(const std::filesystem::path& path);

}  // namespace saddle
