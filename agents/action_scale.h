// SPDX-License-Identifier: Apache-2.0
// The units of actions: the policy's, in which a bounded action lies in [−1,1], and the world's.
#pragma once

#include <span>
#include <vector>

#include <saddle/envs/environment.h>

namespace saddle {

/// Worlds see center + half · action. Discrete and unbounded actions are the same in both units.
class ActionScale {
 public:
  explicit ActionScale(const Space& action);

  /// Rows of D.
  void to_world(std::span<const float> action, std::span<float> out) const;
  void to_policy(std::span<const float> action, std::span<float> out) const;

 private:
  std::vector<float> center_, half_;  // [D]
};

}  // namespace saddle
