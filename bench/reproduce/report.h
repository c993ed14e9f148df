// SPDX-License-Identifier: Apache-2.0
// A reproduction prints what a paper or a theory says beside what it got, and fails if they differ.
#pragma once

#include <cmath>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>

namespace saddle::reproduce {

/// The rows of a table on standard output; CSV files go to the folder, or nowhere if that is empty.
class Report {
 public:
  Report(std::string folder, const std::string& title) : folder_(std::move(folder)) {
    std::printf("%s\n", title.c_str());
  }

  /// `got` is within `tolerance` of `expected`, relative to it, or absolutely if it is 0.
  void near(const std::string& what, double expected, double got, double tolerance) {
    const double scale = expected == 0 ? 1 : std::abs(expected);
    row(what, number(expected) + " +- " + number(tolerance * scale), got,
        std::abs(got - expected) <= tolerance * scale);
  }
  void below(const std::string& what, double bound, double got) {
    row(what, "< " + number(bound), got, got < bound);
  }
  void above(const std::string& what, double bound, double got) {
    row(what, "> " + number(bound), got, got > bound);
  }
  void between(const std::string& what, double low, double high, double got) {
    row(what, number(low) + " to " + number(high), got, low <= got && got <= high);
  }

  /// A fresh file in the folder; written nowhere if there is none.
  [[nodiscard]] std::ofstream csv(const std::string& name, const std::string& header) const {
    std::ofstream out(folder_.empty() ? "/dev/null" : folder_ + "/" + name);
    if (!out) throw std::runtime_error("cannot write " + name + " in " + folder_);
    out.precision(12);
    out << header << '\n';
    return out;
  }

  /// The exit code.
  [[nodiscard]] int finish() const {
    std::printf("%d of %d checks hold\n", rows_ - failed_, rows_);
    return failed_ == 0 && rows_ > 0 ? 0 : 1;
  }

 private:
  void row(const std::string& what, const std::string& expected, double got, bool holds) {
    ++rows_;
    failed_ += holds ? 0 : 1;
    std::printf("  %-58s %-26s %-14.8g %s\n", what.c_str(), expected.c_str(), got,
                holds ? "ok" : "FAILS");
  }
  static std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
  }

  std::string folder_;
  int rows_ = 0, failed_ = 0;
};

}  // namespace saddle::reproduce
