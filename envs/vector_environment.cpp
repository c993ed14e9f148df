// SPDX-License-Identifier: Apache-2.0
// Batches of worlds: streams, clipping, time limits, resets, checks.
#include <saddle/envs/vector_environment.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace saddle {
namespace {

/// Worlds a task of the pooled calls steps.
constexpr int kBlock = 16;

/// Whether all numbers are finite. On bits: what is not has an exponent of ones, from which one
/// more carries into the sign. So the loop has no branches, and compilers do it for several numbers
/// at once.
bool all_finite(std::span<const float> values) {
  constexpr std::uint32_t kSign = 0x80000000, kExponent = 0x7f800000, kOne = 0x00800000;
  std::uint32_t carried = 0;
  for (const float value : values) {
    carried |= (std::bit_cast<std::uint32_t>(value) & kExponent) + kOne;
  }
  return (carried & kSign) == 0;
}

}  // namespace

/// One world, its stream, and the current episode from its start.
struct VectorEnvironment::World {
  std::unique_ptr<Environment> environment;
  Rng rng;
  Rng rng_at_reset;
  std::vector<float> actions;  // [horizon,A,D] of room, of which the first `length` are taken
  int length = 0;              // steps taken in this episode
  std::vector<double> limits_at_reset = {};

  void note_limits() {
    const std::span<const double> limits = environment->limits();
    limits_at_reset.assign(limits.begin(), limits.end());
  }

  void reset(std::span<float> observation) {
    rng_at_reset = rng;
    note_limits();
    length = 0;
    environment->reset(rng, observation);
  }
};

VectorEnvironment::VectorEnvironment(const EnvironmentFactory& make, int count, std::uint64_t seed,
                                     int first_stream) {
  SADDLE_CHECK(count >= 1, count);
  for (int i = 0; i < count; ++i) {
    const Rng rng(seed, stream_id(kWorldStream, static_cast<std::uint32_t>(first_stream + i)));
    worlds_.push_back({make(), rng, rng, {}, 0});
  }
  spec_ = worlds_.front().environment->spec();
  action_width_ = size_of(spec_.agents) * size_of(spec_.action.size);
  observation_width_ = size_of(spec_.agents) * size_of(spec_.observation.size);
  cost_width_ = size_of(spec_.agents) * spec_.constraints.size();
  for (World& world : worlds_) {
    world.actions.resize(size_of(spec_.horizon) * action_width_);
    world.note_limits();
  }
}

VectorEnvironment::~VectorEnvironment() = default;

const EnvironmentSpec& VectorEnvironment::spec() const { return spec_; }

int VectorEnvironment::count() const { return static_cast<int>(worlds_.size()); }

void VectorEnvironment::set_limits(std::span<const double> limits) {
  for (World& world : worlds_) {
    const std::span<double> own = world.environment->limits();
    if (limits.empty() || own.empty()) continue;
    SADDLE_CHECK(own.size() == limits.size(), own.size(), limits.size());
    std::ranges::copy(limits, own.begin());
  }
}

void VectorEnvironment::reset(WorldRange worlds, std::span<float> observation) {
  SADDLE_CHECK(observation.size() == size_of(worlds.count) * observation_width_);
  for (int i = 0; i < worlds.count; ++i) {
    const auto row = observation.subspan(size_of(i) * observation_width_, observation_width_);
    worlds_[size_of(worlds.first + i)].reset(row);
    check(worlds.first + i, "observation", row);
  }
}

void VectorEnvironment::step(WorldRange worlds, const StepView& io) {
  const std::size_t n = size_of(worlds.count);
  SADDLE_CHECK(worlds.first >= 0 && worlds.first + worlds.count <= count(), worlds.first,
               worlds.count);
  SADDLE_CHECK(io.action.size() == n * action_width_ &&
                   io.next_observation.size() == n * observation_width_ &&
                   io.start_observation.size() == n * observation_width_ &&
                   io.reward.size() == n * size_of(spec_.agents) &&
                   io.cost.size() == n * cost_width_ && io.terminated.size() == n &&
                   io.truncated.size() == n,
               n, io.action.size(), io.next_observation.size(), io.start_observation.size(),
               io.reward.size(), io.cost.size(), io.terminated.size(), io.truncated.size());
  for (int i = 0; i < worlds.count; ++i) step_one(worlds.first + i, size_of(i), io);
}

void VectorEnvironment::step_one(int index, std::size_t row, const StepView& io) {
  World& world = worlds_[size_of(index)];
  const std::span<const float> action =
      accept_action(index, io.action.subspan(row * action_width_, action_width_));
  const Outcome out{io.next_observation.subspan(row * observation_width_, observation_width_),
                    io.reward.subspan(row * size_of(spec_.agents), size_of(spec_.agents)),
                    io.cost.subspan(row * cost_width_, cost_width_)};
  const bool terminated = world.environment->step(action, world.rng, out);
  ++world.length;
  check(index, "observation", out.observation);
  check(index, "reward", out.reward);
  check(index, "cost", out.cost, 0);

  const bool truncated = !terminated && world.length >= spec_.horizon;
  io.terminated[row] = terminated;
  io.truncated[row] = truncated;
  const auto start = io.start_observation.subspan(row * observation_width_, observation_width_);
  if (terminated || truncated) {
    world.reset(start);
    check(index, "observation", start);
  } else {
    std::ranges::copy(out.observation, start.begin());
  }
}

