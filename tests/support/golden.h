// SPDX-License-Identifier: Apache-2.0
// What scripts/record-gymnasium wrote down.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace saddle::testing {

struct GoldenLine {
  bool starts = false;  ///< an episode; else it is a step
  std::vector<double> numbers;
};

/// The lines of a file of SADDLE_GOLDEN, less comments. None if there is no such file.
inline std::vector<GoldenLine> golden_lines(const std::string& name) {
  constexpr const char* kStart = "start ";
  std::ifstream file(std::filesystem::path(SADDLE_GOLDEN) / (name + ".txt"));
  std::vector<GoldenLine> lines;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    GoldenLine& last = lines.emplace_back();
    last.starts = line.starts_with(kStart);
    std::istringstream text(last.starts ? line.substr(std::string(kStart).size()) : line);
    for (double x = 0; text >> x;) last.numbers.push_back(x);
  }
  return lines;
}

}  // namespace saddle::testing
