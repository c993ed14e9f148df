// SPDX-License-Identifier: Apache-2.0
// Whether two samples may be of one distribution.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace saddle::testing {

/// The test of Kolmogorov and Smirnov: how likely two samples of one continuous distribution differ
/// by at least as much as these.
struct KolmogorovSmirnov {
  KolmogorovSmirnov(std::vector<double> a, std::vector<double> b) {
    std::ranges::sort(a);
    std::ranges::sort(b);
    const auto n = static_cast<double>(a.size()), m = static_cast<double>(b.size());
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
      const double x = std::min(a[i], b[j]);
      while (i < a.size() && a[i] <= x) ++i;
      while (j < b.size() && b[j] <= x) ++j;
      distance =
          std::max(distance, std::abs(static_cast<double>(i) / n - static_cast<double>(j) / m));
    }
    // Stephens 1970, Use of the Kolmogorov–Smirnov, Cramér–von Mises and related statistics without
    // extensive tables: the limit law, at a distance corrected for finite samples.
    const double root = std::sqrt(n * m / (n + m));
    const double scaled = (root + 0.12 + 0.11 / root) * distance;
    if (scaled < 0.2) return;  // where the series is of no use, p is 1 to twelve digits
    p = 0;
    for (int k = 1; k <= 100; ++k) {
      p += (k % 2 == 1 ? 2 : -2) * std::exp(-2 * k * k * scaled * scaled);
    }
  }

  double distance = 0;  ///< the most by which the two distribution functions differ
  double p = 1;
};

}  // namespace saddle::testing
