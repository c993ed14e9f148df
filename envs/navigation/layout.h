// SPDX-License-Identifier: Apache-2.0
// Random places for objects that must not lie too close to each other.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include <saddle/base/rng.h>
#include <saddle/envs/geometry.h>

namespace saddle {

/// A disc of radius `keepout` around something, which no other such disc may overlap.
struct Occupied {
  Point2 position;
  double keepout = 0;
};

/// A place uniform in the square of the given half width, shrunk by `keepout`, that keeps clear of
/// what is there; none if `tries` draws all fail.
[[nodiscard]] std::optional<Point2> find_place(Rng& rng, double half_width, double keepout,
                                               std::span<const Occupied> there, int tries);

/// Places for objects with these keepouts, drawn one after the other; a dead end starts all over.
/// Writes `layout`, of the same size. Errors: saddle::Error if they do not fit.
void draw_layout(Rng& rng, double half_width, std::span<const double> keepouts,
                 std::span<Occupied> layout);

}  // namespace saddle
