// SPDX-License-Identifier: Apache-2.0
// Statistics against printed tables, closed forms and direct sums.
#include <saddle/apps/statistics.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/base/rng.h>

namespace saddle {
namespace {

// Closed forms: I_x(1, b) = 1 − (1−x)^b, I_x(a, 1) = x^a, I_x(2, 2) = 3x² − 2x³, and the arcsine
// law I_x(½, ½) = (2/π) asin √x.
TEST(IncompleteBeta, ClosedForms) {
  for (const double x : {0.0, 1e-9, 0.1, 0.35, 0.5, 0.8, 0.999, 1.0}) {
    EXPECT_NEAR(incomplete_beta(1, 7, x), 1 - std::pow(1 - x, 7), 1e-14) << x;
    EXPECT_NEAR(incomplete_beta(4.5, 1, x), std::pow(x, 4.5), 1e-14) << x;
    EXPECT_NEAR(incomplete_beta(2, 2, x), 3 * x * x - 2 * x * x * x, 1e-14) << x;
    EXPECT_NEAR(incomplete_beta(0.5, 0.5, x), 2 / M_PI * std::asin(std::sqrt(x)), 1e-14) << x;
  }
}

TEST(IncompleteBeta, StaysAccurateForLargeSamples) {
  // By symmetry I_½(a, a) = ½.
  for (const double a : {10.0, 1e3, 1e5}) EXPECT_NEAR(incomplete_beta(a, a, 0.5), 0.5, 1e-10) << a;
}

TEST(BetaQuantile, InvertsTheClosedForms) {
  EXPECT_NEAR(beta_quantile(1, 7, 1 - std::pow(0.7, 7)), 0.3, 1e-14);
  EXPECT_NEAR(beta_quantile(0.5, 0.5, 0.5), 0.5, 1e-14);
  EXPECT_NEAR(beta_quantile(3, 1, 0.125), 0.5, 1e-14);
}

// The two-sided 95 % and 99 % columns of the usual table of Student's t.
TEST(StudentT, PublishedQuantiles) {
  const std::vector<std::array<double, 3>> table = {
      {1, 12.7062, 63.6567}, {2, 4.3027, 9.9248},  {3, 3.1824, 5.8409},
      {5, 2.5706, 4.0321},   {9, 2.2622, 3.2498},  {10, 2.2281, 3.1693},
      {30, 2.0423, 2.7500},  {99, 1.9842, 2.6264}, {120, 1.9799, 2.6174}};
  for (const auto& [degrees, t95, t99] : table) {
    EXPECT_NEAR(student_t_quantile(0.975, degrees), t95, 5e-5) << degrees;
    EXPECT_NEAR(student_t_quantile(0.995, degrees), t99, 5e-5) << degrees;
    EXPECT_NEAR(student_t_quantile(0.025, degrees), -t95, 5e-5) << degrees;
  }
  // One degree of freedom is the Cauchy distribution: tan(π (p − ½)).
  EXPECT_NEAR(student_t_quantile(0.75, 1), 1, 1e-12);
  EXPECT_NEAR(student_t_quantile(0.5, 4), 0, 1e-7);
}

TEST(MeanInterval, HandNumbers) {
  const std::vector<double> values = {1, 2, 3, 4, 5};
  EXPECT_DOUBLE_EQ(mean(values), 3);
  EXPECT_DOUBLE_EQ(standard_deviation(values), std::sqrt(2.5));
  // 2.7764 · √(2.5 / 5) = 1.9632
  EXPECT_NEAR(mean_interval(values).low, 3 - 1.9632, 5e-5);
  EXPECT_NEAR(mean_interval(values).high, 3 + 1.9632, 5e-5);
}

TEST(MeanInterval, DoesNotExistForOneEpisode) {
  const std::vector<double> one = {4};
  EXPECT_DOUBLE_EQ(mean(one), 4);
  EXPECT_TRUE(std::isnan(standard_deviation(one)));
  EXPECT_TRUE(std::isnan(mean_interval(one).low));
  EXPECT_TRUE(std::isnan(mean({})));
}

// It must hold the mean in about 95 of 100 samples; with 4000 samples the share lies within four
// standard errors, 4 √(0.95 · 0.05 / 4000) = 0.014.
TEST(MeanInterval, CoversTheMean) {
  const std::uint64_t seed = 20240607;
  SCOPED_TRACE(seed);
  Rng rng(seed);
  int covered = 0;
  constexpr int kSamples = 4000;
  for (int sample = 0; sample < kSamples; ++sample) {
    std::vector<double> values(6);
    for (double& value : values) value = 10 + 3 * rng.normal();
    const Interval interval = mean_interval(values);
    covered += interval.low <= 10 && 10 <= interval.high;
  }
  EXPECT_NEAR(covered / static_cast<double>(kSamples), 0.95, 0.014);
}

/// P(X ≥ k) for X binomial, by direct sum.
double binomial_tail(int k, int n, double p) {
  double sum = 0;
  for (int i = k; i <= n; ++i) {
    const double ways = std::exp(std::lgamma(n + 1) - std::lgamma(i + 1) - std::lgamma(n - i + 1));
    sum += ways * std::pow(p, i) * std::pow(1 - p, n - i);
  }
  return sum;
}

TEST(ClopperPearson, PublishedValues) {
  const auto expect = [](int k, int n, double low, double high) {
    const Interval interval = clopper_pearson(k, n);
    EXPECT_NEAR(interval.low, low, 5e-5) << k << " of " << n;
    EXPECT_NEAR(interval.high, high, 5e-5) << k << " of " << n;
  };
  expect(0, 10, 0, 0.3085);
  expect(1, 10, 0.0025, 0.4450);
  expect(5, 10, 0.1871, 0.8129);
  expect(10, 10, 0.6915, 1);
  expect(5, 50, 0.0333, 0.2181);
  expect(0, 100, 0, 0.0362);
}

// The definition: at the lower end k or more happen with probability 2.5 %, at the upper end k or
// fewer do.
TEST(ClopperPearson, IsExact) {
  for (const auto& [k, n] : {std::pair(3, 17), {1, 40}, {39, 40}, {60, 100}, {0, 25}, {25, 25}}) {
    const Interval interval = clopper_pearson(k, n);
    if (k > 0) {
      EXPECT_NEAR(binomial_tail(k, n, interval.low), 0.025, 1e-10) << k << " of " << n;
    }
    if (k < n) {
      EXPECT_NEAR(1 - binomial_tail(k + 1, n, interval.high), 0.025, 1e-10) << k << " of " << n;
    }
  }
}

TEST(ConditionalValueAtRisk, IsTheMeanOfTheWorstTenth) {
  std::vector<double> values(20);
  for (int i = 0; i < 20; ++i) values[static_cast<std::size_t>(i)] = (i * 7) % 20;  // 0 … 19
  EXPECT_NEAR(conditional_value_at_risk(values, 0.9), 18.5, 1e-12);
  EXPECT_NEAR(conditional_value_at_risk(values, 0.0), 9.5, 1e-12);
  values.resize(10);
  std::ranges::sort(values);
  EXPECT_NEAR(conditional_value_at_risk(values, 0.9), values.back(), 1e-12);
}

// 15 values 0 … 14: a tenth is 1.5 episodes, the worst one and half of the next:
// (14 + 0.5 · 13) / 1.5 = 13.6667.
TEST(ConditionalValueAtRisk, SharesOutAnEpisode) {
  std::vector<double> values(15);
  for (std::size_t i = 0; i < 15; ++i) values[i] = static_cast<double>(i);
  EXPECT_NEAR(conditional_value_at_risk(values, 0.9), 20.5 / 1.5, 1e-12);
  EXPECT_NEAR(conditional_value_at_risk(std::vector<double>{4}, 0.9), 4, 1e-12);
  EXPECT_TRUE(std::isnan(conditional_value_at_risk({}, 0.9)));
}

}  // namespace
}  // namespace saddle
