// SPDX-License-Identifier: Apache-2.0
// Discs of 1 kg in the plane that forces push about and that push each other away.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

#include <saddle/base/rng.h>
#include <saddle/envs/classic/angle.h>
#include <saddle/envs/geometry.h>

namespace saddle {

struct Particle {
  DoublePair position{}, velocity{};  ///< m, m/s
};

[[nodiscard]] inline Point2 place_of(const Particle& particle) {
  return {particle.position[0], particle.position[1]};
}

[[nodiscard]] inline double norm_squared(DoublePair v) {
  const DoublePair squares = v * v;
  return squares[0] + squares[1];
}

/// At rest, anywhere in a square about the origin.
[[nodiscard]] inline Particle resting_within(double half_width, Rng& rng) {
  const double x = rng.uniform(-half_width, half_width);
  return {DoublePair{x, rng.uniform(-half_width, half_width)}, DoublePair{}};
}

/// The force on a disc from another, `apart` from it to here, in N:
///
///     100 k log(1 + exp((r − |apart|)/k)) along `apart`,  k = 1 mm,
///
/// r the sum of their radii: 100 N a metre of overlap, and nothing to speak of without one. Beyond
/// 40 k apart it is taken as 0, as it is where both are in the same place.
/// Ref  Lowe et al. 2017, arXiv:1706.02275: the particle worlds that came with it.
[[nodiscard]] inline DoublePair contact_force(DoublePair apart, double radii) {
  constexpr double kStiffness = 100, kMargin = 1e-3, kFar = 40 * kMargin;
  const double squared = norm_squared(apart);
  if (squared == 0 || squared > (radii + kFar) * (radii + kFar)) return DoublePair{};
  const double distance = std::sqrt(squared), overlap = (radii - distance) / kMargin;
  const double softened = std::max(overlap, 0.0) + std::log1p(std::exp(-std::abs(overlap)));
  return apart * (kStiffness * kMargin * softened / distance);
}

/// On one particle, N.
struct Force {
  DoublePair value{};
};

/// Adds to the forces [n] on particles [n] that with which those that overlap push each other
/// apart; radius(i) is that of the i-th.
template <class Radius>
void push_apart(std::span<const Particle> particles, std::span<Force> forces, Radius&& radius) {
  for (std::size_t i = 0; i < particles.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const DoublePair force =
          contact_force(particles[i].position - particles[j].position, radius(i) + radius(j));
      forces[i].value += force;
      forces[j].value -= force;
    }
  }
}

inline constexpr double kParticleStep = 0.1;  ///< s

/// A step of time: the position moves by the velocity that it has, then the velocity, of which a
/// share `damping` is lost, by the force, up to `top_speed`.
inline void move(Particle& particle, DoublePair force, double damping,
                 double top_speed = std::numeric_limits<double>::infinity()) {
  particle.position += kParticleStep * particle.velocity;
  particle.velocity = (1 - damping) * particle.velocity + kParticleStep * force;
  const double squared = norm_squared(particle.velocity);
  if (squared > top_speed * top_speed) particle.velocity *= top_speed / std::sqrt(squared);
}

}  // namespace saddle
