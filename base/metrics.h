// SPDX-License-Identifier: Apache-2.0
// Numbers for analysis. They flow out and are never read back by an algorithm.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace saddle {

/// Named numbers of one iteration, in the order they were first set. Names are paths:
/// "cost/hazards".
class Metrics {
 public:
  using Values = std::vector<std::pair<std::string, double>>;

  void set(std::string_view name, double value) {
    for (auto& [known, number] : values_) {
      if (known == name) {
        number = value;
        return;
      }
    }
    values_.emplace_back(name, value);
  }

  [[nodiscard]] const Values& values() const { return values_; }

 private:
  Values values_;
};

/// Where metrics go: a file, a terminal. `step` counts environment steps.
class MetricSink {
 public:
  virtual ~MetricSink() = default;
  virtual void write(std::int64_t step, const Metrics& metrics) = 0;
  virtual void flush() {}
};

}  // namespace saddle
