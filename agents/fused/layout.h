// SPDX-License-Identifier: Apache-2.0
// How matrices lie in the fused back end: rows padded to whole vectors, parameters laid out anew.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <span>

#include <saddle/agents/fused/kernels.h>
#include <saddle/agents/parameters.h>

namespace saddle::fused {

/// A [rows,columns] to its transpose [columns,stride]; the padding is left as it is.
inline void transpose(std::span<const float> from, std::size_t rows, std::size_t columns, float* to,
                      std::size_t stride) {
  // Sixteen numbers at a time, in registers: weights are laid out anew for every gradient step.
  typedef float Four __attribute__((vector_size(16)));
  const auto load = [&](std::size_t i, std::size_t j) {
    Four row;
    std::memcpy(&row, from.data() + i * columns + j, sizeof row);
    return row;
  };
  const std::size_t whole_rows = rows / 4 * 4, whole_columns = columns / 4 * 4;
  for (std::size_t i = 0; i < whole_rows; i += 4) {
    for (std::size_t j = 0; j < whole_columns; j += 4) {
      const Four a = load(i, j), b = load(i + 1, j), c = load(i + 2, j), d = load(i + 3, j);
      const Four ac = __builtin_shufflevector(a, c, 0, 4, 1, 5),
                 bd = __builtin_shufflevector(b, d, 0, 4, 1, 5),
                 ca = __builtin_shufflevector(a, c, 2, 6, 3, 7),
                 db = __builtin_shufflevector(b, d, 2, 6, 3, 7);
      const Four columns_of[] = {
          __builtin_shufflevector(ac, bd, 0, 4, 1, 5), __builtin_shufflevector(ac, bd, 2, 6, 3, 7),
          __builtin_shufflevector(ca, db, 0, 4, 1, 5), __builtin_shufflevector(ca, db, 2, 6, 3, 7)};
      for (std::size_t k = 0; k < 4; ++k) {
        std::memcpy(to + (j + k) * stride + i, &columns_of[k], sizeof(Four));
      }
    }
  }
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = i < whole_rows ? whole_columns : 0; j < columns; ++j) {
      to[j * stride + i] = from[i * columns + j];
    }
  }
}

/// Rows of `width` floats between a dense array and one with rows of padded(width).
inline void widen(const float* from, std::size_t rows, std::size_t width, float* to) {
  for (std::size_t i = 0; i < rows; ++i)
    std::copy_n(from + i * width, width, to + i * padded(width));
}
inline void narrow(const float* from, std::size_t rows, std::size_t width, float* to) {
  for (std::size_t i = 0; i < rows; ++i)
    std::copy_n(from + i * padded(width), width, to + i * width);
}

/// Makes the buffer that large. Buffers serve networks of several shapes: their padding must read
/// as zero for each of them.
inline void fit(AlignedFloats& buffer, std::size_t size) {
  if (buffer.size() != size) buffer.assign(size, 0.0f);
}

/// Parameters as the forward products take them, laid out anew by who first comes after a change.
template <class Layout>
class Current {
 public:
  /// To size its arrays, before any use.
  [[nodiscard]] Layout& layout() { return layout_; }

  /// That of the arena's values, by lay_out(values, layout). Safe for several threads at once.
  template <class LayOut>
  const Layout& of(const ParameterArena& arena, const LayOut& lay_out) const {
    if (version_.load(std::memory_order_acquire) == arena.version()) return layout_;
    const std::lock_guard lock(changing_);
    if (version_.load(std::memory_order_relaxed) == arena.version()) return layout_;
    lay_out(arena.values(), layout_);
    version_.store(arena.version(), std::memory_order_release);
    return layout_;
  }

 private:
  mutable Layout layout_;
  mutable std::mutex changing_;
  mutable std::atomic<std::uint64_t> version_ = 0;
};

}  // namespace saddle::fused
