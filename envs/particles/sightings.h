// SPDX-License-Identifier: Apache-2.0
// What a particle sees of others: the nearest first, so that their names make no difference.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <saddle/envs/particles/particle.h>

namespace saddle {

/// Writes a vector as two floats; returns where they end.
inline float* write_pair(DoublePair v, float* to) {
  *to++ = static_cast<float>(v[0]);
  *to++ = static_cast<float>(v[1]);
  return to;
}

/// Writes position and velocity of each agent, then the position of each of what does not move.
inline void write_all(std::span<const Particle> agents, std::span<const Particle> fixed,
                      std::span<float> out) {
  float* to = out.data();
  for (const Particle& agent : agents) {
    to = write_pair(agent.velocity, write_pair(agent.position, to));
  }
  for (const Particle& thing : fixed) to = write_pair(thing.position, to);
}

enum class Seen { kPosition, kPositionAndVelocity };

/// Scratch for sorting up to `most` others.
class Sightings {
 public:
  explicit Sightings(std::size_t most) : all_(most) {}

  /// Writes the `count` nearest of `others`, `from` itself left out, as `from` sees them: position
  /// less position, and velocity less velocity. Returns where they end.
  float* write(const Particle& from, std::span<const Particle> others, std::size_t count, Seen seen,
               float* to) {
    std::size_t size = 0;
    for (const Particle& other : others) {
      if (&other == &from) continue;
      all_[size++] = {norm_squared(other.position - from.position), &other};
    }
    const auto near = std::span(all_).first(size);
    std::ranges::partial_sort(near, near.begin() + static_cast<std::ptrdiff_t>(count), {},
                              [](const Sighting& s) { return std::pair(s.distance2, s.of); });
    for (const Sighting& sighting : near.first(count)) {
      to = write_pair(sighting.of->position - from.position, to);
      if (seen == Seen::kPositionAndVelocity) {
        to = write_pair(sighting.of->velocity - from.velocity, to);
      }
    }
    return to;
  }

 private:
  struct Sighting {
    double distance2 = 0;
    const Particle* of = nullptr;
  };
  std::vector<Sighting> all_;
};

}  // namespace saddle
