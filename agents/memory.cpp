// SPDX-License-Identifier: Apache-2.0
// Memory along a rollout.
#include <saddle/agents/memory.h>

#include <algorithm>

#include <saddle/agents/minibatch.h>
#include <saddle/agents/recurrent.h>

namespace saddle {

MemoryTrack::MemoryTrack(int steps, int worlds, std::size_t width)
    : width_(width),
      row_(static_cast<std::size_t>(worlds) * width),
      values_((static_cast<std::size_t>(steps) + 1) * row_, 0.0f) {}

std::span<float> MemoryTrack::at(int t, WorldRange worlds) {
  return std::span(values_).subspan(
      static_cast<std::size_t>(t) * row_ + static_cast<std::size_t>(worlds.first) * width_,
      static_cast<std::size_t>(worlds.count) * width_);
}

void MemoryTrack::forget(int t, WorldRange worlds, const Rollout& rollout) {
  if (width_ == 0) return;
  const auto now = at(t, worlds);
  const std::size_t first = rollout.rows(t - 1, worlds).first / rollout.agents();
  for (std::size_t i = 0; i * width_ < now.size(); ++i) {
    if (!rollout.terminated[first + i] && !rollout.truncated[first + i]) continue;
    std::ranges::fill(now.subspan(i * width_, width_), 0.0f);
  }
}

void MemoryTrack::restart(const Rollout& rollout) {
  const WorldRange all{0, rollout.worlds()};
  forget(rollout.steps(), all, rollout);
  std::ranges::copy(at(rollout.steps(), all), values_.begin());
}

void MemoryTrack::state(Archive& archive, const std::string& name) {
  if (width_ > 0) archive(name, std::span(values_).first(row_));
}

Sequences::Sequences(const Rollout& rollout, const Lanes& lanes, std::size_t length) {
  const auto steps = static_cast<std::size_t>(rollout.steps()),
             worlds = static_cast<std::size_t>(rollout.worlds());
  const std::size_t columns = worlds * lanes.count;
  rows_ = steps * columns;
  for (std::size_t column = lanes.network; column < columns; column += lanes.networks) {
    const std::size_t world = column / lanes.count;
    for (std::size_t t = 0; t < steps; ++t) {
      const std::size_t before = (t - 1) * worlds + world;
      if (t % length == 0 || rollout.terminated[before] || rollout.truncated[before]) {
        starts_.push_back(static_cast<std::uint32_t>(order_.size()));
      }
      order_.push_back(static_cast<std::uint32_t>(t * columns + column));
    }
  }
}

AlignedFloats Sequences::in_order(std::span<const float> all) const {
  const std::size_t width = all.size() / rows_;
  AlignedFloats result(order_.size() * width);
  gather(all, width, order_, result);
  return result;
}

AlignedFloats Sequences::rows(std::span<const float> inputs, std::span<const float> memory) const {
  const std::size_t o = inputs.size() / rows_, s = memory.size() / rows_;
  const std::size_t width = row_width(o, s);
  AlignedFloats result(order_.size() * width, 0.0f);
  for (std::size_t i = 0; i < order_.size(); ++i) {
    std::ranges::copy(inputs.subspan(order_[i] * o, o), &result[i * width]);
  }
  for (const std::uint32_t start : starts_) {
    const auto row = std::span(result).subspan(start * width, width);
    row[o] = 1;
    std::ranges::copy(memory.subspan(order_[start] * s, s), &row[o + 1]);
  }
  return result;
}

}  // namespace saddle
