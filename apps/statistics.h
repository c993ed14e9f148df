// SPDX-License-Identifier: Apache-2.0
// What evaluation says of a sample of episodes, and a benchmark of a sample of runs. Pure
// functions; NaN where a figure does not exist.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <saddle/base/rng.h>

namespace saddle {

struct Interval {
  double low = 0;
  double high = 0;
};

/// Regularised incomplete beta function I_x(a, b), the distribution function of Beta(a, b).
/// a, b > 0; x in [0, 1]. Ref: NIST DLMF 8.17, continued fraction 8.17.22.
[[nodiscard]] double incomplete_beta(double a, double b, double x);

/// The x with I_x(a, b) = probability.
[[nodiscard]] double beta_quantile(double a, double b, double probability);

/// The t with P(T ≤ t) = probability for Student's t with `degrees` > 0 degrees of freedom.
[[nodiscard]] double student_t_quantile(double probability, double degrees);

/// NaN if empty.
[[nodiscard]] double mean(std::span<const double> values);

/// Square root of the unbiased variance (divides by n − 1). NaN for fewer than 2 values.
[[nodiscard]] double standard_deviation(std::span<const double> values);

/// Two-sided confidence interval of the mean by Student's t. NaN for fewer than 2 values.
[[nodiscard]] Interval mean_interval(std::span<const double> values, double level = 0.95);

/// Two-sided exact confidence interval of a probability seen as `successes` in `trials` > 0.
/// Ref: Clopper and Pearson 1934, "The use of confidence or fiducial limits".
[[nodiscard]] Interval clopper_pearson(std::int64_t successes, std::int64_t trials,
                                       double level = 0.95);

/// Mean of the worst share 1 − α of the values: VaR_α + E[(X − VaR_α)₊] / (1 − α), where VaR_α is
/// the empirical α-quantile. NaN if empty. Ref: Rockafellar and Uryasev 2002, theorem 10.
[[nodiscard]] double conditional_value_at_risk(std::span<const double> values, double alpha);

/// The value below which a share `probability` in [0, 1] of the sample lies; between two values,
/// linear from one to the next. NaN if empty, or if a value is NaN.
[[nodiscard]] double quantile(std::span<const double> values, double probability);

/// The mean of the middle half: a quarter of the values is left out at each end, of a value that
/// the quarter cuts through a part. NaN if empty, or if a value is NaN.
/// Ref: Agarwal et al. 2021, "Deep reinforcement learning at the edge of the statistical
/// precipice", section 4.3; for numbers of values that 4 divides, as there.
[[nodiscard]] double interquartile_mean(std::span<const double> values);

/// Scores of runs: one list for each world, one value in it for each seed.
using Strata = std::vector<std::vector<double>>;

/// The chance that a run of X scores higher than one of Y in the same world, ties as half, averaged
/// over worlds: the mean over m of (1/(N_m K_m)) Σ_i Σ_j S(x_mi, y_mj). `x` and `y` have the same
/// worlds, each with at least one run. Ref: Agarwal et al. 2021, section 4.3; Mann and Whitney
/// 1947.
[[nodiscard]] double probability_of_improvement(std::span<const std::vector<double>> x,
                                                std::span<const std::vector<double>> y);

/// Percentile bootstrap interval of a statistic: in each of `repetitions`, every list is replaced
/// by as many of its values, drawn with replacement. NaN unless some list has 2 values.
/// Ref: Efron 1979, "Bootstrap methods"; stratified as in Agarwal et al. 2021, section 4.1.
[[nodiscard]] Interval stratified_bootstrap(const Strata& scores,
                                            const std::function<double(const Strata&)>& statistic,
                                            Rng rng, int repetitions = 5000, double level = 0.95);

}  // namespace saddle
