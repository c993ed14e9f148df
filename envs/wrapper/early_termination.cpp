// SPDX-License-Identifier: Apache-2.0
// Early termination.
#include <saddle/envs/wrapper/early_termination.h>

#include <algorithm>

#include <saddle/envs/wrapper/team_cost.h>

namespace saddle {

EarlyTermination::EarlyTermination(std::unique_ptr<Environment> inner, const Options&,
                                   std::vector<double> limits, Purpose purpose)
    : inner_(std::move(inner)),
      limits_(std::move(limits)),
      allowed_(limits_),
      purpose_(purpose),
      cost_(limits_.size(), 0) {
  SADDLE_CHECK(limits_.size() == spec().constraints.size(), limits_.size());
}

void EarlyTermination::reset(Rng& rng, std::span<float> observation) {
  allowed_ = limits_;
  std::ranges::fill(cost_, 0.0);
  inner_->reset(rng, observation);
}

bool EarlyTermination::step(std::span<const float> action, Rng& rng, const Outcome& out) {
  bool ended = inner_->step(action, rng, out);
  if (purpose_ == Purpose::kEvaluation) return ended;
  bool over = false;
  for (std::size_t k = 0; k < cost_.size(); ++k) {
    cost_[k] += team_cost(out.cost, k, cost_.size());
    over = over || cost_[k] > allowed_[k];
  }
  if (over) std::ranges::fill(out.reward, 0.0f);
  return ended || over;
}

}  // namespace saddle
