// SPDX-License-Identifier: Apache-2.0
// Running moments.
#include <saddle/agents/normalizer.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace saddle {

void RunningMoments::merge(std::span<const float> values) {
  const std::size_t size = mean_.size();
  SADDLE_CHECK(size > 0 && values.size() % size == 0, values.size(), size);
  const std::size_t count = values.size() / size;
  if (count == 0) return;
  const auto rows = static_cast<double>(count);
  std::vector<double> mean(size, 0), squares(size, 0);
  for (const float* row = values.data(); row != values.data() + values.size(); row += size) {
    for (std::size_t j = 0; j < size; ++j) mean[j] += row[j];
  }
  for (double& m : mean) m /= rows;
  for (const float* row = values.data(); row != values.data() + values.size(); row += size) {
    for (std::size_t j = 0; j < size; ++j) {
      const double deviation = row[j] - mean[j];
      squares[j] += deviation * deviation;
    }
  }
  const double total = count_ + rows;
  for (std::size_t j = 0; j < size; ++j) {
    const double shift = mean[j] - mean_[j];
    const double sum = variance_[j] * count_ + squares[j] + shift * shift * count_ * rows / total;
    mean_[j] += shift * rows / total;
    variance_[j] = sum / total;
  }
  count_ = total;
}

// Without data the mean is 0 and the deviation 1, so that nothing but the clip is in the way of
// observations as they are.
Normalizer::Normalizer(std::size_t size, bool enabled)
    : enabled_(enabled),
      clip_(enabled ? kClip : std::numeric_limits<float>::infinity()),
      moments_(size),
      mean_(size),
      inverse_std_(size) {
  refresh();
}

void Normalizer::apply(std::span<const float> in, std::span<float> out) const {
  const std::size_t size = mean_.size();
  SADDLE_CHECK(in.size() == out.size() && in.size() % size == 0, in.size(), out.size(), size);
  for (std::size_t row = 0; row < in.size(); row += size) {
    for (std::size_t j = 0; j < size; ++j) {
      out[row + j] = std::clamp((in[row + j] - mean_[j]) * inverse_std_[j], -clip_, clip_);
    }
  }
}

void Normalizer::merge(std::span<const float> observations) {
  if (!enabled_) return;
  moments_.merge(observations);
  refresh();
}

void Normalizer::state(Archive& archive) {
  moments_.state(archive);
  if (archive.loading()) refresh();
}

void Normalizer::refresh() {
  // A coordinate that never moves is centred and left alone: dividing by its rounding noise would
  // turn the first change it ever shows into an outlier.
  constexpr double kStill = 1e-8;
  for (std::size_t j = 0; j < mean_.size(); ++j) {
    const double variance = moments_.variance()[j];
    mean_[j] = static_cast<float>(moments_.mean()[j]);
    inverse_std_[j] = variance > kStill ? static_cast<float>(1 / std::sqrt(variance)) : 1.0f;
  }
}

}  // namespace saddle
