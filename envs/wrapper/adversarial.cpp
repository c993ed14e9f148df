// SPDX-License-Identifier: Apache-2.0
// Games against a world's controller.
#include <saddle/envs/wrapper/adversarial.h>

#include <algorithm>
#include <cmath>

namespace saddle {
namespace {

Attack attack_called(const std::string& name) {
  if (name == "add") return Attack::kAdd;
  if (name == "mix") return Attack::kMix;
  if (name == "replace") return Attack::kReplace;
  SADDLE_CHECK(name == "observe", name);
  return Attack::kObserve;
}

}  // namespace

Adversarial::Adversarial(std::unique_ptr<Environment> inner, Attack attack, double strength)
    : inner_(std::move(inner)),
      attack_(attack),
      strength_(strength),
      spec_(inner_->spec()),
      ranges_(ranges_of(spec_.action)),
      observation_ranges_(ranges_of(spec_.observation)),
      played_(static_cast<std::size_t>(spec_.action.size)),
      seen_(static_cast<std::size_t>(spec_.observation.size)),
      moved_(seen_.size()) {
  SADDLE_CHECK(strength >= 0 && strength <= 1, strength);
  require_attackable();
  spec_.agents = 2;
  spec_.opponents = 1;
  const std::size_t marks = attack == Attack::kObserve ? 2 : 1;
  spec_.observation.low.insert(spec_.observation.low.end(), marks, 0);
  spec_.observation.high.insert(spec_.observation.high.end(), marks, 1);
  spec_.observation.size += static_cast<int>(marks);
  if (attack == Attack::kObserve) take_turns();
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
    refuse("its actions are choices, which no numbers go with; let the adversary replace them");
  }
  const auto bounded = [](const Range& r) { return std::isfinite(r.low) && std::isfinite(r.high); };
  if (!std::ranges::all_of(ranges_, bounded)) {
    refuse("its actions have no bounds, so neither would the attack; give them some");
  }
}

/// Room for moves of either player, and time for both.
void Adversarial::take_turns() {
  const std::size_t room = std::max(played_.size(), seen_.size());
  spec_.action.low.resize(room, -1);
  spec_.action.high.resize(room, 1);
  spec_.action.size = static_cast<int>(room);
  spec_.horizon *= 2;
  spec_.time_step /= 2;
  if (spec_.state > 0) ++spec_.state;
}

void Adversarial::reset(Rng& rng, std::span<float> observation) {
  inner_->reset(rng, seen_);
  adversary_moves_ = attack_ == Attack::kObserve;
  show(observation);
}

bool Adversarial::step(std::span<const float> action, Rng& rng, const Outcome& out) {
  std::ranges::fill(out.reward, 0.0f);
  std::ranges::fill(out.cost, 0.0f);
  bool ended = false;
  if (adversary_moves_) {
    move_observation(action.last(action.size() / 2));
  } else {
    play(action, rng);
    ended = inner_->step(played_, rng,
                         {seen_, out.reward.first(1), out.cost.first(out.cost.size() / 2)});
    out.reward[1] = -out.reward[0];
  }
  if (attack_ == Attack::kObserve) adversary_moves_ = !adversary_moves_;
  show(out.observation);
  return ended;
}

void Adversarial::play(std::span<const float> action, Rng& rng) {
  const auto a = action.first(played_.size()), b = action.last(action.size() / 2);
  if (attack_ == Attack::kObserve) {
    std::ranges::copy(a, played_.begin());
    return;
  }
  if (attack_ == Attack::kReplace) {
    std::ranges::copy(rng.uniform() < strength_ ? b : a, played_.begin());
    return;
  }
  for (std::size_t i = 0; i < played_.size(); ++i) {
    const double from = attack_ == Attack::kAdd ? ranges_[i].middle : a[i];
    played_[i] = ranges_[i].clip(a[i] + strength_ * (b[i] - from));
  }
}

/// `action` is the adversary's; δ is where in its bounds each number is.
void Adversarial::move_observation(std::span<const float> action) {
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    const double middle = i < ranges_.size() ? ranges_[i].middle : 0;
    const double half = i < ranges_.size() ? ranges_[i].half : 1;
    const double delta = half > 0 ? std::clamp((action[i] - middle) / half, -1.0, 1.0) : 0;
    const Range& range = observation_ranges_[i];
    // What is not finite stays, for whoever checks the world.
    moved_[i] =
        std::isfinite(seen_[i]) ? range.clip(seen_[i] + strength_ * range.half * delta) : seen_[i];
  }
}

/// To the controller, then to the adversary, what they may know.
void Adversarial::show(std::span<float> observation) const {
  const std::size_t o = seen_.size(), width = observation.size() / 2;
  const auto own = observation.first(width), others = observation.last(width);
  std::ranges::copy(seen_, others.begin());
  if (attack_ != Attack::kObserve) {
    std::ranges::copy(seen_, own.begin());
  } else if (adversary_moves_) {
    for (std::size_t i = 0; i < o; ++i) own[i] = static_cast<float>(observation_ranges_[i].middle);
  } else {
    std::ranges::copy(moved_, own.begin());
  }
  own[o] = 0;
  others[o] = 1;
  if (width > o + 1) own[o + 1] = others[o + 1] = adversary_moves_ ? 1 : 0;
}

void Adversarial::central_state(std::span<float> state) const {
  if (attack_ == Attack::kObserve) {
    state.back() = adversary_moves_ ? 1 : 0;
    state = state.first(state.size() - 1);
  }
  inner_->central_state(state);
}

EnvironmentFactory opposed(EnvironmentFactory make, const Adversary& adversary) {
  if (adversary.attack == "none") return make;
  return [make = std::move(make), attack = attack_called(adversary.attack),
          strength = adversary.strength] {
    return std::make_unique<Adversarial>(make(), attack, strength);
  };
}

}  // namespace saddle
