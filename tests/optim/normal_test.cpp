// SPDX-License-Identifier: Apache-2.0
// The ziggurat against the normal distribution, its tail and the seams of its layers included.
#include <saddle/optim/normal.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace saddle {
namespace {

constexpr int kDraws = 2000000;

std::vector<double> draw(Rng& rng, int count) {
  std::vector<double> x(static_cast<std::size_t>(count));
  draw_normals(rng, x);
  return x;
}
double below(double x) { return 0.5 * std::erfc(-x * std::numbers::sqrt2 / 2); }

TEST(DrawNormals, FillsEveryIntervalAsTheNormalDistributionDoes) {
  // Intervals of a tenth from −4 to 4, the tails in the outermost ones.
  constexpr int kBins = 80;
  Rng rng(21);
  SCOPED_TRACE("seed 21");
  std::array<int, kBins> count{};
  for (const double x : draw(rng, kDraws)) {
    ++count[static_cast<std::size_t>(std::clamp(std::floor(10 * x) + 40, 0.0, kBins - 1.0))];
  }
  double chi_squared = 0;
  for (int bin = 0; bin < kBins; ++bin) {
    const double low = bin == 0 ? 0 : below(bin / 10.0 - 4);
    const double high = bin == kBins - 1 ? 1 : below((bin + 1) / 10.0 - 4);
    const double expected = kDraws * (high - low);
    const double off = count[static_cast<std::size_t>(bin)] - expected;
    chi_squared += off * off / expected;
  }
  // 79 degrees of freedom: mean 79, standard deviation 12.6; five of them away.
  EXPECT_LT(chi_squared, 142);
  EXPECT_GT(chi_squared, 16);
}

TEST(DrawNormals, HasTheMomentsOfTheNormalDistribution) {
  Rng rng(22);
  SCOPED_TRACE("seed 22");
  std::array<double, 4> moment{};
  for (const double x : draw(rng, kDraws)) {
    double power = 1;
    for (double& m : moment) m += (power *= x) / kDraws;
  }
  // Five standard errors: the variances of x, x², x³ and x⁴ are 1, 2, 15 and 96.
  const double root = std::sqrt(kDraws);
  EXPECT_NEAR(moment[0], 0, 5 / root);
  EXPECT_NEAR(moment[1], 1, 5 * std::sqrt(2.0) / root);
  EXPECT_NEAR(moment[2], 0, 5 * std::sqrt(15.0) / root);
  EXPECT_NEAR(moment[3], 3, 5 * std::sqrt(96.0) / root);
}

TEST(DrawNormals, HasTheTailOfTheNormalDistribution) {
  // Beyond where the layers end, on both sides alike: E[|x| − t | |x| > t] = φ(t)/(1 − Φ(t)) − t.
  constexpr double kEnd = 3.6541528853610088;
  Rng rng(23);
  SCOPED_TRACE("seed 23");
  int right = 0, left = 0;
  double excess = 0;
  for (const double x : draw(rng, 2 * kDraws)) {
    if (std::abs(x) <= kEnd) continue;
    ++(x > 0 ? right : left);
    excess += std::abs(x) - kEnd;
  }
  const double share = below(-kEnd), expected = 2 * kDraws * share;
  EXPECT_NEAR(right, expected, 5 * std::sqrt(expected));
  EXPECT_NEAR(left, expected, 5 * std::sqrt(expected));
  const double mean = std::exp(-0.5 * kEnd * kEnd) / std::sqrt(2 * std::numbers::pi) / share - kEnd;
  EXPECT_NEAR(excess / (right + left), mean, 5 * mean / std::sqrt(2 * expected));
}

TEST(DrawNormals, IsAFunctionOfTheStreamAloneAndLeavesItWhereItWentOn) {
  Rng one(24), other(24);
  EXPECT_EQ(draw(one, 1000), draw(other, 1000));
  EXPECT_EQ(draw(one, 3), draw(other, 3));
  EXPECT_EQ(one(), other());
  EXPECT_TRUE(draw(one, 0).empty());
}

}  // namespace
}  // namespace saddle
