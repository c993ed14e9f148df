// SPDX-License-Identifier: Apache-2.0
// Random numbers that depend on (seed, stream) alone: counter-based, so order-free and resumable.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>

#include <saddle/base/archive.h>

namespace saddle {

/// One round of Philox 4x32, and what is added to its key after each.
[[nodiscard]] constexpr std::array<std::uint32_t, 4> philox_round(
    std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  const std::uint64_t p0 = std::uint64_t{0xD2511F53} * counter[0];
  const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * counter[2];
  return {
      static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(p1),
      static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(p0)};
}
inline constexpr std::array<std::uint32_t, 2> kPhiloxWeyl = {0x9E3779B9, 0xBB67AE85};

/// Philox 4x32-10, one block: 128 bits of counter and 64 bits of key to 128 random bits.
/// Ref: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.
[[nodiscard]] constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                                            std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    counter = philox_round(counter, key);
    key[0] += kPhiloxWeyl[0];
    key[1] += kPhiloxWeyl[1];
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

  /// The next words.size() words, in less time than one by one.
  void fill(std::span<result_type> words) {
    std::size_t i = 0;
    while (i < words.size() && position_ % 4 != 0) words[i++] = (*this)();
    for (; i + 4 * kLanes <= words.size(); i += 4 * kLanes, position_ += 4 * kLanes) {
      draw_blocks(words.subspan(i).first<4 * kLanes>());
    }
    filled_ = false;
    while (i < words.size()) words[i++] = (*this)();
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
  static constexpr std::size_t kLanes = 8;

  [[nodiscard]] std::array<std::uint32_t, 4> counter(std::uint64_t index) const {
    return {static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
            static_cast<std::uint32_t>(stream_), static_cast<std::uint32_t>(stream_ >> 32)};
  }
  [[nodiscard]] std::array<std::uint32_t, 2> key() const {
    return {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)};
  }
  void refill() {
    block_ = philox(counter(position_ / 4), key());
    filled_ = true;
  }

  /// Blocks from position_ on, kLanes side by side in vector registers.
  void draw_blocks(std::span<std::uint32_t, 4 * kLanes> words) const {
    std::array<std::array<std::uint32_t, kLanes>, 4> c;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto own = counter(position_ / 4 + lane);
      for (std::size_t word = 0; word < 4; ++word) c[word][lane] = own[word];
    }
    auto [k0, k1] = key();
    for (int round = 0; round < 10; ++round) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const auto next = philox_round({c[0][lane], c[1][lane], c[2][lane], c[3][lane]}, {k0, k1});
        for (std::size_t word = 0; word < 4; ++word) c[word][lane] = next[word];
      }
      k0 += kPhiloxWeyl[0];
      k1 += kPhiloxWeyl[1];
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      for (std::size_t word = 0; word < 4; ++word) words[4 * lane + word] = c[word][lane];
    }
  }

  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t position_ = 0;
  std::array<std::uint32_t, 4> block_{};
  bool filled_ = false;
};

/// The stream that stream_id(purpose, index) names.
[[nodiscard]] inline Rng stream(std::uint64_t seed, std::uint32_t purpose, int index = 0) {
  return Rng(seed, stream_id(purpose, static_cast<std::uint32_t>(index)));
}

}  // namespace saddle
