// SPDX-License-Identifier: Apache-2.0
// How near objects are, by direction.
#pragma once

#include <span>

#include <saddle/envs/geometry.h>

namespace saddle {

inline constexpr int kLidarBins = 16;

/// Safety-Gymnasium's pseudo-lidar: bin i looks into directions [i, i + 1) · 2π/16 from the
/// heading, left turning. An object whose centre is d away shows as s = max(0, reach − d) / reach
/// in its bin and, with f the place inside the bin, as f s in the next and (1 − f) s in the one
/// before; the nearest object wins in each bin. Objects hide nothing.
///
/// Overwrites `bins` [16], each in [0, 1].
void pseudo_lidar(const Pose& robot, std::span<const Point2> objects, double reach,
                  std::span<float> bins);

}  // namespace saddle
