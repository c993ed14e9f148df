// SPDX-License-Identifier: Apache-2.0
// Random walks through one world, in memory that tells what was written.
#include <algorithm>
#include <cmath>

#include <saddle/envs/contract_walks.h>

namespace saddle::walks {
namespace {

/// Memory for one quantity, that tells what was written.
class GuardedMemory {
 public:
  explicit GuardedMemory(std::size_t size) : room_(size + 2 * kGuard, kUntouched) {}

  [[nodiscard]] std::span<float> inside() {
    return std::span(room_).subspan(kGuard, room_.size() - 2 * kGuard);
  }
  void clear() { std::ranges::fill(inside(), kUntouched); }
  [[nodiscard]] bool guards_intact() const {
    const auto untouched = [](float value) { return value == kUntouched; };
    return std::all_of(room_.begin(), room_.begin() + kGuard, untouched) &&
           std::all_of(room_.end() - kGuard, room_.end(), untouched);
  }
  [[nodiscard]] static bool written(float value) { return value != kUntouched; }

 private:
  static constexpr std::ptrdiff_t kGuard = 16;
  static constexpr float kUntouched = 1.2345679e30f;  // no world means this very number

  std::vector<float> room_;
};

/// One world, without the checks and corrections of VectorEnvironment but with its rules.
class Player {
 public:
  Player(const EnvironmentFactory& make, const Rng& rng)
      : world_(make()),
        spec_(world_->spec()),
        rng_(rng),
        action_(size_of(spec_.agents) * size_of(spec_.action.size)),
        observation_(size_of(spec_.agents) * size_of(spec_.observation.size)),
        state_(size_of(spec_.state)),
        reward_(size_of(spec_.agents)),
        cost_(size_of(spec_.agents) * spec_.constraints.size()) {}

  [[nodiscard]] const EnvironmentSpec& spec() const { return spec_; }
  [[nodiscard]] const Rng& rng() const { return rng_; }
  [[nodiscard]] int length() const { return length_; }
  [[nodiscard]] bool terminated() const { return terminated_; }
  [[nodiscard]] bool ended() const { return terminated_ || length_ >= spec_.horizon; }

  GuardedMemory& observation() { return observation_; }
  GuardedMemory& state() { return state_; }
  GuardedMemory& reward() { return reward_; }
  GuardedMemory& cost() { return cost_; }

  void reset() {
    length_ = 0;
    terminated_ = false;
    observation_.clear();
    world_->reset(rng_, observation_.inside());
    write_state();
  }

  void step(Rng& draws) {
    draw_action(spec_, draws, action_);
    const std::size_t d = size_of(spec_.action.size);
    for (std::size_t j = 0; j < action_.size() && !spec_.action.is_discrete(); ++j) {
      action_[j] = std::clamp(action_[j], spec_.action.low[j % d], spec_.action.high[j % d]);
    }
    for (GuardedMemory* memory : {&observation_, &reward_, &cost_}) memory->clear();
    terminated_ =
        world_->step(action_, rng_, {observation_.inside(), reward_.inside(), cost_.inside()});
    ++length_;
    write_state();
  }

  /// What the player shows now.
  [[nodiscard]] History::Shown shown() { return {observation_.inside(), state_.inside()}; }

 private:
  void write_state() {
    state_.clear();
    if (spec_.state > 0) world_->central_state(state_.inside());
  }

  std::unique_ptr<Environment> world_;
  EnvironmentSpec spec_;
  Rng rng_;
  std::vector<float> action_;
  GuardedMemory observation_, state_, reward_, cost_;
  int length_ = 0;
  bool terminated_ = false;
};

/// Looks at what a player has just done and writes the first fault of each kind down.
class Watch {
 public:
  explicit Watch(Player& player) : player_(player) { tally_.horizon = player.spec().horizon; }

  void after_reset() { look_at_shown(); }

  void after_step() {
    look_at_shown();
    look(player_.reward(), "reward");
    look(player_.cost(), "cost");
    if (!player_.ended()) return;
    ++tally_.episodes;
    tally_.terminated += player_.terminated();
    tally_.ended_at_horizon += player_.terminated() && player_.length() == player_.spec().horizon;
  }

  [[nodiscard]] Tally take() { return std::move(tally_); }

