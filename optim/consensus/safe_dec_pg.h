// SPDX-License-Identifier: Apache-2.0
// Safe decentralised policy gradient (Safe Dec-PG).
#pragma once

#include <cstdint>

#include <saddle/optim/consensus/consensus_step.h>
#include <saddle/optim/consensus/network.h>
#include <saddle/optim/schedule.h>
#include <saddle/optim/solve.h>

namespace saddle {

/// Agents with objectives and constraints of their own, a single loop: gradient tracking on x and
/// perturbed ascent on each agent's multipliers. In round r = 1, 2, …
///
///     x_i⁺ = P(Σ_j W_ij x_j − β_r v_i)
///     v_i⁺ = Σ_j W_ij v_j + ∇L_i(x_i⁺, λ_i) − ∇L_i(x_i, λ_i⁻)
///     λ_i⁺ = P([1 − ρ γ_r]_+ λ_i + ρ g_i(x_i⁺))       onto λ ≥ 0, ‖λ‖ ≤ σ
///
/// with L_i = f_i + λ_iᵀg_i, λ⁻ the multipliers a round before, β_r = β₀ r^p and
/// γ_r = γ₀ (r + 5)^q; v starts as ∇L_i. All of a round is evaluated on its own samples, but for
/// the last gradient, which is the one kept from the round before and not a new one.
///
/// Differs from the paper, whose equation 11 as printed subtracts ∇L_i(x_i, λ_i): the multipliers
/// never enter v then, and the agents find the optimum without constraints while λ grows for ever.
/// Its proof uses the form above. It also starts at v = 0, with which the agents' mean stands
/// still, and its 1 − ρ γ_r is negative in early rounds if ρ is large, where ours is 0.
///
/// A perturbation leaves a violation of γ_r λ, so p = q = −½ approach the solution as r^{−½}, with
/// a rate of O(log N/√N) in the squared gap for nonconvex problems; a constant γ stays away by γ λ;
/// with γ = 0 and constant steps strongly convex problems are solved linearly, others may cycle.
/// Multipliers are n times those of (1/n) Σ f_i subject to all g_i ≤ 0. Equalities get ones of
/// either sign.
/// Ref  Lu, Zhang, Chen, Başar and Horesh 2021, "Decentralized policy gradient descent ascent for
///      safe multi-agent reinforcement learning", AAAI 35(10), equations 10 to 13.
class SafeDecPg final : public Method<ConstrainedNetwork> {
 public:
  struct Options {
    double step_x = 0.1;
    double exponent = -0.5;
    double step_y = 1;
    double perturbation = 1;
    double perturbation_exponent = -0.5;
    double maximum = 1e6;
    TrackingStep::Options mixing;

    void fields(Fields& f) {
      f("step_x", step_x, positive(), "primal step β₀ of the first round");
      f("exponent", exponent, between(-1, 0), "the primal step falls as rounds to this power p");
      f("step_y", step_y, positive(), "dual step ρ");
      f("perturbation", perturbation, at_least(0), "γ₀, what multipliers forget, over ρ");
      f("perturbation_exponent", perturbation_exponent, between(-1, 0),
        "the perturbation falls as rounds + 5 to this power q");
      f("maximum", maximum, positive(), "largest norm σ of an agent's multipliers");
      mixing.fields(f);
    }
  };

  explicit SafeDecPg(const Options& options);

  void step(ConstrainedNetwork& network, ConstrainedNetwork::Point& z) override;
  void state(Archive& archive) override;

  [[nodiscard]] const TrackingStep& mixing_step() const { return mixing_step_; }

 private:
  Options options_;
  TrackingStep mixing_step_;
  AgentVectors gradients_;  ///< ∇L_i at x, with the multipliers a round before
  std::int64_t round_ = 0;
};

}  // namespace saddle
