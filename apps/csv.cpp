// SPDX-License-Identifier: Apache-2.0
// Comma-separated values, as RFC 4180 has them.
#include <saddle/apps/csv.h>

#include <algorithm>
#include <charconv>

#include <saddle/apps/file.h>
#include <saddle/base/check.h>

namespace saddle {
namespace {

/// Takes the next line, which may have line ends within quotes, off the text.
/// False if there is none that is whole.
bool take_line(std::string_view& text, std::vector<std::string>& cells) {
  cells.assign(1, "");
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      // A quote within quotes is written twice.
      const bool twice = quoted && i + 1 < text.size() && text[i + 1] == '"';
      if (twice) {
        cells.back() += text[++i];
      } else {
        quoted = !quoted;
      }
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (c == '\n' && !quoted) {
      text.remove_prefix(i + 1);
      return true;
    } else {
      cells.back() += c;
    }
  }
  return false;
}

}  // namespace

std::string csv_number(double number) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted(1, '"');
  for (const char letter : text) quoted.append(letter == '"' ? 2 : 1, letter);
  return quoted + '"';
}

std::size_t CsvTable::column(std::string_view name) const {
  const auto found = std::ranges::find(header, name);
  if (found == header.end()) {
    throw Error(concat("'", path.string(), "' has no column '", name, "'"));
  }
  return static_cast<std::size_t>(found - header.begin());
}

CsvTable read_csv(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  CsvTable table{{}, {}, path};
  std::vector<std::string> cells;
  if (!take_line(text, table.header)) {
    throw Error(concat("'", path.string(), "' is no table: it has no header"));
  }
  while (take_line(text, cells)) {
    std::vector<double>& row = table.rows.emplace_back(cells.size());
    bool fine = cells.size() == table.header.size();
    for (std::size_t i = 0; fine && i < cells.size(); ++i) {
      const char* const end = cells[i].data() + cells[i].size();
      const auto [stopped, error] = std::from_chars(cells[i].data(), end, row[i]);
      fine = error == std::errc() && stopped == end;
    }
    if (!fine) {
      throw Error(concat("'", path.string(), "', line ", table.rows.size() + 1,
                         ": not a row of numbers under the header"));
    }
  }
  return table;
}

}  // namespace saddle
