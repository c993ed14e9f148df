// SPDX-License-Identifier: Apache-2.0
// What a unit of entropy is worth: a constant, or learned.
#pragma once

#include <cmath>

#include <saddle/agents/adam.h>
#include <saddle/agents/off_policy/options.h>

namespace saddle {

/// α = e^τ, learned so that the policy's entropy comes to a target H: Adam on
/// J(τ) = −α (E log π + H), whose derivative is J itself. α rises while the entropy is below H.
/// Ref  Haarnoja et al. 2018, arXiv:1812.05905, section 5; α stays positive as an exponential.
class Temperature {
 public:
  /// For a policy of actions of D numbers.
  Temperature(const ActorSettings& settings, std::size_t action_size)
      : learned_(settings.learn_temperature),
        rate_(settings.temperature_rate),
        entropy_(settings.entropy * static_cast<double>(action_size)),
        adam_(1) {
    arena_.add("logarithm", {1});
    arena_.values()[0] = static_cast<float>(std::log(settings.temperature));
  }

  [[nodiscard]] const ParameterArena& arena() const { return arena_; }
  [[nodiscard]] double value() const { return std::exp(static_cast<double>(arena_.values()[0])); }

  /// Given E log π(a) of the policy, and how much of the learning rate is left, from 1 to 0.
  void step(double log_density, double left = 1) {
    if (!learned_) return;
    arena_.gradient()[0] = static_cast<float>(-value() * (log_density + entropy_));
    adam_.step(arena_, left * rate_, 0);
  }

  void state(Archive& archive) {
    arena_.state(archive);
    archive("adam", adam_);
  }

 private:
  bool learned_;
  double rate_, entropy_;
  ParameterArena arena_;
  Adam adam_;
};

}  // namespace saddle
