// SPDX-License-Identifier: Apache-2.0
// Episodes kept to be shown.
#pragma once

#include <vector>

#include <saddle/envs/canvas.h>
#include <saddle/envs/environment.h>

namespace saddle {

/// What there is to see after a step, or after the reset.
struct Moment {
  Canvas canvas;
  int step = 0;
  double reward = 0;         ///< since the reset, the mean over agents
  std::vector<double> cost;  ///< [C], likewise
};

/// An episode from the reset to its end.
using Recording = std::vector<Moment>;

/// Worlds from `make` of which the first ones fill `recordings` with their first episodes, in the
/// order they are made in. Both must outlive the worlds.
/// Errors: saddle::Error at the reset of a world that draws nothing, and where one draws a shape
/// without points or with numbers that are not finite.
[[nodiscard]] EnvironmentFactory recorded(EnvironmentFactory make,
                                          std::vector<Recording>& recordings);

}  // namespace saddle
