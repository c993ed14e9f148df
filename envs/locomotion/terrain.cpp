// SPDX-License-Identifier: Apache-2.0
// Ground to walk on.
#include <saddle/envs/locomotion/terrain.h>

#include <algorithm>
#include <cmath>

#include <saddle/base/check.h>

namespace saddle {

Terrain::Terrain(double spacing, std::span<const double> heights)
    : spacing_(spacing), heights_(heights.begin(), heights.end()) {
  SADDLE_CHECK(heights.size() >= 2 && spacing > 0, heights.size(), spacing);
}

double Terrain::length() const { return spacing_ * static_cast<double>(heights_.size() - 1); }

double Terrain::free_part(Point2 from, Point2 line) const {
  if (line.x <= 0) {  // straight down or up
    if (from.x < 0 || from.x > length()) return 1;
    const double at = from.x / spacing_;
    const auto i = std::min(static_cast<std::size_t>(at), heights_.size() - 2);
    const double ground = std::lerp(heights_[i], heights_[i + 1], at - static_cast<double>(i));
    const double part = (ground - from.y) / line.y;
    return part >= 0 && part <= 1 ? part : 1;
  }
  const double first = std::max(from.x, 0.0);
  if (first > length()) return 1;
  // The line's height above the ground where it comes upon piece i, and where it leaves it.
  auto i = std::min(static_cast<std::size_t>(first / spacing_), heights_.size() - 2);
  const double slope = line.y / line.x, end = from.x + line.x;
  const double within = first / spacing_ - static_cast<double>(i);
  double x = first;
  double above = from.y + slope * (x - from.x) - std::lerp(heights_[i], heights_[i + 1], within);
  for (; i + 1 < heights_.size() && x <= end; ++i) {
    const double next = spacing_ * static_cast<double>(i + 1);
    const double above_next = from.y + slope * (next - from.x) - heights_[i + 1];
    if ((above >= 0) != (above_next >= 0)) {
      const double met = x + (next - x) * above / (above - above_next);
      return met <= end ? (met - from.x) / line.x : 1;
    }
    x = next;
    above = above_next;
  }
  return 1;
}

void Terrain::append_edges(double friction, std::vector<GroundEdge>& ground) const {
  ground.reserve(ground.size() + heights_.size() - 1);
  for (std::size_t i = 0; i + 1 < heights_.size(); ++i) {
    const double x = spacing_ * static_cast<double>(i);
    ground.push_back({{x, heights_[i]}, {x + spacing_, heights_[i + 1]}, friction});
  }
}

void draw_heights(Rng& rng, double level, std::span<double> heights) {
  constexpr std::size_t kPad = 20;
  double height = level, slope = 0;
  std::size_t next_level = kPad;
  for (std::size_t i = 0; i < heights.size(); ++i) {
    if (i == next_level) {
      next_level += 5 + rng.below(5);
    } else {
      const double off = level - height;
      slope = 0.8 * slope + (off > 0 ? 0.01 : off < 0 ? -0.01 : 0);
      if (i > kPad) slope += rng.uniform(-1, 1) / 30;
      height += slope;
    }
    heights[i] = height;
  }
}

}  // namespace saddle
