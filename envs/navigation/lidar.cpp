// SPDX-License-Identifier: Apache-2.0
// Pseudo-lidar in closed form, two objects at a time.
#include <saddle/envs/navigation/lidar.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <saddle/envs/classic/angle.h>

namespace saddle {
namespace {

DoublePair larger(DoublePair a, DoublePair b) { return a > b ? a : b; }

/// The angle of (x, y) in [0, 2π], left turning from the x-axis, to within 2e-9: bins are floats.
///
/// What reflections leave of it is atan t with t in [0, 1], which is t times the polynomial of
/// degree 9 in t² that agrees with it at Chebyshev's nodes. No branch depends on the direction.
DoublePair direction(DoublePair x, DoublePair y) {
  constexpr double kHalf = std::numbers::pi;
  const DoublePair along = larger(x, -x), across = larger(y, -y), most = larger(along, across);
  const DoublePair t = (along + across - most) / larger(most, DoublePair{1e-300, 1e-300});
  const DoublePair u = t * t, u2 = u * u, u4 = u2 * u2;
  const DoublePair p =
      (0.999999997 - 0.333332763 * u) + u2 * (0.199980753 - 0.142600161 * u) +
      u4 * ((0.109323415 - 0.0834972497 * u) + u2 * (0.057089556 - 0.0303518648 * u) +
            u4 * (0.0104876493 - 0.00170117007 * u));
  DoublePair angle = t * p;
  angle = across > along ? kHalf / 2 - angle : angle;
  angle = x < 0 ? kHalf - angle : angle;
  return y < 0 ? 2 * kHalf - angle : angle;
}

}  // namespace

void pseudo_lidar(const Pose& robot, std::span<const Point2> objects, double reach,
                  std::span<float> bins) {
  std::ranges::fill(bins, 0.0f);
  const auto raise = [&](unsigned bin, double value) {
    float& stored = bins[bin % kLidarBins];
    stored = std::max(stored, static_cast<float>(value));
  };
  for (std::size_t first = 0; first < objects.size(); first += 2) {
    // A last one without a partner is seen twice, which changes nothing.
    const std::size_t both[] = {first, std::min(first + 1, objects.size() - 1)};
    DoublePair x, y, distance;
    for (int i : {0, 1}) {
      const Point2 seen = robot.to_body(objects[both[i]] - robot.position);
      x[i] = seen.x, y[i] = seen.y, distance[i] = norm(seen);
    }
    const DoublePair closeness = (reach - distance) / reach;
    const DoublePair place = direction(x, y) * (kLidarBins / (2 * std::numbers::pi));
    for (int i : {0, 1}) {
      if (closeness[i] <= 0) continue;
      const auto bin = static_cast<unsigned>(place[i]);
      const double inside = place[i] - bin;
      raise(bin, closeness[i]);
      raise(bin + 1, inside * closeness[i]);
      raise(bin + kLidarBins - 1, (1 - inside) * closeness[i]);
    }
  }
}

}  // namespace saddle
