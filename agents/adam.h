// SPDX-License-Identifier: Apache-2.0
// Adam with gradient clipping, over a flat arena.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <saddle/agents/parameters.h>

namespace saddle {

/// Kingma and Ba 2015, algorithm 1, after clipping the gradient's L2 norm to `max_norm`
/// (0: no clipping). ε is added outside the root.
class Adam {
 public:
  explicit Adam(std::size_t size) : first_(size), second_(size) {}

  /// One step on the arena's values; sets its gradient to zero. Returns the norm before clipping.
  double step(ParameterArena& arena, double learning_rate, double max_norm) {
    const std::span<float> gradient = arena.gradient(), values = arena.values();
    SADDLE_CHECK(values.size() == first_.size(), values.size(), first_.size());
    double squares = 0;
    for (const float g : gradient) squares += static_cast<double>(g) * static_cast<double>(g);
    const double norm = std::sqrt(squares);
    const double clip = max_norm > 0 && norm > max_norm ? max_norm / norm : 1.0;

    ++steps_;
    const double t = static_cast<double>(steps_);
    const double correction = std::sqrt(1 - std::pow(kBeta2, t)) / (1 - std::pow(kBeta1, t));
    const auto rate = static_cast<float>(learning_rate * correction);
    const auto epsilon = static_cast<float>(kEpsilon * std::sqrt(1 - std::pow(kBeta2, t)));
    const auto scale = static_cast<float>(clip);
    const auto b1 = static_cast<float>(kBeta1), b2 = static_cast<float>(kBeta2);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float g = scale * gradient[i];
      first_[i] = b1 * first_[i] + (1 - b1) * g;
      second_[i] = b2 * second_[i] + (1 - b2) * g * g;
      values[i] -= rate * first_[i] / (std::sqrt(second_[i]) + epsilon);
      gradient[i] = 0;
    }
    return norm;
  }

  void state(Archive& archive) {
    archive("steps", steps_);
    archive("first_moment", std::span<float>(first_));
    archive("second_moment", std::span<float>(second_));
  }

 private:
  static constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;

  std::int64_t steps_ = 0;
  AlignedFloats first_, second_;
};

}  // namespace saddle
