// SPDX-License-Identifier: Apache-2.0
// Epochs of shuffled minibatches.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <saddle/base/check.h>
#include <saddle/base/rng.h>
#include <saddle/envs/worker_pool.h>

namespace saddle {

/// The rows 0, …, N − 1 in an order that shuffle() draws anew, cut into pieces of `size`; the last
/// piece may be smaller.
///
/// `starts` names the rows at which sequences start, row 0 first; the rows of one stay together and
/// in order, and a piece is larger by what its last sequence has too many. Empty: every row is one.
class Minibatches {
 public:
  Minibatches(std::size_t rows, std::size_t size, std::span<const std::uint32_t> starts = {})
      : order_(rows), size_(std::min(rows, size)), starts_(starts.begin(), starts.end()) {
    SADDLE_CHECK(starts_.empty() || starts_.front() == 0);
    std::iota(order_.begin(), order_.end(), std::uint32_t{0});
    if (!starts_.empty()) {
      sequences_.resize(starts_.size());
      std::iota(sequences_.begin(), sequences_.end(), std::uint32_t{0});
      starts_.push_back(static_cast<std::uint32_t>(rows));
    }
    arrange();
  }

  /// Fisher and Yates.
  void shuffle(Rng& rng) {
    std::vector<std::uint32_t>& units = starts_.empty() ? order_ : sequences_;
    for (std::size_t i = units.size(); i > 1; --i) {
      std::swap(units[i - 1], units[rng.below(static_cast<std::uint32_t>(i))]);
    }
    if (!starts_.empty()) arrange();
  }

  [[nodiscard]] std::size_t count() const { return cuts_.size() - 1; }

  [[nodiscard]] std::span<const std::uint32_t> piece(std::size_t i) const {
    return std::span(order_).subspan(cuts_[i], cuts_[i + 1] - cuts_[i]);
  }

  /// No piece has more rows than this, however they are shuffled.
  [[nodiscard]] std::size_t largest() const {
    std::size_t longest = 1;
    for (std::size_t i = 1; i < starts_.size(); ++i) {
      longest = std::max<std::size_t>(longest, starts_[i] - starts_[i - 1]);
    }
    return std::min(order_.size(), size_ + longest - 1);
  }

 private:
  /// Lays the sequences into their order, and cuts it.
  void arrange() {
    cuts_.assign(1, 0);
    if (starts_.empty()) {
      for (std::size_t at = 0; at < order_.size();) {
        cuts_.push_back(at = std::min(at + size_, order_.size()));
      }
      return;
    }
    std::size_t at = 0;
    for (const std::uint32_t sequence : sequences_) {
      for (std::uint32_t row = starts_[sequence]; row < starts_[sequence + 1]; ++row) {
        order_[at++] = row;
      }
      if (at >= cuts_.back() + size_ || at == order_.size()) cuts_.push_back(at);
    }
  }

  std::vector<std::uint32_t> order_;
  std::size_t size_;
  std::vector<std::uint32_t> starts_, sequences_;  // with N at its end; in their order
  std::vector<std::size_t> cuts_;                  // where pieces start, and N
};

/// Copies the rows of `from` [N,width] that `rows` names to the front of `to`.
/// Returns the part of `to` that was written, [rows,width].
inline std::span<const float> gather(std::span<const float> from, std::size_t width,
                                     std::span<const std::uint32_t> rows, std::span<float> to) {
  SADDLE_CHECK(to.size() >= rows.size() * width, to.size(), rows.size(), width);
  share_rows(rows.size(), [&](std::size_t, std::size_t first, std::size_t count) {
    for (std::size_t i = first; i < first + count; ++i) {
      const float* const row = from.data() + rows[i] * width;
      // A call costs more than a few numbers do.
      if (width <= 4) {
        for (std::size_t j = 0; j < width; ++j) to[i * width + j] = row[j];
      } else {
        std::copy_n(row, width, to.data() + i * width);
      }
    }
  });
  return to.first(rows.size() * width);
}

}  // namespace saddle
