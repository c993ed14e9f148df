// SPDX-License-Identifier: Apache-2.0
// Worlds whose episodes end where a cost exceeds its limit.
#pragma once

#include <memory>
#include <vector>

#include <saddle/envs/wrapper/wrapper.h>

namespace saddle {

/// The inner world, except that in training an episode terminates at the first step after which
/// the cost of some constraint (the mean over agents, summed since the reset) is above its limit.
/// That step pays no reward. Costs are the inner world's, so those of training hardly exceed the
/// limit by construction; only an evaluation, which ends no episode, says what the policy costs.
/// Ref  Sun et al. 2021, arXiv:2107.04200.
class EarlyTermination final : public Environment {
 public:
  struct Options {
    void fields(Fields&) {}
  };

  EarlyTermination(std::unique_ptr<Environment> inner, const Options&, std::vector<double> limits,
                   Purpose purpose);

  [[nodiscard]] const EnvironmentSpec& spec() const override { return inner_->spec(); }
  void reset(Rng& rng, std::span<float> observation) override;
  [[nodiscard]] bool step(std::span<const float> action, Rng& rng, const Outcome& out) override;
  void central_state(std::span<float> state) const override { inner_->central_state(state); }
  [[nodiscard]] std::vector<WorldParameter> parameters() override { return inner_->parameters(); }
  [[nodiscard]] std::span<double> limits() override { return limits_; }
  void draw(Canvas& canvas) const override { inner_->draw(canvas); }

 private:
  std::unique_ptr<Environment> inner_;
  std::vector<double> limits_, allowed_;  // [C], of episodes to come and of this one
  Purpose purpose_;
  std::vector<double> cost_;  // [C], since the reset
};

}  // namespace saddle
