// SPDX-License-Identifier: Apache-2.0
// Statistics of values, and heads that follow them.
#include <saddle/agents/value_scale.h>

#include <cmath>
#include <vector>

namespace saddle {
namespace {

/// A signal that never varies (a cost never incurred) is left unscaled.
double deviation(double variance) { return variance > 1e-12 ? std::sqrt(variance) : 1.0; }

}  // namespace

void ValueScale::unscale(std::span<float> outputs, std::size_t width) const {
  for (std::size_t end = width; end <= outputs.size(); end += width) {
    for (std::size_t k = 0; k < signals_; ++k) {
      float& out = outputs[end - signals_ + k];
      out = static_cast<float>(moments_.mean()[k] + deviation(moments_.variance()[k]) * out);
    }
  }
}

AlignedFloats ValueScale::follow(std::span<const float> target, ParameterArena& arena,
                                 std::size_t layer) {
  const std::vector<double> mean(moments_.mean().begin(), moments_.mean().end());
  const std::vector<double> variance(moments_.variance().begin(), moments_.variance().end());
  moments_.merge(target);
  const auto all_weights = arena.values(arena.blocks()[layer]);
  const auto all_biases = arena.values(arena.blocks()[layer + 1]);
  const std::size_t inputs = all_weights.size() / all_biases.size();
  const auto weight = all_weights.last(signals_ * inputs), bias = all_biases.last(signals_);
  for (std::size_t k = 0; k < signals_; ++k) {
    const double from = deviation(variance[k]), to = deviation(moments_.variance()[k]);
    for (float& w : weight.subspan(k * inputs, inputs)) w = static_cast<float>(w * from / to);
    bias[k] = static_cast<float>((from * bias[k] + mean[k] - moments_.mean()[k]) / to);
  }
  AlignedFloats scaled(target.begin(), target.end());
  for (std::size_t i = 0; i < scaled.size(); ++i) {
    const std::size_t k = i % signals_;
    scaled[i] =
        static_cast<float>((scaled[i] - moments_.mean()[k]) / deviation(moments_.variance()[k]));
  }
  return scaled;
}

}  // namespace saddle
