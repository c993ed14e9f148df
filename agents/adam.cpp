// SPDX-License-Identifier: Apache-2.0
// Adam.
#include <saddle/agents/adam.h>

#include <cmath>

#include <saddle/agents/fused/kernels.h>

namespace saddle {

double Adam::step(ParameterArena& arena, double learning_rate, double max_norm) {
  constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;
  const std::span<float> gradient = arena.gradient(), values = arena.values();
  SADDLE_CHECK(values.size() == first_.size(), values.size(), first_.size());
  const fused::Kernels& kernels = fused::kernels();
  const double norm = std::sqrt(kernels.squared_norm(gradient.data(), gradient.size()));
  const double clip = max_norm > 0 && norm > max_norm ? max_norm / norm : 1.0;

  ++steps_;
  const double t = static_cast<double>(steps_);
  const double root = std::sqrt(1 - std::pow(kBeta2, t));
  const fused::AdamStep step{static_cast<float>(clip), static_cast<float>(kBeta1),
                             static_cast<float>(kBeta2),
                             static_cast<float>(learning_rate * root / (1 - std::pow(kBeta1, t))),
                             static_cast<float>(kEpsilon * root)};
  kernels.adam(step, values.data(), gradient.data(), first_.data(), second_.data(), values.size());
  return norm;
}

}  // namespace saddle
