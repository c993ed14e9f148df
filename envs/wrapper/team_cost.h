// SPDX-License-Identifier: Apache-2.0
// What a step costs a team.
#pragma once

#include <cstddef>
#include <span>

namespace saddle {

/// The mean over agents of the cost of one constraint; `cost` [A,C].
[[nodiscard]] inline double team_cost(std::span<const float> cost, std::size_t constraint,
                                      std::size_t constraints) {
  double sum = 0;
  for (std::size_t i = constraint; i < cost.size(); i += constraints) sum += cost[i];
  return sum * static_cast<double>(constraints) / static_cast<double>(cost.size());
}

}  // namespace saddle
