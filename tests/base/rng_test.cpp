// SPDX-License-Identifier: Apache-2.0
// Random streams against published vectors and the moments of their distributions.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/base/rng.h>

namespace saddle {
namespace {

// Random123's kat_vectors, philox4x32 with 10 rounds.
TEST(Philox, GivesThePublishedAnswers) {
  using Block = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint32_t kOnes = 0xffffffff;
  EXPECT_EQ(philox({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Rng, DrawsTheBlocksOfItsCounterInOrder) {
  Rng rng(0x299f31d0a4093822, 7);
  for (std::uint32_t block = 0; block < 3; ++block) {
    for (const std::uint32_t word : philox({block, 0, 7, 0}, {0xa4093822, 0x299f31d0})) {
      EXPECT_EQ(rng(), word);
    }
  }
}

TEST(Rng, FillsWithTheWordsThatItWouldDrawOneByOne) {
  for (const std::size_t before : {0u, 1u, 3u, 4u}) {
    for (const std::size_t count : {0u, 1u, 5u, 31u, 32u, 33u, 100u}) {
      SCOPED_TRACE(before);
      SCOPED_TRACE(count);
      Rng filling(0x299f31d0a4093822, 0x700000003), drawing = filling;
      for (std::size_t i = 0; i < before; ++i) EXPECT_EQ(filling(), drawing());
      std::vector<std::uint32_t> words(count), expected(count);
      filling.fill(words);
      for (std::uint32_t& word : expected) word = drawing();
      EXPECT_EQ(words, expected);
      EXPECT_EQ(filling(), drawing());
    }
  }
}

TEST(Rng, StreamsOfASeedAndSeedsOfAStreamDiffer) {
  EXPECT_NE(Rng(1, 2)(), Rng(1, 3)());
  EXPECT_NE(Rng(1, 2)(), Rng(2, 2)());
  EXPECT_EQ(Rng(1, 2)(), Rng(1, 2)());
  EXPECT_NE(stream_id(1, 0), stream_id(0, 1));
}

struct Moments {
  double mean = 0, variance = 0, skewness = 0, low = 0, high = 0;
};

Moments moments_of(const std::vector<double>& x) {
  const auto n = static_cast<double>(x.size());
  Moments m;
  for (const double v : x) m.mean += v / n;
  for (const double v : x) {
    m.variance += (v - m.mean) * (v - m.mean) / n;
    m.skewness += std::pow(v - m.mean, 3) / n;
  }
  const auto [low, high] = std::ranges::minmax(x);
  m.low = low, m.high = high;
  return m;
}

// A million draws: the bounds are five standard errors, so a seed fails once in a million.
TEST(Rng, UniformNumbersHaveTheirMoments) {
  constexpr int kCount = 1000000;
  Rng rng(11, 3);
  SCOPED_TRACE("seed 11, stream 3");
  std::vector<double> x(kCount);
  for (double& v : x) v = rng.uniform(-2, 4);
  const Moments m = moments_of(x);
  EXPECT_NEAR(m.mean, 1, 5 * std::sqrt(3.0 / kCount));
  EXPECT_NEAR(m.variance, 3, 5 * std::sqrt((16.2 - 9) / kCount));
  EXPECT_GE(m.low, -2);
  EXPECT_LT(m.high, 4);
  EXPECT_NEAR(m.low, -2, 1e-4);
  EXPECT_NEAR(m.high, 4, 1e-4);
}

TEST(Rng, NormalNumbersHaveTheirMoments) {
  constexpr int kCount = 1000000;
  Rng rng(12, 4);
  SCOPED_TRACE("seed 12, stream 4");
  std::vector<double> x(kCount);
  for (double& v : x) v = rng.normal();
  const Moments m = moments_of(x);
  EXPECT_NEAR(m.mean, 0, 5 / std::sqrt(kCount));
  EXPECT_NEAR(m.variance, 1, 5 * std::sqrt(2.0 / kCount));
  EXPECT_NEAR(m.skewness, 0, 5 * std::sqrt(15.0 / kCount));
  const auto inside = std::ranges::count_if(x, [](double v) { return std::abs(v) < 1.959964; });
  EXPECT_NEAR(static_cast<double>(inside) / kCount, 0.95, 5 * std::sqrt(0.95 * 0.05 / kCount));
}

TEST(Rng, ChoicesBelowACountAreEquallyLikely) {
  constexpr int kCount = 600000;
  Rng rng(13, 5);
  SCOPED_TRACE("seed 13, stream 5");
  std::array<int, 6> seen{};
  for (int i = 0; i < kCount; ++i) ++seen.at(rng.below(6));
  for (const int times : seen) EXPECT_NEAR(times, 100000, 5 * std::sqrt(kCount * 5.0 / 36));
  EXPECT_EQ(rng.below(1), 0u);
  EXPECT_THROW((void)rng.below(0), std::logic_error);
}

TEST(Rng, ASavedStreamContinuesWhereItWas) {
  for (int drawn = 0; drawn < 9; ++drawn) {
    Rng rng(5, 6);
    for (int i = 0; i < drawn; ++i) (void)rng();
    Archive saved;
    rng.state(saved);
    Rng copy;
    (void)copy();
    Archive loaded(saved.entries());
    copy.state(loaded);
    for (int i = 0; i < 9; ++i) EXPECT_EQ(copy(), rng()) << "after " << drawn << " draws";
  }
}

}  // namespace
}  // namespace saddle
