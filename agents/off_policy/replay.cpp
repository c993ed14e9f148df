// SPDX-License-Identifier: Apache-2.0
// Layout of the memory of transitions.
#include <saddle/agents/off_policy/replay.h>

#include <algorithm>
#include <new>

namespace saddle {
namespace {

std::unique_ptr<float[]> reserve(std::size_t rows, std::size_t width) {
  try {
    return std::make_unique_for_overwrite<float[]>(rows * width);
  } catch (const std::bad_alloc&) {
    throw Error(concat("there is no room for a memory of ", rows, " transitions of ",
                       width * sizeof(float), " bytes; lower replay.size"));
  }
}

}  // namespace

Transitions::Transitions(const TransitionShape& shape, std::size_t rows)
    : observation(rows * shape.observation),
      action(rows * shape.action),
      next_observation(rows * shape.observation),
      reward(rows),
      cost(rows * shape.constraints),
      cost_so_far(shape.costs_so_far ? rows * shape.constraints : 0),
      terminated(rows) {}

Replay::Replay(const TransitionShape& shape, std::size_t capacity)
    : shape_(shape),
      capacity_(capacity),
      width_(2 * shape.observation + shape.action + 2 +
             shape.constraints * (shape.costs_so_far ? 2 : 1)),
      rows_(reserve(capacity, width_)) {
  SADDLE_CHECK(capacity > 0);
}

std::size_t Replay::size() const {
  return static_cast<std::size_t>(std::min<std::uint64_t>(added_, capacity_));
}

void Replay::add(const Transition& t) {
  SADDLE_CHECK(t.observation.size() == shape_.observation &&
                   t.next_observation.size() == shape_.observation &&
                   t.action.size() == shape_.action && t.cost.size() == shape_.constraints &&
                   t.cost_so_far.size() == (shape_.costs_so_far ? shape_.constraints : 0),
               t.observation.size(), t.action.size(), t.cost.size());
  const float reward = t.reward, terminated = t.terminated ? 1.0f : 0.0f;
  float* to = row(added_ % capacity_).data();
  for (const std::span<const float> part :
       {t.observation, t.action, t.next_observation, std::span(&reward, 1), t.cost, t.cost_so_far,
        std::span(&terminated, 1)}) {
    to = std::ranges::copy(part, to).out;
  }
  ++added_;
}

void Replay::sample(Rng& rng, Transitions& batch) const {
  const std::size_t n = batch.rows();
  const auto filled = static_cast<std::uint32_t>(size());
  for (std::size_t i = 0; i < n; ++i) {
    const float* from = row(rng.below(filled)).data();
    for (AlignedFloats* part :
         {&batch.observation, &batch.action, &batch.next_observation, &batch.reward, &batch.cost,
          &batch.cost_so_far, &batch.terminated}) {
      const std::size_t width = part->size() / n;
      std::copy_n(from, width, part->begin() + static_cast<std::ptrdiff_t>(i * width));
      from += width;
    }
  }
}

void Replay::state(Archive& archive) {
  archive("added", added_);
  archive("rows", std::span(rows_.get(), size() * width_),
          {static_cast<std::int64_t>(size()), static_cast<std::int64_t>(width_)});
}

}  // namespace saddle
