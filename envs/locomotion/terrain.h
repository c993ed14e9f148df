// SPDX-License-Identifier: Apache-2.0
// Uneven ground to walk on, and how far one sees along it.
#pragma once

#include <span>
#include <vector>

#include <saddle/base/rng.h>
#include <saddle/envs/locomotion/figure.h>

namespace saddle {

/// Heights at equal distances, straight between. It begins at x = 0 and ends with the last height.
class Terrain {
 public:
  /// `spacing` in metres, between `heights`, of which there are at least two.
  Terrain(double spacing, std::span<const double> heights);

  /// The part of a sight line from `from` to `from` + `line`, with line.x ≥ 0, that is free of
  /// ground: 1 if it meets none.
  [[nodiscard]] double free_part(Point2 from, Point2 line) const;

  void append_edges(double friction, std::vector<GroundEdge>& ground) const;

  [[nodiscard]] double length() const;  ///< m

 private:
  double spacing_;
  std::vector<double> heights_;
};

/// The law of the plain ground in Gymnasium's BipedalWalker-v3: a slope s that forgets a fifth of
/// itself, tends to `level` by 0.01 m and, beyond the first 20 pieces, changes at random by up to
/// 1/30 m a piece. At 20, and from then on after every 5 to 9 pieces, one is level.
void draw_heights(Rng& rng, double level, std::span<double> heights);

}  // namespace saddle
