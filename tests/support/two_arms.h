// SPDX-License-Identifier: Apache-2.0
// A batch of a policy with two actions, for updates.
#pragma once

#include <vector>

#include <saddle/agents/policy_update.h>

#include "tests/support/linear_network.h"

namespace saddle::testing {

/// One state, two actions: every row's observation is 1.
inline EnvironmentSpec two_armed() {
  EnvironmentSpec spec;
  spec.observation = Space::box(1, 1, 1);
  spec.action = Space::discrete(2);
  return spec;
}

/// Its two actions by turns, as a softmax policy that has learned nothing took them; the second is
/// better by 1.
struct TwoArms {
  static constexpr std::size_t kRows = 64;
  Rng rng{3};
  Policy policy{two_armed(), without_layers(), make_linear_network, rng};
  AlignedFloats observation, action, head, log_probability, advantage;

  TwoArms()
      : observation(kRows, 1),
        action(kRows),
        head(2 * kRows),
        log_probability(kRows),
        advantage(kRows) {
    policy.network().forward(observation, head);
    ActionDensity pi;
    pi.of(policy.distribution(), {});
    for (std::size_t i = 0; i < kRows; ++i) {
      action[i] = static_cast<float>(i % 2);
      advantage[i] = action[i] - 0.5f;
      log_probability[i] =
          static_cast<float>(pi.at(std::span<const float>(head).subspan(2 * i, 2))
                                 .log_probability(std::span(action).subspan(i, 1)));
    }
  }

  static NetworkOptions without_layers() {
    NetworkOptions options;
    options.hidden.clear();
    return options;
  }

  /// What pays costs as much, at this multiplier.
  [[nodiscard]] PolicyBatch batch(double multiplier = 0) const {
    return {observation,
            action,
            head,
            {},
            log_probability,
            advantage,
            advantage,
            {1, Eigen::VectorXd::Constant(1, multiplier)},
            Eigen::VectorXd::Zero(1)};
  }

  /// How much likelier the second is, in logits.
  [[nodiscard]] float lead() const {
    std::vector<float> now(2);
    policy.network().forward(std::vector<float>{1}, now);
    return now[1] - now[0];
  }
};

}  // namespace saddle::testing
