// SPDX-License-Identifier: Apache-2.0
// Rejection sampling of layouts.
#include <saddle/envs/navigation/layout.h>

#include <algorithm>

namespace saddle {

std::optional<Point2> find_place(Rng& rng, double half_width, double keepout,
                                 std::span<const Occupied> there, int tries) {
  const double reach = half_width - keepout;
  if (reach < 0) return std::nullopt;
  for (int i = 0; i < tries; ++i) {
    const double x = rng.uniform(-reach, reach);
    const Point2 place{x, rng.uniform(-reach, reach)};
    const bool clear = std::ranges::all_of(there, [&](const Occupied& other) {
      return distance(place, other.position) >= other.keepout + keepout;
    });
    if (clear) return place;
  }
  return std::nullopt;
}

void draw_layout(Rng& rng, double half_width, std::span<const double> keepouts,
                 std::span<Occupied> layout) {
  SADDLE_CHECK(layout.size() == keepouts.size());
  constexpr int kTries = 100, kLayouts = 10000;
  for (int attempt = 0; attempt < kLayouts; ++attempt) {
    std::size_t placed = 0;
    for (; placed < keepouts.size(); ++placed) {
      const auto place =
          find_place(rng, half_width, keepouts[placed], layout.first(placed), kTries);
      if (!place) break;
      layout[placed] = {*place, keepouts[placed]};
    }
    if (placed == keepouts.size()) return;
  }
  throw Error(concat(keepouts.size(), " objects do not fit into a square of half width ",
                     half_width, " m; ask for fewer or a larger square"));
}

}  // namespace saddle
