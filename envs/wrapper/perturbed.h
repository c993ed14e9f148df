// SPDX-License-Identifier: Apache-2.0
// Worlds with noise, bias, weak actuators, delay, and physics that varies.
#pragma once

#include <memory>
#include <vector>

#include <saddle/base/fields.h>
#include <saddle/envs/environment.h>
#include <saddle/envs/wrapper/family.h>
#include <saddle/envs/wrapper/range.h>

namespace saddle {

/// By how much of itself a parameter is greater than in the bare world.
struct ParameterError {
  std::string name, doc;
  double error = 0;

  bool operator==(const ParameterError&) const = default;
};

/// How a world is perturbed; where all is 0, it is not.
struct Perturbation {
  double observation_noise = 0;
  double observation_bias = 0;
  double action_noise = 0;
  double action_bias = 0;
  double action_gain_error = 0;
  std::int64_t action_delay = 0;
  double physics_spread = 0;
  double limit_spread = 0;
  std::vector<std::int64_t> hide = {};
  std::vector<ParameterError> parameters = {};  ///< as perturbable() lists them for a world
  Family family = {};                           ///< of which each episode is in a member

  /// Without those of the family, which lists itself.
  void fields(Fields& f) {
    f("observation_noise", observation_noise, at_least(0),
      "standard deviation of what is added to each observed number, as a share of half its range");
    f("observation_bias", observation_bias, {},
      "what is always added to each observed number, as a share of half its range");
    f("hide", hide, at_least(0),
      "which numbers of an observation are not seen, from 0 on: each is the middle of its range");
    f("action_noise", action_noise, at_least(0),
      "the same for each number of an action; where actions are choices, the probability of a "
      "random one");
    f("action_bias", action_bias, {},
      "what is always added to each number of an action, as a share of half its range");
    f("action_gain_error", action_gain_error, at_least(-1),
      "how much stronger an action comes out than meant; -0.2: as 80 % of it");
    f("action_delay", action_delay, between(0, 1000), "steps until an action is played");
    f("physics_spread", physics_spread, {.low = 0, .high = 1, .open_high = true},
      "by how much of itself each physical parameter may differ, either way, from episode to "
      "episode");
    f("limit_spread", limit_spread, {.low = 0, .high = 1, .open_high = true},
      "the same of each limit beyond which a step costs");
    for (ParameterError& parameter : parameters) {
      f(parameter.name + "_error", parameter.error, {.low = -1, .open_low = true},
        concat("by how much of itself it is greater than the world says; in ", parameter.doc));
    }
  }

  bool operator==(const Perturbation&) const = default;

  [[nodiscard]] bool is_nothing() const;
};

/// The inner world, of which the agent observes and does something other than it means to:
///
///     o′ = o + h (b_o + σ_o ξ)
///     a′ = m + (1 + g) (a_{t−d} − m) + h (b_a + σ_a ξ)
///
/// ξ standard normal, anew for each number of each agent; m and h the middle of a number's bounds
/// and half their distance, but h = 1, and m what is nearest to 0, where a bound is infinite; σ is
/// `noise`, b `bias`, g `action_gain_error` and d `action_delay`. Both are clipped to their bounds.
/// In the first d steps of an episode a_{t−d} is m. A number that is hidden is m always.
///
/// A parameter p of the world, or of the member of its Family that an episode is in, is
/// p (1 + e) (1 + s υ) in an episode, with υ uniform in [−1, 1), e its `error` and s
/// `physics_spread`, `limit_spread` or, of a goal, 0, but no less and no more than the world
/// takes.
///
/// Where an action is a choice, the one of d steps ago is played, choice 0 in the first d steps;
/// with probability σ_a any choice instead, all alike. Rewards and costs are the inner world's, of
/// what it did in truth.
///
/// All that is random comes from the stream of the world: the member of a family, then the spread
/// of parameters, before what the inner world draws for its start, noise of actions before what it
/// draws in a step, and that of observations after it. What tells the member has no noise. A
/// central state is the inner world's, as it is in truth, and what tells the member after it.
class Perturbed final : public Environment {
 public:
  /// Errors: as require_perturbable().
  Perturbed(std::unique_ptr<Environment> inner, const Perturbation& perturbation);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  void central_state(std::span<float> state) const override;
  [[nodiscard]] std::span<double> limits() override { return inner_->limits(); }
  void draw(Canvas& canvas) const override { inner_->draw(canvas); }

 private:
  struct Disturbed {
    WorldParameter parameter;
    double scale;  // 1 and its error
  };

  [[nodiscard]] double spread(WorldParameter::Kind kind) const;
  void set_parameters(Rng& rng);
  [[nodiscard]] std::span<float> inner_part(std::span<float> observation);
  void observe(Rng& rng, std::span<float> inner, std::span<float> observation) const;
  void delay();
  void disturb(Rng& rng);

  std::unique_ptr<Environment> inner_;
  Perturbation perturbation_;
  EnvironmentSpec spec_;
  FamilyMember member_;
  std::vector<Disturbed> parameters_;
  std::vector<Range> observation_ranges_, action_ranges_;  // [O], [D]
  std::vector<float> inner_observation_;                   // [A,O], if more is observed
  std::vector<float> played_;                              // [A,D]
  std::vector<float> queue_;  // [d,A,D], a ring of actions not yet played
  std::size_t oldest_ = 0;    // of the ring, where it starts
};

/// No perturbation yet, of a world with such parameters.
[[nodiscard]] Perturbation perturbable(Environment& world);

/// Errors: saddle::Error if the world has no such perturbation: noise of an observation that is one
/// of so many choices, bias and gain of such an action, numbers to hide that it has not, or
/// parameters that it does not list; or no such family.
void require_perturbable(Environment& world, const Perturbation& perturbation);

/// Worlds from `make`, perturbed; `make` itself if there is nothing to perturb.
[[nodiscard]] EnvironmentFactory perturbed(EnvironmentFactory make,
                                           const Perturbation& perturbation);

}  // namespace saddle
