// SPDX-License-Identifier: Apache-2.0
// Epochs of shuffled minibatches.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <saddle/base/rng.h>

namespace saddle {

/// The rows 0, …, N − 1 in an order that shuffle() draws anew, cut into pieces of `size`; the last
/// piece may be smaller.
class Minibatches {
 public:
  Minibatches(std::size_t rows, std::size_t size) : order_(rows), size_(std::min(rows, size)) {
    std::iota(order_.begin(), order_.end(), std::uint32_t{0});
  }

  /// Fisher and Yates.
  void shuffle(Rng& rng) {
    for (std::size_t i = order_.size(); i > 1; --i) {
      std::swap(order_[i - 1], order_[rng.below(static_cast<std::uint32_t>(i))]);
    }
  }

  [[nodiscard]] std::size_t count() const { return (order_.size() + size_ - 1) / size_; }

  [[nodiscard]] std::span<const std::uint32_t> piece(std::size_t i) const {
    return std::span(order_).subspan(i * size_, std::min(size_, order_.size() - i * size_));
  }

 private:
  std::vector<std::uint32_t> order_;
  std::size_t size_;
};

/// Copies the rows of `from` [N,width] that `rows` names to the front of `to`.
/// Returns the part of `to` that was written, [rows,width].
inline std::span<const float> gather(std::span<const float> from, std::size_t width,
                                     std::span<const std::uint32_t> rows, std::span<float> to) {
  SADDLE_CHECK(to.size() >= rows.size() * width, to.size(), rows.size(), width);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(rows[i] * width), width,
                to.begin() + static_cast<std::ptrdiff_t>(i * width));
  }
  return to.first(rows.size() * width);
}

}  // namespace saddle
