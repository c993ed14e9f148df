// SPDX-License-Identifier: Apache-2.0
// One step of the classical integrator of ordinary differential equations.
#pragma once

#include <array>
#include <cstddef>

namespace saddle {

/// y(t + h) of ẏ = derivative(y) from y(t), off by O(h⁵): Runge and Kutta's method of order 4.
/// `derivative` maps an array to its rate of change; `rate` is that of y, which the caller may have
/// at hand.
/// Ref  Hairer, Nørsett and Wanner 1993, Solving ordinary differential equations I, II.1,
/// table 1.2.
template <class Number, std::size_t N, class Derivative>
[[nodiscard]] std::array<Number, N> runge_kutta_step(const std::array<Number, N>& y,
                                                     const std::array<Number, N>& rate, double h,
                                                     const Derivative& derivative) {
  const auto ahead = [&y](double step, const std::array<Number, N>& k) {
    std::array<Number, N> moved;
    for (std::size_t i = 0; i < N; ++i) moved[i] = y[i] + step * k[i];
    return moved;
  };
  const std::array<Number, N> k2 = derivative(ahead(h / 2, rate));
  const std::array<Number, N> k3 = derivative(ahead(h / 2, k2));
  const std::array<Number, N> k4 = derivative(ahead(h, k3));
  std::array<Number, N> mean;
  for (std::size_t i = 0; i < N; ++i) mean[i] = rate[i] + 2 * k2[i] + 2 * k3[i] + k4[i];
  return ahead(h / 6, mean);
}

}  // namespace saddle
