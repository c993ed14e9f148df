// SPDX-License-Identifier: Apache-2.0
// Limits that come to what they are meant to be over the run.
#pragma once

#include <span>
#include <vector>

#include <saddle/base/archive.h>
#include <saddle/base/fields.h>

namespace saddle {

struct CurriculumOptions {
  double start = 1;
  double until = 0.5;
  double proportional = 0;
  double integral = 0;
  double smoothing = 0;
  double correction = 0.15;

  void fields(Fields& f) {
    f("start", start, between(0, 1000), "limits in force at the start, in multiples of the limits");
    f("until", until, {.low = 0, .high = 1, .open_low = true},
      "share of the run over which they come to the limits, in a straight line");
    f("proportional", proportional, at_least(0),
      "gain of what measured costs leave of the line, which corrects it");
    f("integral", integral, at_least(0), "gain of the sum of that over updates");
    f("smoothing", smoothing, {.low = 0, .high = 1, .open_high = true},
      "memory of the average that both gains act on");
    f("correction", correction, at_least(0), "largest correction, in multiples of the limits");
  }
};

/// The limits in force. With m_0 = start and u = until, when the share p of the run is over, the
/// reference is a straight line, so that training may begin with what is easy to keep or with what
/// is safe, and ends with the limits d_k. Gains that are not 0 correct it from update to update:
///
///     m(p) = 1 + (m_0 − 1) [1 − p / u]_+
///     e_k ← μ e_k + (1 − μ) (m(p) − J_k / d_k),   I_k ← [I_k + k_i e_k]_[−c, c]
///     d_k(p) = d_k [m(p) + [k_p e_k + I_k]_[−c, c]]_[0, max(1, m_0)]
///
/// J_k the cost measured since the last update, e and I from 0. Limits grow beyond the line while
/// costs are below it, and shrink while they are above. A limit of 0 is in force from the start.
///
/// Ref  Sootla, Cowen-Rivers, Wang and Bou Ammar 2022, Effects of safety state augmentation on safe
///      exploration, arXiv:2206.02675: PI Simmer. Differs: the reference is a line, not stairs; J
///      is that of training, not of test episodes; clipping the integral is the anti-windup.
class Curriculum {
 public:
  /// `limits` [C].
  Curriculum(std::vector<double> limits, const CurriculumOptions& options);

  void set_progress(double share);

  /// Takes in costs [C] that were measured under the limits in force. Those that follow are in
  /// force at the next set_progress().
  void correct(std::span<const double> costs);

  /// [C].
  [[nodiscard]] std::span<const double> in_force() const { return in_force_; }

  /// Nothing where there are no gains.
  void state(Archive& archive);

 private:
  [[nodiscard]] bool corrects() const { return options_.proportional > 0 || options_.integral > 0; }
  [[nodiscard]] double bounded(double correction) const;

  CurriculumOptions options_;
  std::vector<double> limits_, in_force_;  // [C]
  std::vector<double> error_, integral_;   // [C], e and I
  double reference_ = 1;                   // m(p)
};

}  // namespace saddle
