// SPDX-License-Identifier: Apache-2.0
// Statistics against printed tables, closed forms and direct sums.
#include <saddle/apps/statistics.h>

#include <algorithm>
#include <cmath>
#include <limits>
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

// Against numpy.percentile, which is linear between two values too.
TEST(Quantile, IsLinearBetweenValues) {
  const std::vector<double> values = {3.25, -1.5, 8, 0.125, 4.75, 2, -7, 5.5, 1, 9.25, 6, -2.25};
  EXPECT_DOUBLE_EQ(quantile(values, 0.025), -5.69375);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), -0.28125);
  EXPECT_DOUBLE_EQ(quantile(values, 0.5), 2.625);
  EXPECT_DOUBLE_EQ(quantile(values, 0.975), 8.90625);
  EXPECT_EQ(quantile(values, 0), -7);
  EXPECT_EQ(quantile(values, 1), 9.25);
}

TEST(Quantile, TakesInfinityForAValueButNotNaN) {
  const double never = std::numeric_limits<double>::infinity();
  EXPECT_EQ(quantile(std::vector<double>{never, 5, 7}, 0.5), 7);
  EXPECT_EQ(quantile(std::vector<double>{never, 5, never}, 0.5), never);
  EXPECT_EQ(quantile(std::vector<double>{never, never}, 0.5), never);
  EXPECT_EQ(quantile(std::vector<double>{never, 5}, 0.5), never);
  EXPECT_TRUE(std::isnan(quantile(std::vector<double>{1, std::nan("")}, 0.5)));
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
}

// Where 4 divides the number of values this is scipy.stats.trim_mean(values, 0.25).
TEST(InterquartileMean, IsTheTrimmedMean) {
  EXPECT_DOUBLE_EQ(interquartile_mean(std::vector<double>{4, 100, -100, 2}), 3);
  EXPECT_DOUBLE_EQ(interquartile_mean(std::vector<double>{1, 2, 3, 4, 10, 30, 20, 25}), 9.25);
  EXPECT_NEAR(interquartile_mean(
                  std::vector<double>{3.25, -1.5, 8, 0.125, 4.75, 2, -7, 5.5, 1, 9.25, 6, -2.25}),
              2.7708333333333335, 1e-14);
}

// Of 3 values a quarter is 0.75: (0.25 · 1 + 2 + 0.25 · 4) / 1.5; of 5 it is 1.25:
// (0.75 · 2 + 4 + 0.75 · 5) / 2.5.
TEST(InterquartileMean, CutsThroughValues) {
  EXPECT_DOUBLE_EQ(interquartile_mean(std::vector<double>{2, 4, 1}), 3.25 / 1.5);
  EXPECT_DOUBLE_EQ(interquartile_mean(std::vector<double>{5, 1, 2, 9, 4}), 3.7);
  EXPECT_DOUBLE_EQ(interquartile_mean(std::vector<double>{7}), 7);
  EXPECT_DOUBLE_EQ(interquartile_mean(std::vector<double>{7, 8}), 7.5);
  EXPECT_TRUE(std::isnan(interquartile_mean({})));
  EXPECT_TRUE(std::isnan(interquartile_mean(std::vector<double>{1, std::nan(""), 2})));
}

// By hand: of 12 pairs 8 are won and 1 is a tie; of 12 pairs 5 are won and 2 are ties. The same as
// scipy.stats.mannwhitneyu(x, y).statistic / 12.
TEST(ProbabilityOfImprovement, CountsPairs) {
  const Strata x = {{1, 2, 2.5, 4}, {3, 1, 7}}, y = {{2, 2.2, 0.5}, {3, 8, 2, 1}};
  EXPECT_DOUBLE_EQ(probability_of_improvement(std::span(x).first(1), std::span(y).first(1)),
                   8.5 / 12);
  EXPECT_DOUBLE_EQ(probability_of_improvement(std::span(x).last(1), std::span(y).last(1)),
                   6.0 / 12);
  EXPECT_DOUBLE_EQ(probability_of_improvement(x, y), 0.6041666666666667);
  EXPECT_DOUBLE_EQ(probability_of_improvement(y, x), 1 - 0.6041666666666667);
  EXPECT_EQ(probability_of_improvement(x, x), 0.5);
}

double pooled_middle(const Strata& scores) {
  std::vector<double> all;
  for (const auto& list : scores) all.insert(all.end(), list.begin(), list.end());
  return interquartile_mean(all);
}

// The mean of two draws from {0, 1} is 0, ½, 1 with probabilities ¼, ½, ¼.
TEST(StratifiedBootstrap, HasTheExactDistribution) {
  const auto average = [](const Strata& scores) { return mean(scores[0]); };
  const auto interval = [&](double level) {
    return stratified_bootstrap({{0, 1}}, average, Rng(5), 5000, level);
  };
  EXPECT_EQ(interval(0.95).low, 0);
  EXPECT_EQ(interval(0.95).high, 1);
  EXPECT_EQ(interval(0.4).low, 0.5);
  EXPECT_EQ(interval(0.4).high, 0.5);
}

// The other figures are those of 200,000 draws by numpy with scipy.stats.trim_mean, 0.956667 and
// 1.85, and of 100,000 draws of the Mann-Whitney statistic, 1/9 and 5/6.
TEST(StratifiedBootstrap, DrawsWithinWorlds) {
  const std::uint64_t seed = 7;
  SCOPED_TRACE(seed);
  const Strata scores = {{0.1, 0.9, 0.35, 0.62, 0.48, 0.77}, {2.1, 3.4, 2.9, 1.2, 2.6, 3.9}};
  EXPECT_DOUBLE_EQ(pooled_middle(scores), 1.365);
  const Interval middle = stratified_bootstrap(scores, pooled_middle, Rng(seed), 20'000);
  EXPECT_NEAR(middle.low, 0.956667, 0.01);
  EXPECT_NEAR(middle.high, 1.85, 0.02);

  const Strata pairs = {{0.1, 0.9, 0.35}, {2.1, 3.4, 2.9}, {0.62, 0.48, 0.77}, {1.2, 2.6, 3.9}};
  const auto improvement = [](const Strata& lists) {
    return probability_of_improvement(std::span(lists).first(2), std::span(lists).last(2));
  };
  EXPECT_DOUBLE_EQ(improvement(pairs), 8.0 / 18);
  const Interval chance = stratified_bootstrap(pairs, improvement, Rng(seed), 20'000);
  EXPECT_NEAR(chance.low, 1.0 / 9, 1e-12);
  EXPECT_NEAR(chance.high, 5.0 / 6, 1e-12);
}

TEST(StratifiedBootstrap, IsReproducibleAndNeedsTwoRuns) {
  const Strata scores = {{1, 5, 2, 8}};
  const Interval once = stratified_bootstrap(scores, pooled_middle, Rng(3), 200);
  const Interval again = stratified_bootstrap(scores, pooled_middle, Rng(3), 200);
  EXPECT_EQ(once.low, again.low);
  EXPECT_EQ(once.high, again.high);
  EXPECT_TRUE(std::isnan(stratified_bootstrap({{1}, {2}}, pooled_middle, Rng(3)).low));
}

}  // namespace
}  // namespace saddle
