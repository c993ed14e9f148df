// SPDX-License-Identifier: Apache-2.0
// Worlds in which the rest of the safety budget is part of the state.
#pragma once

#include <memory>
#include <vector>

#include <saddle/envs/wrapper/wrapper.h>

namespace saddle {

struct SauteOptions {
  double discount = 1;
  double unsafe_reward = -1;

  void fields(Fields& f) {
    f("discount", discount, {.low = 0, .high = 1, .open_low = true},
      "γ of the budget; below 1 the limit is spread over the horizon as a discounted one");
    f("unsafe_reward", unsafe_reward, {}, "of a step that ends with the budget overdrawn");
  }
};

/// The inner world with the share of each constraint's budget that is left appended to every
/// agent's observation:
///
///     z_0 = b/d,   z_{t+1} = (z_t − c_t / d′) / γ,   d′ = d (1 − γ^T) / ((1 − γ) T)
///
/// c_t the cost of the step (the mean over agents), d the limit, T the horizon, and b the limit in
/// force, d itself unless limits() say otherwise; with γ = 1, d′ = d and z is (b − cost so far)/d.
/// With d = 0, z_0 = 0 and d′ = 1. Observed is z between ±10. In training a step that ends with
/// some z < 0 pays `unsafe_reward` in place of the reward; costs are the inner world's. z is part
/// of the state like everything else: where an episode is cut at the horizon, the successor shows
/// what was left, and the next episode starts with a full budget.
///
/// | observation | meaning | range |
/// | --- | --- | --- |
/// | 0, …, O − 1 | the inner world's | |
/// | O + k | z of constraint k | [−10, 10] |
///
/// A central state has z appended in the same way.
///
/// Ref  Sootla et al. 2022, arXiv:2202.06558, section 3.
class Saute final : public Environment {
 public:
  using Options = SauteOptions;

  Saute(std::unique_ptr<Environment> inner, const Options& options, std::vector<double> limits,
        Purpose purpose);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return spec_; }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  void central_state(std::span<float> state) const override;
  [[nodiscard]] std::vector<WorldParameter> parameters() override { return inner_->parameters(); }
  [[nodiscard]] std::span<double> limits() override { return in_force_; }
  void draw(Canvas& canvas) const override { inner_->draw(canvas); }

 private:
  static constexpr double kMost = 10;  // of |z|, as observed

  void observe(std::span<float> observation) const;
  float* append_left(float* to) const;

  std::unique_ptr<Environment> inner_;
  Options options_;
  std::vector<double> limits_, in_force_;  // [C], d and b
  Purpose purpose_;
  EnvironmentSpec spec_;
  std::vector<double> budget_;            // [C], d′
  std::vector<double> left_;              // [C], z
  std::vector<float> inner_observation_;  // [A,O]
};

}  // namespace saddle
