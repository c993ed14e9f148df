// SPDX-License-Identifier: Apache-2.0
// What evaluation says of a sample of episodes. Pure functions; NaN where a figure does not exist.
#pragma once

#include <cstdint>
#include <span>

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

}  // namespace saddle