/// Writes the action, as the world is to see it, into the log of the episode.
std::span<const float> VectorEnvironment::accept_action(int index, std::span<const float> action) {
  World& world = worlds_[size_of(index)];
  const auto seen =
      std::span(world.actions).subspan(size_of(world.length) * action_width_, action_width_);
  const std::size_t d = size_of(spec_.action.size);
  for (std::size_t j = 0; j < action_width_; ++j) {
    const float a = action[j];
    const bool fits =
        spec_.action.is_discrete() ? spec_.action.contains(action.subspan(j, 1)) : !std::isnan(a);
    if (!fits) {
      throw Error(concat("the agent chose action ", a, " in world ", index, " of '", spec_.id,
                         "' at step ", world.length + 1, " of its episode, which is not one; ",
                         "lower the learning rate or mend the agent"));
    }
    seen[j] = spec_.action.is_discrete()
                  ? a
                  : std::clamp(a, spec_.action.low[j % d], spec_.action.high[j % d]);
  }
  return seen;
}

void VectorEnvironment::check(int index, const char* quantity, std::span<const float> values,
                              float least) const {
  const auto allowed = [least](float value) { return value >= least; };
  constexpr float kLowest = std::numeric_limits<float>::lowest();
  if (all_finite(values) && (least == kLowest || std::ranges::all_of(values, allowed))) return;
  for (const float value : values) {
    if (std::isfinite(value) && value >= least) continue;
    throw Error(concat("world ", index, " of '", spec_.id, "' returned a ", quantity, " of ", value,
                       " at step ", worlds_[size_of(index)].length,
                       " of its episode; mend the environment, which must return finite numbers",
                       least == 0 ? " and costs of at least 0" : ""));
  }
}

void VectorEnvironment::reset(WorkerPool& pool, std::span<float> observation) {
  const int blocks = (count() + kBlock - 1) / kBlock;
  pool.run(blocks, [&](int block) {
    const WorldRange range{block * kBlock, std::min(kBlock, count() - block * kBlock)};
    reset(range, observation.subspan(size_of(range.first) * observation_width_,
                                     size_of(range.count) * observation_width_));
  });
}

void VectorEnvironment::step(WorkerPool& pool, const StepView& io) {
  const int blocks = (count() + kBlock - 1) / kBlock;
  pool.run(blocks, [&](int block) {
    const WorldRange range{block * kBlock, std::min(kBlock, count() - block * kBlock)};
    const auto part = [&](auto whole, std::size_t width) {
      return whole.subspan(size_of(range.first) * width, size_of(range.count) * width);
    };
    step(range,
         {part(io.action, action_width_), part(io.next_observation, observation_width_),
          part(io.start_observation, observation_width_), part(io.reward, size_of(spec_.agents)),
          part(io.cost, cost_width_), part(io.terminated, 1), part(io.truncated, 1)});
  });
}

void VectorEnvironment::state(Archive& archive) {
  std::vector<float> observation(observation_width_), reward(size_of(spec_.agents)),
      cost(cost_width_);
  for (std::size_t i = 0; i < worlds_.size(); ++i) {
    World& world = worlds_[i];
    const std::string name = std::to_string(i);
    archive(name + "/rng", world.rng_at_reset);
    std::vector<float> taken(
        world.actions.begin(),
        world.actions.begin() + static_cast<std::ptrdiff_t>(size_of(world.length) * action_width_));
    archive(name + "/actions", taken);
    const std::span<double> limits = world.environment->limits();
    std::vector<double> next_limits(limits.begin(), limits.end());
    if (!limits.empty()) {
      archive(name + "/limits", std::span(world.limits_at_reset));
      archive(name + "/next_limits", std::span(next_limits));
    }
    if (!archive.loading()) continue;
    if (taken.size() > world.actions.size() || taken.size() % action_width_ != 0) {
      throw Error(concat("the checkpoint holds ", taken.size(), " numbers as the actions of world ",
                         i, ", which no episode of '", spec_.id, "' has; use another checkpoint"));
    }
    world.rng = world.rng_at_reset;
    std::ranges::copy(world.limits_at_reset, limits.begin());
    world.reset(observation);
    std::ranges::copy(next_limits, limits.begin());
    std::ranges::copy(taken, world.actions.begin());
    for (std::size_t at = 0; at < taken.size(); at += action_width_) {
      (void)world.environment->step(std::span<const float>(taken).subspan(at, action_width_),
                                    world.rng, {observation, reward, cost});
      ++world.length;
    }
  }
}

}  // namespace saddle