 private:
  template <class... Words>
  void note(std::string& fault, const Words&... words) const {
    if (!fault.empty()) return;
    const std::string when =
        player_.length() == 0
            ? concat("at the reset of episode ", tally_.episodes + 1)
            : concat("at step ", player_.length(), " of episode ", tally_.episodes + 1);
    fault = concat(when, ", ", words...);
  }

  void look_at_shown() {
    look(player_.observation(), "observation");
    look(player_.state(), "central state");
  }

  void look(GuardedMemory& memory, const std::string& quantity) {
    const std::span<float> values = memory.inside();
    if (!memory.guards_intact()) {
      note(tally_.memory, "the world wrote beside the ", values.size(), " numbers of its ",
           quantity, "; write as many as its spec says");
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!GuardedMemory::written(values[i])) {
        note(tally_.memory, quantity, ' ', i, " was not written; write all of the outcome");
      } else if (!std::isfinite(values[i])) {
        note(tally_.finite, quantity, ' ', i, " was ", values[i], "; it must be finite");
      } else if (quantity == "cost" && values[i] < 0) {
        note(tally_.costs, quantity, ' ', i, " was ", values[i], "; it must be at least 0");
      }
    }
    if (quantity == "observation") look_at_space(values);
  }

  void look_at_space(std::span<const float> values) {
    const Space& space = player_.spec().observation;
    const std::size_t o = size_of(space.size);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float value = values[i];
      if (!GuardedMemory::written(value) || !std::isfinite(value)) continue;
      if (space.is_discrete() && !space.contains({&values[i], 1})) {
        note(tally_.spaces, "observation ", i, " was ", value, ", none of the ", space.count,
             " choices; observe a whole number from 0 on");
      } else if (!space.is_discrete() && (value < space.low[i % o] || value > space.high[i % o])) {
        note(tally_.spaces, "observation ", i, " was ", value, ", outside [", space.low[i % o],
             ", ", space.high[i % o], "]; widen the space, or clip what is observed");
      }
    }
  }

  Player& player_;
  Tally tally_;
};

/// Steps the player once, resets it if that ended an episode, and writes both down.
void step_and_record(Player& player, Rng& draws, History& history) {
  player.step(draws);
  const auto copy = [](std::span<const float> x) { return std::vector(x.begin(), x.end()); };
  const std::vector<float> next = copy(player.shown().observation);
  const std::vector<float> next_state = copy(player.shown().state);
  const bool terminated = player.terminated(), ended = player.ended();
  if (ended) player.reset();
  history.append({next, next_state}, player.shown(), player.reward().inside(),
                 player.cost().inside(),
                 static_cast<float>(terminated + 2 * (ended && !terminated)));
}

}  // namespace

Tally long_walk(const EnvironmentFactory& make, std::uint64_t seed, int steps) {
  Player player(make, Rng(seed, stream_id(kWorldStream, 0)));
  Watch watch(player);
  Rng draws(seed, stream_id(kActionStream, 0));
  try {
    player.reset();
    watch.after_reset();
    for (int t = 0; t < steps; ++t) {
      player.step(draws);
      watch.after_step();
      if (!player.ended()) continue;
      player.reset();
      watch.after_reset();
    }
  } catch (const std::exception& exception) {
    throw Error(concat("after ", player.length(),
                       " steps of an episode the world threw: ", exception.what()));
  }
  return watch.take();
}

std::pair<History, History> used_and_fresh(const EnvironmentFactory& make, std::uint64_t seed,
                                           int steps) {
  constexpr int kRounds = 10;
  Player used(make, Rng(seed, stream_id(kWorldStream, 0)));
  std::pair<History, History> histories(used.spec(), used.spec());
  Rng draws(seed, stream_id(kActionStream, 0));
  used.reset();
  for (int round = 0; round < kRounds; ++round) {
    History unseen(used.spec());
    for (int t = 0; t < steps / kRounds / 2; ++t) step_and_record(used, draws, unseen);
    Player fresh(make, used.rng());
    Rng same_draws = draws;
    const auto live = [&](Player& player, Rng& rng, History& history) {
      player.reset();
      const std::vector<float> none_of(player.spec().constraints.size() *
                                       size_of(player.spec().agents));
      history.append(player.shown(), player.shown(), std::vector<float>(history.rewards), none_of,
                     0);
      for (int t = 0; t < steps / kRounds / 2; ++t) step_and_record(player, rng, history);
    };
    live(used, draws, histories.first);
    live(fresh, same_draws, histories.second);
  }
  return histories;
}

}  // namespace saddle::walks
