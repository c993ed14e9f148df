// SPDX-License-Identifier: Apache-2.0
// Episode sums and their means.
#include <saddle/agents/episode.h>

#include <cmath>
#include <numeric>
#include <utility>

namespace saddle {

double Episode::team_return() const {
  return std::accumulate(reward.begin(), reward.end(), 0.0) / static_cast<double>(reward.size());
}

double Episode::team_cost(int constraint) const {
  const std::size_t constraints = cost.size() / reward.size();
  double sum = 0;
  for (auto i = static_cast<std::size_t>(constraint); i < cost.size(); i += constraints) {
    sum += cost[i];
  }
  return sum / static_cast<double>(reward.size());
}

void Episode::add(std::span<const float> step_reward, std::span<const float> step_cost) {
  SADDLE_CHECK(step_reward.size() == reward.size() && step_cost.size() == cost.size());
  for (std::size_t i = 0; i < reward.size(); ++i) reward[i] += step_reward[i];
  for (std::size_t i = 0; i < cost.size(); ++i) cost[i] += step_cost[i];
  ++length;
}

EpisodeTracker::EpisodeTracker(int worlds, int agents, int constraints, int horizon)
    : agents_(agents),
      constraints_(constraints),
      horizon_(horizon),
      current_(static_cast<std::size_t>(worlds), empty()) {}

Episode EpisodeTracker::empty() const {
  const auto agents = static_cast<std::size_t>(agents_);
  return {std::vector<double>(agents, 0),
          std::vector<double>(agents * static_cast<std::size_t>(constraints_), 0), 0};
}

void EpisodeTracker::add(std::span<const float> reward, std::span<const float> cost,
                         std::span<const std::uint8_t> terminated,
                         std::span<const std::uint8_t> truncated) {
  const auto agents = static_cast<std::size_t>(agents_);
  const std::size_t costs = agents * static_cast<std::size_t>(constraints_);
  for (std::size_t world = 0; world < current_.size(); ++world) {
    current_[world].add(reward.subspan(world * agents, agents), cost.subspan(world * costs, costs));
    if (terminated[world] || truncated[world]) {
      finished_.push_back(std::exchange(current_[world], empty()));
    }
  }
}

EpisodeSummary EpisodeTracker::summarize() {
  const std::vector<Episode> finished = std::exchange(finished_, {});
  const std::vector<Episode>& sample = finished.empty() ? current_ : finished;
  const auto n = static_cast<double>(sample.size());
  double steps = 0;
  for (const Episode& episode : sample) steps += static_cast<double>(episode.length);

  EpisodeSummary summary;
  summary.finished = static_cast<std::int64_t>(finished.size());
  summary.mean_cost.assign(static_cast<std::size_t>(constraints_), 0);
  summary.standard_error.assign(static_cast<std::size_t>(constraints_), 0);
  if (steps == 0) return summary;
  // What an episode so far stands for when it has come to its end.
  const double scale = finished.empty() ? n * horizon_ / steps : 1.0;
  summary.mean_length = finished.empty() ? horizon_ : steps / n;
  for (const Episode& episode : sample) summary.mean_return += scale * episode.team_return() / n;
  for (int k = 0; k < constraints_; ++k) {
    double mean = 0, squares = 0;
    for (const Episode& episode : sample) mean += scale * episode.team_cost(k) / n;
    for (const Episode& episode : sample) {
      const double deviation = scale * episode.team_cost(k) - mean;
      squares += deviation * deviation;
    }
    summary.mean_cost[static_cast<std::size_t>(k)] = mean;
    if (n < 2) continue;
    summary.standard_error[static_cast<std::size_t>(k)] = std::sqrt(squares / (n - 1) / n);
  }
  return summary;
}

void EpisodeTracker::state(Archive& archive) {
  std::vector<double> reward, cost;
  std::vector<std::int64_t> length;
  for (const Episode& episode : current_) {
    reward.insert(reward.end(), episode.reward.begin(), episode.reward.end());
    cost.insert(cost.end(), episode.cost.begin(), episode.cost.end());
    length.push_back(episode.length);
  }
  archive("reward", std::span<double>(reward));
  archive("cost", std::span<double>(cost));
  archive("length", std::span<std::int64_t>(length));
  if (!archive.loading()) return;
  auto next_reward = reward.cbegin();
  auto next_cost = cost.cbegin();
  for (std::size_t world = 0; world < current_.size(); ++world) {
    for (double& value : current_[world].reward) value = *next_reward++;
    for (double& value : current_[world].cost) value = *next_cost++;
    current_[world].length = length[world];
  }
}

}  // namespace saddle
