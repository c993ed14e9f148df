// SPDX-License-Identifier: Apache-2.0
// Layout of the rollout memory.
#include <saddle/agents/rollout.h>

#include <algorithm>

namespace saddle {

Rollout::Rollout(const EnvironmentSpec& spec, int head_size, int steps, int worlds,
                 std::size_t values, std::size_t state_size)
    : steps_(steps),
      worlds_(worlds),
      agents_(static_cast<std::size_t>(spec.agents)),
      observation_size_(static_cast<std::size_t>(spec.observation.size)),
      action_size_(static_cast<std::size_t>(spec.action.size)),
      constraints_(spec.constraints.size()),
      state_size_(state_size) {
  SADDLE_CHECK(steps > 0 && worlds > 0, steps, worlds);
  const std::size_t per_step = static_cast<std::size_t>(worlds) * agents_;
  const std::size_t n = static_cast<std::size_t>(steps) * per_step;
  observation.resize((n + per_step) * observation_size_);
  next_observation.resize(n * observation_size_);
  state.resize((n + per_step) / agents_ * state_size_);
  next_state.resize(n / agents_ * state_size_);
  drawn.resize(n * action_size_);
  action.resize(n * action_size_);
  head.resize(n * static_cast<std::size_t>(head_size));
  value.resize(n * values);
  log_probability.resize(n);
  reward.resize(n);
  cost.resize(n * constraints_);
  terminated.resize(n / agents_);
  truncated.resize(n / agents_);
}

Rollout::Rows Rollout::rows(int t, WorldRange worlds) const {
  SADDLE_CHECK(t >= 0 && t < steps_ && worlds.first >= 0 && worlds.count >= 0 &&
                   worlds.first + worlds.count <= worlds_,
               t, worlds.first, worlds.count);
  const auto first = static_cast<std::size_t>(t) * static_cast<std::size_t>(worlds_) +
                     static_cast<std::size_t>(worlds.first);
  return {first * agents_, static_cast<std::size_t>(worlds.count) * agents_};
}

StepView Rollout::slot(int t, WorldRange worlds) {
  const auto [first, count] = rows(t, worlds);
  const auto part = [first = first, count = count](auto& array, std::size_t width) {
    return std::span(array).subspan(first * width, count * width);
  };
  // Of worlds, and where the next step's are.
  const std::size_t world = first / agents_, n = count / agents_;
  const std::size_t next = world + static_cast<std::size_t>(worlds_);
  return {
      part(action, action_size_),
      part(next_observation, observation_size_),
      std::span(observation).subspan(next * agents_ * observation_size_, count * observation_size_),
      part(reward, 1),
      part(cost, constraints_),
      std::span(terminated).subspan(world, n),
      std::span(truncated).subspan(world, n),
      std::span(next_state).subspan(world * state_size_, n * state_size_),
      std::span(state).subspan(next * state_size_, n * state_size_)};
}

std::span<float> Rollout::first_observation(WorldRange worlds) {
  const auto [first, count] = rows(0, worlds);
  return std::span(observation).subspan(first * observation_size_, count * observation_size_);
}

std::span<float> Rollout::first_state(WorldRange worlds) {
  const auto [first, count] = rows(0, worlds);
  return std::span(state).subspan(first / agents_ * state_size_, count / agents_ * state_size_);
}

std::vector<double> Rollout::add_to(EpisodeTracker& episodes, const CostMeasure& measure) const {
  const auto worlds = static_cast<std::size_t>(worlds_);
  const std::size_t costs = agents_ * constraints_;
  std::vector<double> before;
  for (std::size_t t = 0; t < static_cast<std::size_t>(steps_); ++t) {
    const std::size_t first = t * worlds;
    for (std::size_t world = 0; measure.reshapes() && world < worlds; ++world) {
      const Episode& episode = episodes.current(static_cast<int>(world));
      if (measure.each_agent()) {
        before.insert(before.end(), episode.cost.begin(), episode.cost.end());
        continue;
      }
      for (std::size_t k = 0; k < constraints_; ++k) {
        before.push_back(episode.team_cost(static_cast<int>(k)));
      }
    }
    episodes.add(std::span(reward).subspan(first * agents_, worlds * agents_),
                 std::span(cost).subspan(first * costs, worlds * costs),
                 std::span(terminated).subspan(first, worlds),
                 std::span(truncated).subspan(first, worlds));
  }
  return before;
}

double Rollout::team_cost(std::size_t step, std::size_t constraint) const {
  const std::size_t first = step * agents_ * constraints_ + constraint;
  double sum = 0;
  for (std::size_t a = 0; a < agents_; ++a) {
    sum += cost[first + a * constraints_] / static_cast<double>(agents_);
  }
  return sum;
}

void Rollout::restart() {
  const auto worlds = static_cast<std::size_t>(worlds_);
  const auto move_last = [](AlignedFloats& all, std::size_t width) {
    std::copy(all.end() - static_cast<std::ptrdiff_t>(width), all.end(), all.begin());
  };
  move_last(observation, worlds * agents_ * observation_size_);
  move_last(state, worlds * state_size_);
}

}  // namespace saddle
