// SPDX-License-Identifier: Apache-2.0
// The squashed normal: its density against numeric integrals, its gradient against differences.
#include <saddle/agents/off_policy/squashed.h>

#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include <saddle/base/rng.h>

namespace saddle {
namespace {

using Floats = std::vector<float>;

/// log π(a) of an action between −1 and 1.
double log_density(float mean, float log_std, double action) {
  const auto noise = static_cast<float>((std::atanh(action) - mean) / std::exp(log_std));
  float again = 0;
  const double result = squash(Floats{mean, log_std}, {&noise, 1}, {&again, 1});
  EXPECT_NEAR(again, action, 1e-5);
  return result;
}

TEST(Squash, TheDensityIntegratesToOneAndGivesTheMean) {
  constexpr int kCells = 20'000;
  for (const float mean : {-0.7f, 0.0f, 1.5f}) {
    for (const float log_std : {-2.0f, -0.5f, 0.3f}) {
      double total = 0, first = 0;
      for (int i = 0; i < kCells; ++i) {
        const double action = -1 + 2 * (i + 0.5) / kCells;
        const double mass = std::exp(log_density(mean, log_std, action)) * 2 / kCells;
        total += mass;
        first += mass * action;
      }
      EXPECT_NEAR(total, 1, 1e-3) << mean << " " << log_std;
      // The same mean over the normal variable.
      double expected = 0;
      for (int i = 0; i < kCells; ++i) {
        const double e = -8 + 16 * (i + 0.5) / kCells;
        expected += std::exp(-0.5 * e * e) / std::sqrt(2 * std::numbers::pi) * 16 / kCells *
                    std::tanh(mean + std::exp(log_std) * e);
      }
      EXPECT_NEAR(first, expected, 1e-3);
    }
  }
}

TEST(Squash, TheDensityIsExactWhereTheActionRoundsToOne) {
  for (const float mean : {30.0f, -30.0f}) {
    Floats action(1);
    const double value = squash(Floats{mean, 0}, Floats{0.5f}, action);
    EXPECT_EQ(std::abs(action[0]), 1);
    const double far = std::abs(mean + 0.5);
    const double expected = -0.125 - 0.5 * std::log(2 * std::numbers::pi) -
                            2 * (std::numbers::ln2 - far);  // log(1 + e⁻⁶⁰) is nothing
    EXPECT_NEAR(value, expected, 1e-9);
  }
}

TEST(Squash, NumbersOfAnActionAreIndependent) {
  const Floats head{0.2f, -1, -0.5f, 0.1f}, noise{0.3f, -1.2f};
  Floats both(2), first(1), second(1);
  const double joint = squash(head, noise, both);
  const double a = squash(Floats{0.2f, -0.5f}, Floats{0.3f}, first);
  const double b = squash(Floats{-1, 0.1f}, Floats{-1.2f}, second);
  EXPECT_DOUBLE_EQ(joint, a + b);
  EXPECT_EQ(both, (Floats{first[0], second[0]}));
}

TEST(Squash, TheGradientMatchesFiniteDifferences) {
  constexpr std::size_t kNumbers = 3;
  const Floats d_action{0.7f, -1.3f, 0.4f};
  Rng rng(9);
  for (const double weight : {0.0, 0.3}) {
    for (int trial = 0; trial < 20; ++trial) {
      Floats head(2 * kNumbers), noise(kNumbers), action(kNumbers), d_head(2 * kNumbers);
      for (std::size_t i = 0; i < kNumbers; ++i) {
        head[i] = static_cast<float>(rng.normal());
        head[kNumbers + i] = static_cast<float>(rng.uniform(-2, 1));
        noise[i] = static_cast<float>(rng.normal());
      }
      if (trial == 0) head[kNumbers] = 2.5f;  // clamped
      if (trial == 1) head[kNumbers] = -25;
      squash(head, noise, action);
      squash_gradient(head, noise, action, d_action, weight, d_head);
      const auto value = [&](const Floats& at) {
        double sum = 0;
        Floats a(kNumbers);
        sum += weight * squash(at, noise, a);
        for (std::size_t i = 0; i < kNumbers; ++i) {
          // Not rounded to float32, as `a` is.
          const double s = std::clamp<double>(at[kNumbers + i], kLowLogStd, kHighLogStd);
          sum += d_action[i] * std::tanh(at[i] + std::exp(s) * noise[i]);
        }
        return sum;
      };
      for (std::size_t i = 0; i < head.size(); ++i) {
        Floats up = head, down = head;
        up[i] += 1e-2f;
        down[i] -= 1e-2f;
        const double slope = (value(up) - value(down)) / (static_cast<double>(up[i]) - down[i]);
        EXPECT_NEAR(d_head[i], slope, 2e-3) << trial << " " << i;
      }
    }
  }
}

}  // namespace
}  // namespace saddle
