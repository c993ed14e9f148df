// SPDX-License-Identifier: Apache-2.0
// Particles at places.
#pragma once

#include <vector>

#include <saddle/envs/particles/particle.h>

namespace saddle::testing {

using Particles = std::vector<Particle>;

[[nodiscard]] inline Particle at(double x, double y) { return {DoublePair{x, y}, DoublePair{}}; }
[[nodiscard]] inline Particle moving(double x, double y, double vx, double vy) {
  return {DoublePair{x, y}, DoublePair{vx, vy}};
}

}  // namespace saddle::testing
