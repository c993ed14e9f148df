// SPDX-License-Identifier: Apache-2.0
// The units of actions: the policy's, in which a bounded action lies in [−1,1], and the world's.
#pragma once

#include <span>
#include <vector>

#include <saddle/envs/environment.h>

namespace saddle {

/// Worlds see center + half · action, or squashed center + half · tanh(action), which is never out
/// of bounds. Discrete and unbounded actions are the same in both units.
class ActionScale {
 public:
  explicit ActionScale(const Space& action, bool squash = false);

  /// Rows of D.
  void to_world(std::span<const float> action, std::span<float> out) const;
  /// Of actions that are not squashed.
  void to_policy(std::span<const float> action, std::span<float> out) const;

 private:
  bool squash_;
  std::vector<float> center_, half_;  // [D]
};

}  // namespace saddle
