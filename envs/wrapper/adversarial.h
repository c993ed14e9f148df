// SPDX-License-Identifier: Apache-2.0
// Worlds in which a second player works against the first.
#pragma once

#include <memory>
#include <vector>

#include <saddle/envs/environment.h>
#include <saddle/envs/wrapper/range.h>

namespace saddle {

enum class Attack { kAdd, kMix, kReplace };

/// The inner world, of one agent, as a zero-sum game of two: agent 0, the controller, earns the
/// inner reward, and agent 1, the adversary, minus that. Both choose at once, from the action space
/// of the inner world. Of their actions a and b, with a strength ε and the middle m of the bounds,
/// the inner world sees
///
/// | attack | action |
/// | --- | --- |
/// | `kAdd` | clip(a + ε (b − m)): anything within ε of a, in half the range of each number |
/// | `kMix` | (1 − ε) a + ε b, the noisy robust process (NR-MDP) of Tessler et al. |
/// | `kReplace` | b with probability ε, else a: their probabilistic robust process (PR-MDP) |
///
/// Costs are the inner world's, the same for both players, so that their mean, which limits are
/// about, is what the inner world costs. Both observe what the inner world shows, and after it who
/// they are, for agents that have one policy for all:
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0, …, O − 1 | the inner world's | |
/// | O | 0 for the controller, 1 for the adversary | [0, 1] |
///
/// Who acts in a `kReplace` is drawn from the stream of the world, before the inner world draws.
///
/// There is no attack on observations: it would answer the very state that the controller is about
/// to see, so the players would move in turn, and its actions have another size than theirs, while
/// the agents of a world share their spaces.
///
/// Ref  Tessler, Efroni, Mannor 2019, Action robust reinforcement learning and applications in
///      continuous control, arXiv:1901.09184.
class Adversarial final : public Environment {
 public:
  /// `strength` is in [0, 1]. Errors: saddle::Error if the inner world has several agents,
  /// observations that are choices, or actions that such an attack cannot reach: choices but for
  /// kReplace, or numbers without bounds.
  Adversarial(std::unique_ptr<Environment> inner, Attack attack, double strength);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  [[nodiscard]] std::vector<PhysicalParameter> parameters() override {
    return inner_->parameters();
  }
  void draw(Canvas& canvas) const override { inner_->draw(canvas); }

 private:
  void require_attackable() const;
  void play(std::span<const float> action, Rng& rng);
  static void show_both(std::span<float> observation);

  std::unique_ptr<Environment> inner_;
  Attack attack_;
  double strength_;
  EnvironmentSpec spec_;
  std::vector<Range> ranges_;  // [D]
  std::vector<float> played_;  // [D]
};

}  // namespace saddle
