// SPDX-License-Identifier: Apache-2.0
// The navigation worlds that Saddle registers.
#pragma once

#include <vector>

#include <saddle/envs/navigation/navigation_world.h>

namespace saddle {

/// Every robot with every task, `PointGoal0-v0` to `CarRun0Multi-v0`. The digit is the difficulty.
/// A world whose name ends in Multi has a constraint for each kind of breach, and on speed.
[[nodiscard]] std::vector<NavigationParameters> navigation_suite();

}  // namespace saddle
