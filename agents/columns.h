// SPDX-License-Identifier: Apache-2.0
// Rows of two kinds of numbers, apart and together.
#pragma once

#include <algorithm>
#include <span>

#include <saddle/base/check.h>

namespace saddle {

/// Copies rows [n,width] apart: the first numbers of each to `first` [n,a], and the rest to `rest`
/// [n,width − a], unless that is empty.
inline void split_columns(std::span<const float> rows, std::size_t width, std::span<float> first,
                          std::span<float> rest) {
  const std::size_t n = rows.size() / width;
  if (n == 0) return;
  const std::size_t a = first.size() / n, b = width - a;
  SADDLE_CHECK(first.size() == n * a && a <= width && (rest.empty() || rest.size() == n * b), n,
               width, first.size(), rest.size());
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = rows.subspan(i * width, width);
    std::ranges::copy(row.first(a), first.subspan(i * a, a).begin());
    if (!rest.empty()) std::ranges::copy(row.last(b), rest.subspan(i * b, b).begin());
  }
}

/// Copies `first` [n,a] and `rest` [n,b] together, to rows [n,a + b].
inline void join_columns(std::span<const float> first, std::span<const float> rest, std::size_t n,
                         std::span<float> rows) {
  if (n == 0) return;
  const std::size_t a = first.size() / n, b = rest.size() / n;
  SADDLE_CHECK(rows.size() == n * (a + b), n, rows.size(), first.size(), rest.size());
  for (std::size_t i = 0; i < n; ++i) {
    std::ranges::copy(first.subspan(i * a, a), rows.subspan(i * (a + b), a).begin());
    std::ranges::copy(rest.subspan(i * b, b), rows.subspan(i * (a + b) + a, b).begin());
  }
}

}  // namespace saddle
