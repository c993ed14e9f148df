// SPDX-License-Identifier: Apache-2.0
// Sauté worlds.
#include <saddle/envs/wrapper/saute.h>

#include <algorithm>
#include <cmath>

#include <saddle/envs/wrapper/team_cost.h>

namespace saddle {

Saute::Saute(std::unique_ptr<Environment> inner, const Options& options, std::vector<double> limits,
             Purpose purpose)
    : inner_(std::move(inner)),
      options_(options),
      limits_(std::move(limits)),
      in_force_(limits_),
      purpose_(purpose),
      spec_(inner_->spec()),
      left_(limits_.size(), 0),
      inner_observation_(static_cast<std::size_t>(spec_.agents * spec_.observation.size)) {
  SADDLE_CHECK(limits_.size() == spec_.constraints.size(), limits_.size());
  SADDLE_CHECK(!spec_.observation.is_discrete());
  const double horizon = spec_.horizon, discount = options_.discount;
  const double spread =
      discount < 1 ? (1 - std::pow(discount, horizon)) / ((1 - discount) * horizon) : 1;
  for (const double limit : limits_) {
    budget_.push_back(limit > 0 ? limit * spread : 1);
    spec_.observation.low.push_back(static_cast<float>(-kMost));
    spec_.observation.high.push_back(static_cast<float>(kMost));
  }
  spec_.observation.size += spec_.constraint_count();
  if (spec_.state > 0) spec_.state += spec_.constraint_count();
}

void Saute::reset(Rng& rng, std::span<float> observation) {
  for (std::size_t k = 0; k < left_.size(); ++k) {
    left_[k] = limits_[k] > 0 ? in_force_[k] / limits_[k] : 0;
  }
  inner_->reset(rng, inner_observation_);
  observe(observation);
}

bool Saute::step(std::span<const float> action, Rng& rng, const Outcome& out) {
  const bool ended = inner_->step(action, rng, {inner_observation_, out.reward, out.cost});
  bool overdrawn = false;
  for (std::size_t k = 0; k < left_.size(); ++k) {
    const double cost = team_cost(out.cost, k, left_.size());
    left_[k] = (left_[k] - cost / budget_[k]) / options_.discount;
    overdrawn = overdrawn || left_[k] < 0;
  }
  if (overdrawn && purpose_ == Purpose::kTraining) {
    std::ranges::fill(out.reward, static_cast<float>(options_.unsafe_reward));
  }
  observe(out.observation);
  return ended;
}

void Saute::observe(std::span<float> observation) const {
  const auto agents = static_cast<std::size_t>(spec_.agents);
  const std::size_t o = inner_observation_.size() / agents;
  float* to = observation.data();
  for (std::size_t agent = 0; agent < agents; ++agent) {
    to = append_left(std::copy_n(inner_observation_.data() + agent * o, o, to));
  }
}

void Saute::central_state(std::span<float> state) const {
  const auto inner = state.first(state.size() - left_.size());
  inner_->central_state(inner);
  append_left(inner.data() + inner.size());
}

/// Returns where it ends.
float* Saute::append_left(float* to) const {
  for (const double left : left_) *to++ = static_cast<float>(std::clamp(left, -kMost, kMost));
  return to;
}

}  // namespace saddle
