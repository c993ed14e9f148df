// SPDX-License-Identifier: Apache-2.0
// Worlds in which a second player works against the first.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <saddle/base/fields.h>
#include <saddle/envs/environment.h>
#include <saddle/envs/wrapper/range.h>

namespace saddle {

enum class Attack { kAdd, kMix, kReplace, kObserve };

/// Who works against the controller, if anybody, and how much it may do.
struct Adversary {
  std::string attack = "none";
  double strength = 0.1;

  void fields(Fields& f) {
    f("attack", attack, {"none", "add", "mix", "replace", "observe"},
      "what a second player, who is trained to earn minus the reward, does: adds to actions or "
      "mixes with them, replaces some, or moves what is observed");
    f("strength", strength, between(0, 1),
      "the most it adds, as a share of half the range; its share of a mixture; or the probability "
      "that it replaces");
  }

  bool operator==(const Adversary&) const = default;
};

/// The inner world, of one agent, as a zero-sum game of two: agent 0, the controller, earns the
/// inner reward, and agent 1, the adversary, minus that. It is an opponent: returns, costs and
/// limits are the controller's. The inner costs are the controller's, and the adversary costs
/// nothing: it attacks what the controller earns, within limits that the controller has to keep.
///
/// In the attacks on actions both choose at once, from the action space of the inner world. Of
/// their actions a and b, with a strength ε and the middle m of the bounds, the inner world sees
///
/// | attack | action |
/// | --- | --- |
/// | `add` | clip(a + ε (b − m)): anything within ε of a, in half the range of each number |
/// | `mix` | (1 − ε) a + ε b, the noisy robust process (NR-MDP) of Tessler et al. |
/// | `replace` | b with probability ε, else a: their probabilistic robust process (PR-MDP) |
///
/// Both observe what the inner world shows, and after it who they are, for agents that have one
/// policy for all. Who acts in a `replace` is drawn from the stream of the world, before the inner
/// world draws.
///
/// In the attack on observations, `observe`, they move in turn (SA-MDP). In odd steps the adversary
/// is shown what the inner world shows, o, and chooses o′ = clip(o + ε h δ), δ in [−1, 1]; h is
/// half the range of a number, 1 if that has no bounds. Meanwhile the controller is shown the
/// middle of each range, and what either does is free. In even steps the controller is shown o′ and
/// acts, and what the adversary does is ignored. So an episode has twice as many steps, and a
/// discount acts as its square. Actions have as many numbers as the longer of o and a; the first
/// ones count, an adversary's from the lower to the upper end of its bounds.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0, …, O − 1 | the inner world's, or what was made of it | |
/// | O | 0 for the controller, 1 for the adversary | [0, 1] |
/// | O + 1 | only with `observe`: whose turn it is, in the same way | [0, 1] |
///
/// A central state is the inner world's, and with `observe` whose turn it is after it.
///
/// Ref  Tessler, Efroni, Mannor 2019, Action robust reinforcement learning and applications in
///      continuous control, arXiv:1901.09184. Zhang et al. 2020, Robust deep reinforcement learning
///      against adversarial perturbations on state observations, arXiv:2003.08938.
class Adversarial final : public Environment {
 public:
  /// `strength` is in [0, 1]. Errors: saddle::Error if the inner world has several agents,
  /// observations that are choices, or actions that such an attack cannot reach: choices but for
  /// kReplace, or numbers without bounds.
  Adversarial(std::unique_ptr<Environment> inner, Attack attack, double strength);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  void central_state(std::span<float> state) const override;
  [[nodiscard]] std::vector<WorldParameter> parameters() override { return inner_->parameters(); }
  [[nodiscard]] std::span<double> limits() override { return inner_->limits(); }
  void draw(Canvas& canvas) const override { inner_->draw(canvas); }

 private:
  void require_attackable() const;
  void take_turns();
  void play(std::span<const float> action, Rng& rng);
  void move_observation(std::span<const float> action);
  void show(std::span<float> observation) const;

  std::unique_ptr<Environment> inner_;
  Attack attack_;
  double strength_;
  EnvironmentSpec spec_;
  std::vector<Range> ranges_;              // [D], of actions that are numbers
  std::vector<Range> observation_ranges_;  // [O]
  std::vector<float> played_;              // [D]
  std::vector<float> seen_;                // [O], what the inner world shows
  std::vector<float> moved_;               // [O], and what the adversary makes of it
  bool adversary_moves_ = false;           // in turns: the next step is its own
};

/// Worlds from `make` with such an adversary; `make` itself without one.
[[nodiscard]] EnvironmentFactory opposed(EnvironmentFactory make, const Adversary& adversary);

}  // namespace saddle
