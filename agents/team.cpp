// SPDX-License-Identifier: Apache-2.0
// One network for all agents, or one for each.
#include <saddle/agents/team.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace saddle {
namespace {

/// How many sets of parameters there are.
int sets_of(bool one_each, const TeamShape& shape) {
  return one_each ? static_cast<int>(shape.agents) : 1;
}

/// Under their own names if there is one, else under those of the agents.
template <class Network>
void archive_networks(Archive& archive, std::deque<Network>& networks) {
  if (networks.size() == 1) {
    networks.front().state(archive);
    return;
  }
  for (std::size_t a = 0; a < networks.size(); ++a) archive(std::to_string(a), networks[a]);
}

}  // namespace

void gather_agent(std::span<const float> from, std::size_t width, std::size_t agents,
                  std::size_t agent, std::span<float> to) {
  SADDLE_CHECK(from.size() == to.size() * agents, from.size(), to.size(), agents);
  for (std::size_t i = 0; i < to.size(); ++i) {
    to[i] = from[(i / width * agents + agent) * width + i % width];
  }
}

void scatter_agent(std::span<const float> from, std::size_t width, std::size_t agents,
                   std::size_t agent, std::span<float> to) {
  SADDLE_CHECK(to.size() == from.size() * agents, from.size(), to.size(), agents);
  for (std::size_t i = 0; i < from.size(); ++i) {
    to[(i / width * agents + agent) * width + i % width] = from[i];
  }
}

TeamPolicy::TeamPolicy(const TeamShape& shape, const EnvironmentSpec& seen,
                       const NetworkOptions& options, const NetworkFactory& network,
                       const AgentStreams& streams)
    : shape_(shape) {
  for (int a = 0; a < sets_of(shape.separate, shape); ++a) {
    Rng rng = streams(a);
    policies_.emplace_back(seen, options, network, rng);
  }
}

std::size_t TeamPolicy::scratch_width() const {
  return count() == 1 ? 0 : shape_.inputs + policies_.front().head_size();
}

void TeamPolicy::heads(std::span<const float> inputs, std::span<float> head,
                       std::span<float> scratch) const {
  if (count() == 1) {
    policies_.front().network().forward(inputs, head);
    return;
  }
  const std::size_t h = policies_.front().head_size(), n = head.size() / h / shape_.agents;
  SADDLE_CHECK(scratch.size() >= n * scratch_width(), scratch.size(), n);
  const auto own_inputs = scratch.first(n * shape_.inputs);
  const auto own_head = scratch.subspan(n * shape_.inputs, n * h);
  for (std::size_t a = 0; a < count(); ++a) {
    gather_agent(inputs, shape_.inputs, shape_.agents, a, own_inputs);
    policies_[a].network().forward(own_inputs, own_head);
    scatter_agent(own_head, h, shape_.agents, a, head);
  }
}

void TeamPolicy::state(Archive& archive) { archive_networks(archive, policies_); }

TeamCritic::TeamCritic(const TeamShape& shape, std::size_t signals,
                       const NetworkOptions& network_options, const NetworkFactory& network,
                       const CriticOptions& options, const AgentStreams& streams)
    : shape_(shape),
      signals_(signals),
      sets_(static_cast<std::size_t>(sets_of(shape.separate && !shape.central, shape))),
      trunks_(1) {
  const std::size_t joint = shape.central ? shape.agents : 1, heads = joint * signals;
  if (options.trunk == "separate") trunks_ = heads;
  for (std::size_t i = 0; i < sets_ * trunks_; ++i) {
    critics_.emplace_back(static_cast<int>(joint * shape.inputs), static_cast<int>(heads / trunks_),
                          network_options, network, options, streams(static_cast<int>(i)));
  }
}

void TeamCritic::values_of(std::size_t set, std::span<const float> inputs,
                           std::span<float> out) const {
  if (trunks_ == 1) {
    critics_[set].values(inputs, out);
    return;
  }
  // Signals lie side by side as agents do.
  AlignedFloats value(out.size() / trunks_);
  for (std::size_t k = 0; k < trunks_; ++k) {
    critics_[set * trunks_ + k].values(inputs, value);
    scatter_agent(value, 1, trunks_, k, out);
  }
}

double TeamCritic::fit_of(std::size_t set, std::span<const float> inputs,
                          std::span<const float> target, double progress) {
  if (trunks_ == 1) return critics_[set].fit(inputs, target, progress);
  AlignedFloats wanted(target.size() / trunks_);
  double loss = 0;
  for (std::size_t k = 0; k < trunks_; ++k) {
    gather_agent(target, 1, trunks_, k, wanted);
    loss += critics_[set * trunks_ + k].fit(inputs, wanted, progress);
  }
  return loss;
}

void TeamCritic::values(std::span<const float> inputs, std::span<float> out) const {
  // Rows of all agents, one after the other, are rows of a central critic as they lie.
  if (sets_ == 1) {
    values_of(0, inputs, out);
    return;
  }
  AlignedFloats own(inputs.size() / shape_.agents), value(out.size() / shape_.agents);
  for (std::size_t a = 0; a < sets_; ++a) {
    gather_agent(inputs, shape_.inputs, shape_.agents, a, own);
    values_of(a, own, value);
    scatter_agent(value, signals_, shape_.agents, a, out);
  }
}

double TeamCritic::fit(std::span<const float> inputs, std::span<const float> target,
                       double progress) {
  if (sets_ == 1) return fit_of(0, inputs, target, progress);
  AlignedFloats own(inputs.size() / shape_.agents), wanted(target.size() / shape_.agents);
  double loss = 0;
  for (std::size_t a = 0; a < sets_; ++a) {
    gather_agent(inputs, shape_.inputs, shape_.agents, a, own);
    gather_agent(target, signals_, shape_.agents, a, wanted);
    loss += fit_of(a, own, wanted, progress) / static_cast<double>(sets_);
  }
  return loss;
}

void TeamCritic::check_finite() const {
  for (const Critic& critic : critics_) require_finite(critic.arena());
}

void TeamCritic::state(Archive& archive) { archive_networks(archive, critics_); }

}  // namespace saddle
