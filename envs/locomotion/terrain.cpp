// SPDX-License-Identifier: Apache-2.0
// Ground to walk on.
#include <saddle/envs/locomotion/terrain.h>

#include <algorithm>
#include <array>
#include <cmath>

#include <saddle/base/check.h>

namespace saddle {
namespace {

/// The part of a line that is free of a block: where it enters it. 1 if it begins inside.
double free_of(const GroundBlock& block, Point2 from, Point2 line) {
  double enters = 0, leaves = 1;
  for (const auto& [low, high, at, along] :
       {std::array{block.low.x, block.high.x, from.x, line.x},
        std::array{block.low.y, block.high.y, from.y, line.y}}) {
    if (along == 0) {
      if (at < low || at > high) return 1;
      continue;
    }
    const double a = (low - at) / along, b = (high - at) / along;
    enters = std::max(enters, std::min(a, b));
    leaves = std::min(leaves, std::max(a, b));
  }
  return enters > 0 && enters <= leaves ? enters : 1;
}

/// Ground in the making, from height to height, as Gymnasium's _generate_terrain() makes it.
class Course {
 public:
  Course(Rng& rng, const CourseSpec& spec, std::vector<GroundBlock>& blocks)
      : rng_(rng), spec_(spec), blocks_(blocks), height_(spec.level) {}

  /// The i-th height.
  double next(std::size_t i) {
    if (left_ == 0) {
      change();
      begin(spec_.spacing * static_cast<double>(i));
    } else {
      go_on(i);
    }
    --left_;
    return height_;
  }

 private:
  enum class Kind { kGrass, kStump, kStairs, kPit };

  void change() {
    left_ = 5 + static_cast<int>(rng_.below(5));
    kind_ = kind_ == Kind::kGrass && spec_.obstacles ? static_cast<Kind>(1 + rng_.below(3))
                                                     : Kind::kGrass;
  }

  void begin(double x) {
    const double unit = spec_.spacing;
    start_ = height_;
    if (kind_ == Kind::kStump) {
      left_ = 1 + static_cast<int>(rng_.below(2));
      block(x, height_, left_, left_);
    } else if (kind_ == Kind::kStairs) {
      rise_ = rng_.uniform() > 0.5 ? 1 : -1;
      const int steps = 3 + static_cast<int>(rng_.below(2));
      for (int s = 0; s < steps; ++s) {
        block(x + s * kStairWidth * unit, height_ + (s * rise_ - 1) * unit, kStairWidth, 1);
      }
      left_ = length_ = steps * kStairWidth;
    } else if (kind_ == Kind::kPit) {
      left_ = 3 + static_cast<int>(rng_.below(2));
      for (const double wall : {0, left_}) {
        block(x + wall * unit, height_ - kPitDepth * unit, 1, kPitDepth);
      }
      left_ += 2;
    }
  }

  void go_on(std::size_t i) {
    if (kind_ == Kind::kGrass) {
      const double off = spec_.level - height_;
      slope_ = 0.8 * slope_ + (off > 0 ? 0.01 : off < 0 ? -0.01 : 0);
      if (i > kPad) slope_ += rng_.uniform(-1, 1) / 30;
      height_ += slope_;
    } else if (kind_ == Kind::kStairs) {
      const double steps = static_cast<double>(length_ - left_ - rise_) / kStairWidth;
      height_ = start_ + steps * rise_ * spec_.spacing;
    } else if (kind_ == Kind::kPit) {
      height_ = left_ > 1 ? start_ - kPitDepth * spec_.spacing : start_;
    }
  }

  /// Its lower left corner, and its size in spacings.
  void block(double x, double y, int width, int height) {
    blocks_.push_back({{x, y}, {x + width * spec_.spacing, y + height * spec_.spacing}});
  }

  static constexpr std::size_t kPad = 20;
  static constexpr int kStairWidth = 4, kPitDepth = 4;

  Rng& rng_;
  const CourseSpec& spec_;
  std::vector<GroundBlock>& blocks_;
  Kind kind_ = Kind::kGrass;
  int left_ = kPad, length_ = 0;  // heights of this kind
  int rise_ = 0;                  // of stairs
  double height_, slope_ = 0, start_ = 0;
};

}  // namespace

Terrain::Terrain(double spacing, std::span<const double> heights,
                 std::span<const GroundBlock> blocks)
    : spacing_(spacing),
      heights_(heights.begin(), heights.end()),
      blocks_(blocks.begin(), blocks.end()) {
  SADDLE_CHECK(heights.size() >= 2 && spacing > 0, heights.size(), spacing);
}

double Terrain::length() const { return spacing_ * static_cast<double>(heights_.size() - 1); }

double Terrain::free_part(Point2 from, Point2 line) const {
  double free = free_of_edges(from, line);
  for (const GroundBlock& block : blocks_) {
    if (block.high.x < from.x || block.low.x > from.x + line.x) continue;
    free = std::min(free, free_of(block, from, line));
  }
  return free;
}

double Terrain::free_of_edges(Point2 from, Point2 line) const {
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

void Terrain::append_to(FigureSpec& figure, double friction) const {
  append_edges(friction, figure.ground);
  for (const GroundBlock& block : blocks_) {
    figure.blocks.push_back({block.low, block.high, friction});
  }
}

void draw_course(Rng& rng, const CourseSpec& spec, std::span<double> heights,
                 std::vector<GroundBlock>& blocks) {
  Course course(rng, spec, blocks);
  for (std::size_t i = 0; i < heights.size(); ++i) heights[i] = course.next(i);
}

}  // namespace saddle
