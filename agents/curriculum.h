// SPDX-License-Identifier: Apache-2.0
// Limits that come to what they are meant to be over the run.
#pragma once

#include <span>
#include <vector>

#include <saddle/base/fields.h>

namespace saddle {

struct CurriculumOptions {
  double start = 1;
  double until = 0.5;

  void fields(Fields& f) {
    f("start", start, at_least(0), "limits in force at the start, in multiples of the limits");
    f("until", until, {.low = 0, .high = 1, .open_low = true},
      "share of the run over which they come to the limits, in a straight line");
  }
};

/// The limits in force. With m_0 = start and u = until, when the share p of the run is over,
///
///     d_k(p) = m(p) d_k,   m(p) = 1 + (m_0 − 1) [1 − p / u]_+
///
/// so that training may begin with what is easy to keep, or with what is safe, and ends with the
/// limits d_k. A limit of 0 is in force from the start.
class Curriculum {
 public:
  /// `limits` [C].
  Curriculum(std::vector<double> limits, const CurriculumOptions& options);

  void set_progress(double share);

  /// [C].
  [[nodiscard]] std::span<const double> in_force() const { return in_force_; }

 private:
  CurriculumOptions options_;
  std::vector<double> limits_, in_force_;  // [C]
};

}  // namespace saddle
