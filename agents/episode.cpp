// SPDX-License-Identifier: Apache-2.0
// Episode sums and their means.
#include <saddle/agents/episode.h>

#include <cmath>
#include <utility>

namespace saddle {
namespace {

/// The mean over the first `team` of all agents of entry `constraint` of their rows.
double team_mean(const std::vector<double>& values, std::size_t agents, std::size_t team,
                 int constraint) {
  const std::size_t constraints = values.size() / agents;
  double sum = 0;
  for (auto i = static_cast<std::size_t>(constraint); i < team * constraints; i += constraints) {
    sum += values[i];
  }
  return sum / static_cast<double>(team);
}

}  // namespace

double Episode::team_return() const {
  return team_mean(reward, reward.size(), reward.size() - opponents, 0);
}

double Episode::team_cost(int constraint) const {
  return team_mean(cost, reward.size(), reward.size() - opponents, constraint);
}

double Episode::team_discounted_cost(int constraint) const {
  return team_mean(discounted_cost, reward.size(), reward.size() - opponents, constraint);
}

Episode Episode::of_agent(std::size_t agent) const {
  const std::size_t constraints = cost.size() / reward.size();
  const auto own = [&](const std::vector<double>& of, std::size_t width) -> std::vector<double> {
    if (of.empty()) return {};
    const auto first = of.begin() + static_cast<std::ptrdiff_t>(agent * width);
    return {first, first + static_cast<std::ptrdiff_t>(width)};
  };
  return {own(reward, 1), own(cost, constraints), length, own(discounted_cost, constraints)};
}

void Episode::add(std::span<const float> step_reward, std::span<const float> step_cost,
                  double discount) {
  SADDLE_CHECK(step_reward.size() == reward.size() && step_cost.size() == cost.size() &&
               discounted_cost.size() == cost.size());
  const bool discounted = discount < 1 && !cost.empty();
  const double share = discounted ? std::pow(discount, static_cast<double>(length)) : 1;
  for (std::size_t i = 0; i < reward.size(); ++i) reward[i] += step_reward[i];
  for (std::size_t i = 0; i < cost.size(); ++i) {
    cost[i] += step_cost[i];
    discounted_cost[i] += share * step_cost[i];
  }
  ++length;
}

Episode Episode::empty(int agents, int constraints, int opponents) {
  const auto a = static_cast<std::size_t>(agents), c = static_cast<std::size_t>(constraints);
  return {std::vector<double>(a, 0), std::vector<double>(a * c, 0), 0,
          std::vector<double>(a * c, 0), static_cast<std::size_t>(opponents)};
}

EpisodeTracker::EpisodeTracker(int worlds, int agents, int constraints, int horizon,
                               double discount, int opponents)
    : agents_(agents),
      constraints_(constraints),
      horizon_(horizon),
      discount_(discount),
      opponents_(opponents),
      current_(static_cast<std::size_t>(worlds), Episode::empty(agents, constraints, opponents)) {}

void EpisodeTracker::add(std::span<const float> reward, std::span<const float> cost,
                         std::span<const std::uint8_t> terminated,
                         std::span<const std::uint8_t> truncated) {
  const auto agents = static_cast<std::size_t>(agents_);
  const std::size_t costs = agents * static_cast<std::size_t>(constraints_);
  for (std::size_t world = 0; world < current_.size(); ++world) {
    current_[world].add(reward.subspan(world * agents, agents), cost.subspan(world * costs, costs),
                        discount_);
    if (terminated[world] || truncated[world]) {
      finished_.push_back(
          std::exchange(current_[world], Episode::empty(agents_, constraints_, opponents_)));
    }
  }
}

EpisodeSummary EpisodeTracker::summarize() {
  EpisodeSummary summary;
  summary.episodes = std::exchange(finished_, {});
  summary.finished = static_cast<std::int64_t>(summary.episodes.size());
  if (summary.finished == 0) summary.episodes = stretched();
  const auto n = static_cast<double>(summary.episodes.size());
  for (const Episode& episode : summary.episodes) {
    summary.mean_length += static_cast<double>(episode.length) / n;
    summary.mean_return += episode.team_return() / n;
  }
  return summary;
}

std::vector<Episode> EpisodeTracker::stretched() const {
  // Σ of γ^t over t < length.
  const auto discounted = [this](double length) {
    return discount_ < 1 ? (1 - std::pow(discount_, length)) / (1 - discount_) : length;
  };
  double steps = 0, discounted_steps = 0;
  for (const Episode& episode : current_) {
    steps += static_cast<double>(episode.length);
    discounted_steps += discounted(static_cast<double>(episode.length));
  }
  if (steps == 0) return {};
  const auto n = static_cast<double>(current_.size());
  const double scale = n * horizon_ / steps;
  const double discounted_scale = n * discounted(horizon_) / discounted_steps;
  std::vector<Episode> episodes = current_;
  for (Episode& episode : episodes) {
    for (double& value : episode.reward) value *= scale;
    for (double& value : episode.cost) value *= scale;
    for (double& value : episode.discounted_cost) value *= discounted_scale;
    episode.length = horizon_;
  }
  return episodes;
}

void EpisodeTracker::state(Archive& archive) {
  std::vector<double> reward, cost, discounted_cost;
  std::vector<std::int64_t> length;
  for (const Episode& episode : current_) {
    reward.insert(reward.end(), episode.reward.begin(), episode.reward.end());
    cost.insert(cost.end(), episode.cost.begin(), episode.cost.end());
    discounted_cost.insert(discounted_cost.end(), episode.discounted_cost.begin(),
                           episode.discounted_cost.end());
    length.push_back(episode.length);
  }
  archive("reward", std::span<double>(reward));
  archive("cost", std::span<double>(cost));
  archive("discounted_cost", std::span<double>(discounted_cost));
  archive("length", std::span<std::int64_t>(length));
  if (!archive.loading()) return;
  auto next_reward = reward.cbegin();
  auto next_cost = cost.cbegin();
  auto next_discounted = discounted_cost.cbegin();
  for (std::size_t world = 0; world < current_.size(); ++world) {
    for (double& value : current_[world].reward) value = *next_reward++;
    for (double& value : current_[world].cost) value = *next_cost++;
    for (double& value : current_[world].discounted_cost) value = *next_discounted++;
    current_[world].length = length[world];
  }
}

}  // namespace saddle
