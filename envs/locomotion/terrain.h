// SPDX-License-Identifier: Apache-2.0
// Uneven ground to walk on, and how far one sees along it.
#pragma once

#include <span>
#include <vector>

#include <saddle/base/rng.h>
#include <saddle/envs/locomotion/figure.h>

namespace saddle {

/// Heights at equal distances, straight between, and blocks that stand on the ground or in it. It
/// begins at x = 0 and ends with the last height.
class Terrain {
 public:
  /// `spacing` in metres, between `heights`, of which there are at least two.
  Terrain(double spacing, std::span<const double> heights,
          std::span<const GroundBlock> blocks = {});

  /// The part of a sight line from `from` to `from` + `line`, with line.x ≥ 0, that is free of
  /// ground: 1 if it meets none.
  [[nodiscard]] double free_part(Point2 from, Point2 line) const;

  void append_edges(double friction, std::vector<GroundEdge>& ground) const;
  /// All of it, of one friction.
  void append_to(FigureSpec& figure, double friction) const;

  [[nodiscard]] double length() const;  ///< m

 private:
  [[nodiscard]] double free_of_edges(Point2 from, Point2 line) const;

  double spacing_;
  std::vector<double> heights_;
  std::vector<GroundBlock> blocks_;
};

/// What draw_course() draws.
struct CourseSpec {
  double level = 0;        ///< m, to which heights tend
  double spacing = 1;      ///< m, between heights; what obstacles are measured in
  bool obstacles = false;  ///< whether there are stumps, stairs and pits
};

/// The law of the ground in Gymnasium's BipedalWalker-v3: a slope s that forgets a fifth of itself,
/// tends to `level` by 0.01 m and, beyond the first 20 pieces, changes at random by up to 1/30 m a
/// piece. At 20, and from then on after every 5 to 9 pieces, one is level.
///
/// With obstacles, as in its hardcore variant, every such span of ground but the first ends in one
/// of three, all alike: a stump, 1 or 2 spacings wide and as high; 3 or 4 steps of stairs, each 4
/// wide and 1 high, up or down; a pit, 3 or 4 wide and 4 deep between walls 1 wide.
void draw_course(Rng& rng, const CourseSpec& spec, std::span<double> heights,
                 std::vector<GroundBlock>& blocks);

}  // namespace saddle
