// SPDX-License-Identifier: Apache-2.0
// Pseudo-lidar in closed form.
#include <saddle/envs/navigation/lidar.h>

#include <algorithm>
#include <numbers>

namespace saddle {

void pseudo_lidar(const Pose& robot, std::span<const Point2> objects, double reach,
                  std::span<float> bins) {
  std::ranges::fill(bins, 0.0f);
  constexpr double kTurn = 2 * std::numbers::pi;
  const auto raise = [&](int bin, double value) {
    float& stored = bins[static_cast<std::size_t>(bin % kLidarBins)];
    stored = std::max(stored, static_cast<float>(value));
  };
  for (const Point2 object : objects) {
    const Point2 seen = robot.to_body(object - robot.position);
    const double closeness = (reach - norm(seen)) / reach;
    if (closeness <= 0) continue;
    const double angle = std::atan2(seen.y, seen.x);
    const double place = (angle < 0 ? angle + kTurn : angle) * (kLidarBins / kTurn);
    const int bin = static_cast<int>(place);
    const double inside = place - bin;
    raise(bin, closeness);
    raise(bin + 1, inside * closeness);
    raise(bin + kLidarBins - 1, (1 - inside) * closeness);
  }
}

}  // namespace saddle
