// SPDX-License-Identifier: Apache-2.0
// Random constrained decision processes: one for every seed.
#pragma once

#include <cstdint>

#include <saddle/envs/tabular/model.h>

namespace saddle {

struct RandomModelParameters {
  std::uint64_t seed = 0;
  int states = 20;
  int actions = 4;
  int constraints = 2;
  int branches = 4;            ///< successors that are drawn for a pair; some may be the same
  double continuation = 0.95;  ///< γ
};

/// A family of processes, a member a seed.
///
/// State, action  numbers without a meaning.
/// Step    leads to one of `branches` states, drawn for the pair with probabilities that are
///         uniform on the simplex. The start is such a draw over all states.
/// Reward  r(s, a) uniform in [0, 1].
/// Costs   ½ r(s, a) + ½ u with u uniform in [0, 1]: what pays costs. The limits are what the
///         uniform policy costs, rounded up to hundredths: they can be kept, and a policy that
///         only looks for reward breaks them.
[[nodiscard]] TabularModel random_model(const RandomModelParameters& parameters);

}  // namespace saddle
