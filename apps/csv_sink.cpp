// SPDX-License-Identifier: Apache-2.0
// Metrics as a table in a file, a row an update.
#include <saddle/apps/csv_sink.h>

#include <charconv>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include <saddle/apps/csv.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

std::string header_of(const Metrics& metrics) {
  std::string header = "step";
  for (const auto& [name, number] : metrics.values()) header.append(1, ',').append(csv_text(name));
  return header;
}

/// The length of the table up to and with the last whole row whose step is at most `last_step`.
std::size_t kept_length(std::string_view table, std::int64_t last_step) {
  std::size_t kept = table.find('\n') + 1;  // 0 if not even the header is whole
  while (kept > 0) {
    const std::size_t end = table.find('\n', kept);
    if (end == std::string_view::npos) break;
    std::int64_t step = 0;
    const auto read = std::from_chars(table.data() + kept, table.data() + end, step);
    if (read.ec != std::errc() || step > last_step) break;
    kept = end + 1;
  }
  return kept;
}

}  // namespace

CsvSink::CsvSink(std::filesystem::path path, std::int64_t last_step)
    : path_(std::move(path)),
      file_(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  if (file_.number() < 0) {
    throw Error(concat("cannot write '", path_.string(), "': ", system_reason()));
  }
  const std::vector<std::byte> bytes = read_file(path_);
  const std::string_view table(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::size_t kept = kept_length(table, last_step);
  if (::ftruncate(file_.number(), static_cast<::off_t>(kept)) != 0) {
    throw Error(concat("cannot write '", path_.string(), "': ", system_reason()));
  }
  if (kept > 0) header_ = table.substr(0, table.find('\n'));
  continued_ = kept > 0;
}

void CsvSink::write(std::int64_t step, const Metrics& metrics) {
  std::string rows;
  const std::string header = header_of(metrics);
  if (header_.empty()) {
    header_ = header;
    rows = header + "\n";
  }
  if (continued_ && header != header_) {
    throw Error(concat("'", path_.string(), "' has other columns than this version of Saddle ",
                       "writes; move it elsewhere, and resume again"));
  }
  SADDLE_CHECK(header == header_, header, header_);
  rows += std::to_string(step);
  for (const auto& [name, number] : metrics.values()) {
    rows.append(1, ',').append(csv_number(number));
  }
  rows += '\n';
  write_all(file_, bytes_of(rows), path_);
}

void CsvSink::flush() { sync(file_, path_); }

}  // namespace saddle
