// SPDX-License-Identifier: Apache-2.0
// One network for all agents, or one for each.
#include <saddle/agents/team.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <saddle/agents/columns.h>

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

/// Rows [n,row_width] of part k of network `a`, all of which start.
void write_rows(const Passage& p, std::size_t a, std::size_t k, std::span<const float> inputs,
                std::span<const float> memory, std::span<float> rows) {
  const std::size_t width = row_width(p.inputs, p.memory);
  for (std::size_t i = 0; i * width < rows.size(); ++i) {
    const std::size_t from = i * p.networks + a;
    const auto row = rows.subspan(i * width, width);
    std::ranges::copy(inputs.subspan(from * p.inputs, p.inputs), row.begin());
    if (p.memory == 0) continue;
    row[p.inputs] = 1;
    std::ranges::copy(memory.subspan((from * p.parts + k) * p.memory, p.memory),
                      row.last(p.memory).begin());
  }
}

/// Sends all rows through run(i, x, y, memory after) of their networks and parts, i = a·parts + k.
/// The memory after may be where that before is, or empty.
template <class Run>
void pass(const Passage& p, std::span<const float> inputs, std::span<const float> memory,
          std::span<float> outputs, std::span<float> next_memory, std::span<float> scratch,
          const Run& run) {
  if (p.scratch() == 0) return run(0, inputs, outputs, std::span<float>());
  const std::size_t all = p.networks * p.parts, n = outputs.size() / p.outputs / all;
  SADDLE_CHECK(scratch.size() >= n * p.scratch() && memory.size() == n * all * p.memory,
               scratch.size(), memory.size(), n);
  const auto own = scratch.first(n * row_width(p.inputs, p.memory));
  const auto own_outputs = scratch.subspan(own.size(), n * p.outputs);
  const auto own_memory =
      scratch.subspan(own.size() + own_outputs.size(), next_memory.empty() ? 0 : n * p.memory);
  for (std::size_t i = 0; i < all; ++i) {
    write_rows(p, i / p.parts, i % p.parts, inputs, memory, own);
    run(i, own, own_outputs, own_memory);
    scatter_agent(own_outputs, p.outputs, all, i, outputs);
    if (!own_memory.empty()) scatter_agent(own_memory, p.memory, all, i, next_memory);
  }
}

}  // namespace

std::size_t Passage::scratch() const {
  if (networks * parts == 1 && memory == 0) return 0;
  return row_width(inputs, memory) + outputs + memory;
}

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
                       const AgentStreams& streams, std::size_t values)
    : shape_(shape) {
  for (int a = 0; a < sets_of(shape.separate, shape); ++a) {
    Rng rng = streams(a);
    policies_.emplace_back(seen, options, network, rng, values);
  }
}

Passage TeamPolicy::passage() const {
  const Policy& any = policies_.front();
  return {count(), 1, shape_.inputs, any.output_size(), any.memory_size()};
}

std::size_t TeamPolicy::scratch_width() const {
  const std::size_t outputs = value_size() > 0 ? shape_.agents * passage().outputs : 0;
  return passage().scratch() * shape_.agents / count() + outputs;
}

void TeamPolicy::heads(std::span<const float> inputs, std::span<const float> memory,
                       std::span<float> head, std::span<float> value, std::span<float> next_memory,
                       std::span<float> scratch) const {
  const Passage through = passage();
  std::span<float> outputs = head;
  if (value_size() > 0) {
    outputs = scratch.first(head.size() / policies_.front().head_size() * through.outputs);
    scratch = scratch.subspan(outputs.size());
  }
  pass(through, inputs, memory, outputs, next_memory, scratch,
       [this](std::size_t a, auto x, auto y, auto left) { policies_[a].outputs(x, y, left); });
  if (value_size() > 0) split_columns(outputs, through.outputs, head, value);
}

void TeamPolicy::values(std::span<const float> inputs, std::span<const float> memory,
                        std::span<float> out, std::span<float> next_memory) const {
  const std::size_t rows = out.size() / value_size();
  AlignedFloats head(rows * policies_.front().head_size());
  AlignedFloats scratch(rows / shape_.agents * scratch_width());
  heads(inputs, memory, head, out, next_memory, scratch);
}

void TeamPolicy::move_towards(const TeamPolicy& others, double share) {
  const auto near = static_cast<float>(1 - share), far = static_cast<float>(share);
  for (std::size_t a = 0; a < count(); ++a) {
    std::ranges::transform(std::as_const(policies_[a]).arena().values(),
                           others.policies_[a].arena().values(),
                           policies_[a].arena().values().begin(),
                           [&](float own, float other) { return near * own + far * other; });
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
  const std::size_t heads = shape.agents / lanes() * signals;
  if (options.trunk == "separate") trunks_ = heads;
  for (std::size_t i = 0; i < sets_ * trunks_; ++i) {
    critics_.emplace_back(static_cast<int>(shape.joint_inputs() / lanes()),
                          static_cast<int>(heads / trunks_), network_options, network, options,
                          streams(static_cast<int>(i)));
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

Passage TeamCritic::passage() const {
  // Rows of all agents, one after the other, are rows of a central critic as they lie.
  return {sets_, trunks_, shape_.joint_inputs() / lanes(),
          shape_.agents / lanes() * signals_ / trunks_, critics_.front().memory_size()};
}

void TeamCritic::values(std::span<const float> inputs, std::span<const float> memory,
                        std::span<float> out, std::span<float> next_memory) const {
  const Passage through = passage();
  AlignedFloats scratch(out.size() / through.outputs / through.networks / through.parts *
                        through.scratch());
  pass(through, inputs, memory, out, next_memory, scratch,
       [this](std::size_t i, auto x, auto y, auto left) { critics_[i].values(x, y, left); });
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

double TeamCritic::fit(std::span<const float> inputs, std::span<const float> target,
                       const Rollout& rollout, const MemoryTrack& memory, std::size_t length,
                       double progress) {
  const Passage through = passage();
  AlignedFloats remembered(memory.before().size() / trunks_);
  double loss = 0;
  for (std::size_t a = 0; a < sets_; ++a) {
    const Sequences sequences(rollout, {lanes(), sets_, a}, length);
    const AlignedFloats wanted = sequences.in_order(target);
    AlignedFloats own(wanted.size() / trunks_);
    for (std::size_t k = 0; k < trunks_; ++k) {
      gather_agent(memory.before(), through.memory, trunks_, k, remembered);
      gather_agent(wanted, through.outputs, trunks_, k, own);
      loss += critics_[a * trunks_ + k].fit(sequences.rows(inputs, remembered), own, progress,
                                            sequences.starts()) /
              static_cast<double>(sets_);
    }
  }
  return loss;
}

void TeamCritic::check_finite() const {
  for (const Critic& critic : critics_) require_finite(critic.arena());
}

void TeamCritic::state(Archive& archive) { archive_networks(archive, critics_); }

}  // namespace saddle
