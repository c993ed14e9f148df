// SPDX-License-Identifier: Apache-2.0
// The integrator: what it solves exactly, and how fast its error falls.
#include <cmath>

#include <gtest/gtest.h>

#include <saddle/envs/classic/runge_kutta.h>

namespace saddle {
namespace {

using State = std::array<double, 2>;

TEST(RungeKutta, IntegratesCubicsOfTimeExactly) {
  // ṫ = 1, ẏ = 1 + 2t + 6t² − 4t³: Simpson's rule.
  const auto rate = [](const State& s) -> State {
    return {1, 1 + 2 * s[0] + 6 * s[0] * s[0] - 4 * s[0] * s[0] * s[0]};
  };
  const State start{0.5, 2};
  const State end = runge_kutta_step(start, rate(start), 1.5, rate);
  const auto integral = [](double t) { return t + t * t + 2 * t * t * t - t * t * t * t; };
  EXPECT_DOUBLE_EQ(end[0], 2);
  EXPECT_DOUBLE_EQ(end[1], 2 + integral(2) - integral(0.5));
}

/// The distance from where a rotation by one radian, in n steps, should lead.
double error_of_rotation(int n) {
  const auto rate = [](const State& s) -> State { return {-s[1], s[0]}; };
  State s{1, 0};
  for (int i = 0; i < n; ++i) s = runge_kutta_step(s, rate(s), 1.0 / n, rate);
  return std::hypot(s[0] - std::cos(1.0), s[1] - std::sin(1.0));
}

TEST(RungeKutta, ErrsWithTheFourthPowerOfTheStep) {
  EXPECT_LT(error_of_rotation(8), 3e-6);
  EXPECT_NEAR(error_of_rotation(8) / error_of_rotation(16), 16, 0.5);
  EXPECT_NEAR(error_of_rotation(16) / error_of_rotation(32), 16, 0.3);
}

}  // namespace
}  // namespace saddle
