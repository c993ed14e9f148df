// SPDX-License-Identifier: Apache-2.0
// Random numbers that depend on (seed, stream) alone: counter-based, so order-free and resumable.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include <saddle/base/archive.h>

namespace saddle {

/// Philox 4x32-10, one block: 128 bits of counter and 64 bits of key to 128 random bits.
/// Ref: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.
[[nodiscard]] constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                                            std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {
        static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(p1),
        static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(p0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

/// Names a stream: who draws, and which one of them. Streams of one seed never overlap.
[[nodiscard]] constexpr std::uint64_t stream_id(std::uint32_t purpose, std::uint32_t index) {
  return (std::uint64_t{purpose} << 32) | index;
}

/// A random stream. Two streams with the same (seed, stream) give the same numbers on every machine
/// with the same libm; a saved stream continues where it was. Not for sharing between threads.
class Rng {
 public:
  using result_type = std::uint32_t;

  explicit Rng(std::uint64_t seed = 0, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  /// 32 random bits.
  result_type operator()() {
    const std::uint64_t lane = position_ % 4;
    if (lane == 0 || !filled_) refill();
    ++position_;
    return block_[lane];
  }

  /// Uniform in [0, 1), a multiple of 2^-53.
  double uniform() {
    const std::uint64_t high = (*this)() >> 5;
    const std::uint64_t low = (*this)() >> 6;
    return static_cast<double>(high * 67108864u + low) * 0x1p-53;
  }

  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }

  /// Uniform in {0, …, count − 1}, without bias. Requires count > 0.
  std::uint32_t below(std::uint32_t count) {
    SADDLE_CHECK(count > 0);
    const std::uint32_t reject_under = (0u - count) % count;
    for (;;) {
      const std::uint64_t product = std::uint64_t{(*this)()} * count;
      if (static_cast<std::uint32_t>(product) >= reject_under) {
        return static_cast<std::uint32_t>(product >> 32);
      }
    }
  }

  /// Standard normal (Box and Muller 1958, the cosine branch).
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
  }

  void state(Archive& archive) {
    archive("seed", seed_);
    archive("stream", stream_);
    archive("position", position_);
    if (archive.loading()) filled_ = false;
  }

 private:
  void refill() {
    const std::uint64_t index = position_ / 4;
    block_ =
        philox({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                static_cast<std::uint32_t>(stream_), static_cast<std::uint32_t>(stream_ >> 32)},
               {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)});
    filled_ = true;
  }

  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t position_ = 0;
  std::array<std::uint32_t, 4> block_{};
  bool filled_ = false;
};

}  // namespace saddle
