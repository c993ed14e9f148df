// SPDX-License-Identifier: Apache-2.0
// Targets of critics.
#include <saddle/agents/off_policy/target.h>

namespace saddle {

void td_target(std::span<const float> signal, std::span<const float> terminated,
               std::span<const float> next_value, double gamma, std::span<float> target) {
  const std::size_t n = terminated.size();
  SADDLE_CHECK(signal.size() == target.size() && next_value.size() == target.size() &&
                   target.size() % n == 0,
               signal.size(), next_value.size(), target.size(), n);
  const std::size_t signals = target.size() / n;
  for (std::size_t i = 0; i < target.size(); ++i) {
    // A value after the end is no number that counts, whatever it is.
    const bool ended = terminated[i / signals] != 0;
    target[i] = signal[i] + (ended ? 0.0f : static_cast<float>(gamma) * next_value[i]);
  }
}

void follow(const ParameterArena& leader, double tau, ParameterArena& follower) {
  const std::span<const float> from = leader.values();
  const std::span<float> to = follower.values();
  SADDLE_CHECK(from.size() == to.size(), from.size(), to.size());
  const auto share = static_cast<float>(tau);
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += share * (from[i] - to[i]);
}

}  // namespace saddle
