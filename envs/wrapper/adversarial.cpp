// SPDX-License-Identifier: Apache-2.0
// Games against a world's controller.
#include <saddle/envs/wrapper/adversarial.h>

#include <algorithm>
#include <cmath>

namespace saddle {

Adversarial::Adversarial(std::unique_ptr<Environment> inner, Attack attack, double strength)
    : inner_(std::move(inner)),
      attack_(attack),
      strength_(strength),
      spec_(inner_->spec()),
      ranges_(ranges_of(spec_.action)),
      played_(static_cast<std::size_t>(spec_.action.size)) {
  SADDLE_CHECK(strength >= 0 && strength <= 1, strength);
  require_attackable();
  spec_.agents = 2;
  spec_.observation.low.push_back(0);
  spec_.observation.high.push_back(1);
  ++spec_.observation.size;
}

void Adversarial::require_attackable() const {
  const auto refuse = [this](const char* why) {
    throw Error(concat("world '", spec_.id, "' cannot be a game against its controller: ", why));
  };
  if (spec_.agents != 1) refuse("it has several agents; take one with a single agent");
  if (spec_.observation.is_discrete()) {
    refuse("its observation is one of so many choices; let it observe numbers");
  }
  if (attack_ == Attack::kReplace) return;
  if (spec_.action.is_discrete()) {
    refuse(
        "its actions are choices, which nothing can be added to; let the adversary replace them");
  }
  const auto bounded = [](const Range& r) { return std::isfinite(r.low) && std::isfinite(r.high); };
  if (!std::ranges::all_of(ranges_, bounded)) {
    refuse("its actions have no bounds, so neither would the attack; give them some");
  }
}

void Adversarial::reset(Rng& rng, std::span<float> observation) {
  inner_->reset(rng, observation.first(observation.size() / 2 - 1));
  show_both(observation);
}

bool Adversarial::step(std::span<const float> action, Rng& rng, const Outcome& out) {
  play(action, rng);
  const std::size_t constraints = out.cost.size() / 2;
  const bool ended = inner_->step(played_, rng,
                                  {out.observation.first(out.observation.size() / 2 - 1),
                                   out.reward.first(1), out.cost.first(constraints)});
  show_both(out.observation);
  out.reward[1] = -out.reward[0];
  std::ranges::copy(out.cost.first(constraints), out.cost.last(constraints).begin());
  return ended;
}

void Adversarial::play(std::span<const float> action, Rng& rng) {
  const auto a = action.first(played_.size()), b = action.last(played_.size());
  if (attack_ == Attack::kReplace) {
    std::ranges::copy(rng.uniform() < strength_ ? b : a, played_.begin());
    return;
  }
  for (std::size_t i = 0; i < played_.size(); ++i) {
    const double from = attack_ == Attack::kAdd ? ranges_[i].middle : a[i];
    played_[i] = ranges_[i].clip(a[i] + strength_ * (b[i] - from));
  }
}

/// `observation` [2,O + 1] holds what the inner world shows in its first O numbers.
void Adversarial::show_both(std::span<float> observation) {
  const std::size_t width = observation.size() / 2;
  observation[width - 1] = 0;
  std::ranges::copy(observation.first(width), observation.last(width).begin());
  observation.back() = 1;
}

}  // namespace saddle
