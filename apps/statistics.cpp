// SPDX-License-Identifier: Apache-2.0
// What evaluation says of a sample of episodes, and a benchmark of a sample of runs.
#include <saddle/apps/statistics.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <saddle/base/check.h>

namespace saddle {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// The continued fraction of DLMF 8.17.22 by the modified method of Lentz.
double beta_fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  constexpr int kMostTerms = 10'000;
  const auto away_from_zero = [](double v) { return std::abs(v) < kTiny ? kTiny : v; };

  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m <= kMostTerms; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    fraction *= d * c;

    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    fraction *= d * c;
    if (std::abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}

bool has_nan(std::span<const double> values) {
  return std::ranges::any_of(values, [](double value) { return std::isnan(value); });
}

}  // namespace

double incomplete_beta(double a, double b, double x) {
  SADDLE_CHECK(a > 0 && b > 0 && x >= 0 && x <= 1, a, b, x);
  if (x == 0 || x == 1) return x;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                a * std::log(x) + b * std::log1p(-x));
  // The fraction converges fast on this side of the mode only; I_x(a, b) = 1 − I_{1−x}(b, a).
  return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                   : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double beta_quantile(double a, double b, double probability) {
  SADDLE_CHECK(probability >= 0 && probability <= 1, probability);
  double low = 0;
  double high = 1;
  for (double middle = 0.5; low < middle && middle < high; middle = (low + high) / 2) {
    (incomplete_beta(a, b, middle) < probability ? low : high) = middle;
  }
  return (low + high) / 2;
}

double student_t_quantile(double probability, double degrees) {
  SADDLE_CHECK(probability > 0 && probability < 1 && degrees > 0, probability, degrees);
  // P(|T| ≤ t) = I_{t²/(ν + t²)}(1/2, ν/2): accurate near the middle, its complement in the tails.
  const double tail = std::min(probability, 1 - probability);
  const double x = beta_quantile(degrees / 2, 0.5, 2 * tail);  // ν/(ν + t²)
  const double t = std::sqrt(degrees * (1 - x) / x);
  return probability < 0.5 ? -t : t;
}

double mean(std::span<const double> values) {
  if (values.empty()) return kNone;
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double standard_deviation(std::span<const double> values) {
  if (values.size() < 2) return kNone;
  const double centre = mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

Interval mean_interval(std::span<const double> values, double level) {
  if (values.size() < 2) return {kNone, kNone};
  const auto n = static_cast<double>(values.size());
  const double reach =
      student_t_quantile((1 + level) / 2, n - 1) * standard_deviation(values) / std::sqrt(n);
  return {mean(values) - reach, mean(values) + reach};
}

Interval clopper_pearson(std::int64_t successes, std::int64_t trials, double level) {
  SADDLE_CHECK(trials > 0 && successes >= 0 && successes <= trials, successes, trials);
  const auto k = static_cast<double>(successes);
  const auto n = static_cast<double>(trials);
  const double tail = (1 - level) / 2;
  return {successes == 0 ? 0 : beta_quantile(k, n - k + 1, tail),
          successes == trials ? 1 : beta_quantile(k + 1, n - k, 1 - tail)};
}

double conditional_value_at_risk(std::span<const double> values, double alpha) {
  SADDLE_CHECK(alpha >= 0 && alpha < 1, alpha);
  if (values.empty()) return kNone;
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const auto n = static_cast<double>(sorted.size());
  const double rank = std::clamp(std::ceil(alpha * n), 1.0, n);
  const double value_at_risk = sorted[static_cast<std::size_t>(rank) - 1];
  double excess = 0;
  for (const double value : sorted) excess += std::max(value - value_at_risk, 0.0);
  return value_at_risk + excess / n / (1 - alpha);
}

double quantile(std::span<const double> values, double probability) {
  SADDLE_CHECK(probability >= 0 && probability <= 1, probability);
  if (values.empty() || has_nan(values)) return kNone;
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const double place = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double rest = place - static_cast<double>(below);
  // Not low + rest (high − low), which is NaN between two infinities.
  if (rest == 0 || sorted[below] == sorted[below + 1]) return sorted[below];
  return (1 - rest) * sorted[below] + rest * sorted[below + 1];
}

double interquartile_mean(std::span<const double> values) {
  if (values.empty() || has_nan(values)) return kNone;
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const auto n = static_cast<double>(sorted.size());
  double sum = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    // The i-th value takes up [i, i + 1] of [0, n], and [n/4, 3n/4] counts.
    const auto start = static_cast<double>(i);
    const double weight = std::min(start + 1, 0.75 * n) - std::max(start, 0.25 * n);
    if (weight > 0) sum += weight * sorted[i];
  }
  return sum / (0.5 * n);
}

double probability_of_improvement(std::span<const std::vector<double>> x,
                                  std::span<const std::vector<double>> y) {
  SADDLE_CHECK(x.size() == y.size() && !x.empty(), x.size(), y.size());
  double sum = 0;
  for (std::size_t world = 0; world < x.size(); ++world) {
    SADDLE_CHECK(!x[world].empty() && !y[world].empty(), world);
    double wins = 0;
    for (const double ours : x[world]) {
      for (const double theirs : y[world]) {
        if (ours > theirs) wins += 1;
        if (ours == theirs) wins += 0.5;
      }
    }
    sum += wins / static_cast<double>(x[world].size() * y[world].size());
  }
  return sum / static_cast<double>(x.size());
}

Interval stratified_bootstrap(const Strata& scores,
                              const std::function<double(const Strata&)>& statistic, Rng rng,
                              int repetitions, double level) {
  SADDLE_CHECK(repetitions > 0, repetitions);
  if (std::ranges::all_of(scores, [](const auto& list) { return list.size() < 2; })) {
    return {kNone, kNone};
  }
  Strata drawn = scores;
  std::vector<double> values;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      for (double& value : drawn[i]) {
        value = scores[i][rng.below(static_cast<std::uint32_t>(scores[i].size()))];
      }
    }
    values.push_back(statistic(drawn));
  }
  return {quantile(values, (1 - level) / 2), quantile(values, (1 + level) / 2)};
}

}  // namespace saddle
