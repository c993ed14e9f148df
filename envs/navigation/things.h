// SPDX-License-Identifier: Apache-2.0
// The kinds of things in a navigation world.
#pragma once

#include <array>
#include <cstddef>

namespace saddle {

/// What there may be besides the robot, in the order in which it is placed and seen.
enum class Thing { kButton, kGoal, kHazard, kPillar, kGremlin, kVase, kBox };

inline constexpr std::array kAllThings{Thing::kButton, Thing::kGoal,    Thing::kHazard,
                                       Thing::kPillar, Thing::kGremlin, Thing::kVase,
                                       Thing::kBox};

/// A value for every kind of thing.
template <class Value>
class PerThing {
 public:
  [[nodiscard]] Value& operator[](Thing thing) { return values_[static_cast<std::size_t>(thing)]; }
  [[nodiscard]] const Value& operator[](Thing thing) const {
    return values_[static_cast<std::size_t>(thing)];
  }

 private:
  std::array<Value, kAllThings.size()> values_{};
};

}  // namespace saddle
