// SPDX-License-Identifier: Apache-2.0
// Simple laws that land and walk; scripts/record-gymnasium has the same.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

namespace saddle::testing {

/// How much to turn and how much to climb: leans towards the pad and brakes.
struct Landing {
  explicit Landing(std::span<const float> observation) {
    const auto at = [&observation](std::size_t i) { return double{observation[i]}; };
    if (at(6) > 0 || at(7) > 0) {
      climb = -0.5 * at(3);
      return;
    }
    const double lean = std::clamp(0.6 * at(0) + 1.1 * at(2), -0.35, 0.35);
    twist = 0.5 * (lean - at(4)) - at(5);
    climb = 0.5 * (0.5 * std::abs(at(0)) - at(1)) - 0.55 * at(3);
  }

  [[nodiscard]] std::array<float, 1> choice() const {
    if (climb > std::abs(twist) && climb > 0.05) return {2};
    return {twist < -0.05 ? 3.0f : twist > 0.05 ? 1.0f : 0.0f};
  }
  [[nodiscard]] std::array<float, 2> throttles() const {
    return {static_cast<float>(std::clamp(20 * climb - 1, -1.0, 1.0)),
            static_cast<float>(std::clamp(-20 * twist, -1.0, 1.0))};
  }

  double twist = 0, climb = 0;
};

/// Swings the legs in turn, and bends the knee of the one that swings.
inline std::array<float, 4> stride(std::span<const float> observation, int t) {
  std::array<float, 4> action{};
  for (std::size_t leg = 0; leg < 2; ++leg) {
    const auto at = [&](std::size_t i) { return double{observation[4 + 5 * leg + i]}; };
    const double phase = 0.089 * t + std::numbers::pi * static_cast<double>(leg);
    const double hip = 0.46 * (0.12 + 0.68 * std::sin(phase) - at(0)) - 0.24 * at(1);
    const double bent = 0.77 - 1.18 * std::max(0.0, std::sin(phase - 0.57));
    action[2 * leg] = static_cast<float>(std::clamp(hip, -1.0, 1.0));
    action[2 * leg + 1] =
        static_cast<float>(std::clamp(4.05 * (bent - at(2)) - 0.24 * at(3), -1.0, 1.0));
  }
  return action;
}

}  // namespace saddle::testing
