// SPDX-License-Identifier: Apache-2.0
// Parameters and gradients of a network as two flat, aligned arrays that every back end shares.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string>
#include <vector>

#include <saddle/base/archive.h>

namespace saddle {

/// Gives memory at 64-byte boundaries, so that a vector register never straddles a cache line.
template <class T>
struct CacheLineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kAlignment{64};

  CacheLineAllocator() = default;
  template <class U>
  CacheLineAllocator(const CacheLineAllocator<U>&) {}

  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), kAlignment)); }
  void deallocate(T* p, std::size_t) { ::operator delete(p, kAlignment); }
  bool operator==(const CacheLineAllocator&) const = default;
};

using AlignedFloats = std::vector<float, CacheLineAllocator<float>>;

/// A named array inside the arena, row-major.
struct ParameterBlock {
  std::string name;                 ///< "0.weight"
  std::vector<std::int64_t> shape;  ///< {64, 60}
  std::size_t offset = 0;
  std::size_t size = 0;
};

/// The flat arrays, and where each named block lies in them. Blocks are added before any use; spans
/// handed out stay valid from then on.
class ParameterArena {
 public:
  /// Appends a block of zeros.
  void add(std::string name, std::vector<std::int64_t> shape) {
    std::size_t size = 1;
    for (const std::int64_t extent : shape) size *= static_cast<std::size_t>(extent);
    blocks_.push_back({std::move(name), std::move(shape), values_.size(), size});
    values_.resize(values_.size() + size);
    gradient_.resize(values_.size());
    ++version_;
  }

  [[nodiscard]] const std::vector<ParameterBlock>& blocks() const { return blocks_; }

  /// For writing, at once: what a network computes after its next pass need not see later writes.
  [[nodiscard]] std::span<float> values() {
    ++version_;
    return values_;
  }
  [[nodiscard]] std::span<const float> values() const { return values_; }
  [[nodiscard]] std::span<float> gradient() { return gradient_; }

  [[nodiscard]] std::span<float> values(const ParameterBlock& block) {
    return values().subspan(block.offset, block.size);
  }
  [[nodiscard]] std::span<const float> values(const ParameterBlock& block) const {
    return values().subspan(block.offset, block.size);
  }

  /// Stands still as long as the values do. Never 0 once there are blocks.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  [[nodiscard]] std::span<float> gradient(const ParameterBlock& block) {
    return gradient().subspan(block.offset, block.size);
  }

  /// The values, block by block under their names.
  void state(Archive& archive) {
    for (const ParameterBlock& block : blocks_) archive(block.name, values(block), block.shape);
  }

 private:
  std::vector<ParameterBlock> blocks_;
  AlignedFloats values_, gradient_;
  std::uint64_t version_ = 0;
};

/// Errors: saddle::Error if a value is infinite or NaN: learning has diverged.
inline void require_finite(const ParameterArena& arena) {
  for (const float value : arena.values()) {
    if (std::isfinite(value)) continue;
    throw Error(
        "training diverged: a network parameter is no longer finite; lower the learning "
        "rates or start again from the last checkpoint with other options");
  }
}

}  // namespace saddle
