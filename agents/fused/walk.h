// SPDX-License-Identifier: Apache-2.0
// The order in which rows of sequences are walked, so that each step is one product of matrices.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <saddle/agents/fused/layout.h>
#include <saddle/base/check.h>
#include <saddle/envs/worker_pool.h>

namespace saddle::fused {

/// Sequences of different lengths have a lane each, the longest one first. Step t takes row t of
/// every sequence that has one, which are those of the first lanes; the rows of all steps, one step
/// after the other, have the places 0, 1, ….
class Walk {
 public:
  /// Places of one step, at most kRowBlock: `count` from `place` on, of the lanes from `lane` on.
  struct Part {
    std::size_t place, lane, count;
    bool starts;  ///< of sequences
  };

  /// Of rows of `width` numbers, each of which starts a sequence where number `flag` is not 0.
  void plan(std::span<const float> rows, std::size_t width, std::size_t flag) {
    SADDLE_CHECK(rows.size() % width == 0, rows.size(), width);
    const std::size_t n = rows.size() / width;
    SADDLE_CHECK(n == 0 || rows[flag] != 0, n);
    pieces_.clear();
    for (std::size_t i = 0; i < n; ++i) {
      if (rows[i * width + flag] != 0) pieces_.push_back({static_cast<std::uint32_t>(i), 0});
      ++pieces_.back().length;
    }
    std::ranges::sort(pieces_, [](const Piece& a, const Piece& b) {
      return a.length != b.length ? a.length > b.length : a.first < b.first;
    });
    row_.clear();
    step_.assign(1, 0);
    for (std::size_t alive = pieces_.size(); row_.size() < n;) {
      const auto step = static_cast<std::uint32_t>(step_.size() - 1);
      while (pieces_[alive - 1].length <= step) --alive;
      for (std::size_t lane = 0; lane < alive; ++lane) row_.push_back(pieces_[lane].first + step);
      step_.push_back(row_.size());
    }
  }

  [[nodiscard]] std::size_t rows() const { return row_.size(); }
  [[nodiscard]] std::size_t lanes() const { return pieces_.size(); }
  [[nodiscard]] std::size_t row(std::size_t place) const { return row_[place]; }

  /// Calls each(part), first steps first.
  template <class Each>
  void forth(const Each& each) const {
    for (std::size_t step = 0; step + 1 < step_.size(); ++step) take(step, each);
  }

  /// The same, last steps first.
  template <class Each>
  void back(const Each& each) const {
    for (std::size_t step = step_.size() - 1; step-- > 0;) take(step, each);
  }

 private:
  struct Piece {
    std::uint32_t first, length;
  };

  template <class Each>
  void take(std::size_t step, const Each& each) const {
    const std::size_t first = step_[step], rows = step_[step + 1] - first;
    for (std::size_t lane = 0; lane < rows; lane += kRowBlock) {
      each(Part{first + lane, lane, std::min(kRowBlock, rows - lane), step == 0});
    }
  }

  std::vector<Piece> pieces_;
  std::vector<std::uint32_t> row_;       // at each place
  std::vector<std::size_t> step_ = {0};  // its first place, and the end
};

}  // namespace saddle::fused
