// SPDX-License-Identifier: Apache-2.0
// Running mean and variance, and the scaling of observations with them.
#pragma once

#include <span>
#include <vector>

#include <saddle/base/archive.h>

namespace saddle {

/// Mean and variance of everything merged so far, per coordinate (Chan, Golub and LeVeque 1979).
/// Before any data: mean 0, variance 1.
class RunningMoments {
 public:
  explicit RunningMoments(std::size_t size) : mean_(size, 0), variance_(size, 1) {}

  /// Merges the rows of `values` [N,size]. Reads them in order: the result has fixed bits.
  void merge(std::span<const float> values);

  [[nodiscard]] std::span<const double> mean() const { return mean_; }
  [[nodiscard]] std::span<const double> variance() const { return variance_; }
  [[nodiscard]] double count() const { return count_; }

  void state(Archive& archive) {
    archive("count", count_);
    archive("mean", std::span<double>(mean_));
    archive("variance", std::span<double>(variance_));
  }

 private:
  double count_ = 0;
  std::vector<double> mean_, variance_;
};

/// Scales observations to mean 0 and variance 1, clipped to ±kClip. Only merge() changes it, so it
/// is frozen wherever merge() is not called: during a rollout, in evaluation. One that is not
/// enabled merges nothing and passes observations on as they are.
class Normalizer {
 public:
  static constexpr float kClip = 10;

  explicit Normalizer(std::size_t size, bool enabled = true);

  /// `in` and `out` [N,size].
  void apply(std::span<const float> in, std::span<float> out) const;

  void merge(std::span<const float> observations);

  void state(Archive& archive);

 private:
  void refresh();

  bool enabled_;
  float clip_;
  RunningMoments moments_;
  std::vector<float> mean_, inverse_std_;
};

}  // namespace saddle
