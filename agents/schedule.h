// SPDX-License-Identifier: Apache-2.0
// Numbers that change over a run, by the share of it that is over.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

#include <saddle/base/check.h>

namespace saddle {

/// The names that remaining() knows, as choices of an option.
inline const std::vector<std::string> kScheduleShapes = {"constant", "linear", "cosine"};

/// How much is left, from 1 to 0, of what was there at the start when the share p of the way is
/// over, p in [0, 1]:
///
///     constant  1            linear  1 − p            cosine  (1 + cos πp) / 2
///
/// Ref  cosine: Loshchilov and Hutter 2017, SGDR: stochastic gradient descent with warm restarts,
///      arXiv:1608.03983, equation 5, without restarts and down to 0.
[[nodiscard]] inline double remaining(std::string_view shape, double p) {
  p = std::clamp(p, 0.0, 1.0);
  if (shape == "linear") return 1 - p;
  if (shape == "cosine") return (1 + std::cos(std::numbers::pi * p)) / 2;
  SADDLE_CHECK(shape == "constant", shape);
  return 1;
}

}  // namespace saddle
