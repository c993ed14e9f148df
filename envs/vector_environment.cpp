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

/// Row `row` of an array of rows.
template <class T>
std::span<T> row_of(std::span<T> values, std::size_t row, std::size_t width) {
  return {values.data() + row * width, width};
}

/// The rows of a range of worlds; none of nothing.
template <class T>
std::span<T> rows_of(std::span<T> values, WorldRange worlds, std::size_t width) {
  if (values.empty()) return values;
  return values.subspan(size_of(worlds.first) * width, size_of(worlds.count) * width);
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
  state_width_ = size_of(spec_.state);
  for (std::size_t j = 0; j < action_width_; ++j) {
    const std::size_t at = j % size_of(spec_.action.size);
    const bool discrete = spec_.action.is_discrete();
    action_low_.push_back(discrete ? 0 : spec_.action.low[at]);
    action_high_.push_back(discrete ? static_cast<float>(spec_.action.count)
                                    : spec_.action.high[at]);
  }
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

void VectorEnvironment::reset(WorldRange worlds, std::span<float> observation,
                              std::span<float> state) {
  SADDLE_CHECK(observation.size() == size_of(worlds.count) * observation_width_);
  for (int i = 0; i < worlds.count; ++i) {
    worlds_[size_of(worlds.first + i)].reset(row_of(observation, size_of(i), observation_width_));
  }
  check(worlds, "observation", observation);
  write_states(worlds, state);
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
  SADDLE_CHECK(io.next_state.size() == io.start_state.size(), io.next_state.size(),
               io.start_state.size());
  // In passes over all worlds, so that each is short and runs over memory in order.
  check_actions(worlds, io.action);
  for (int i = 0; i < worlds.count; ++i) step_one(worlds.first + i, size_of(i), io);
  check(worlds, "observation", io.next_observation);
  check(worlds, "reward", io.reward);
  check(worlds, "cost", io.cost, 0);
  std::ranges::copy(io.next_observation, io.start_observation.begin());
  write_states(worlds, io.next_state);
  std::ranges::copy(io.next_state, io.start_state.begin());
  for (std::size_t i = 0; i < n; ++i) {
    if (io.terminated[i] == 0 && io.truncated[i] == 0) continue;
    const int index = worlds.first + static_cast<int>(i);
    const auto start = row_of(io.start_observation, i, observation_width_);
    worlds_[size_of(index)].reset(start);
    check({index, 1}, "observation", start);
    write_states({index, 1}, rows_of(io.start_state, {static_cast<int>(i), 1}, state_width_));
  }
}

void VectorEnvironment::write_states(WorldRange worlds, std::span<float> state) const {
  if (state.empty()) return;
  SADDLE_CHECK(state.size() == size_of(worlds.count) * state_width_, state.size(), worlds.count);
  for (int i = 0; i < worlds.count; ++i) {
    worlds_[size_of(worlds.first + i)].environment->central_state(
        row_of(state, size_of(i), state_width_));
  }
  check(worlds, "central state", state);
}

void VectorEnvironment::step_one(int index, std::size_t row, const StepView& io) {
  World& world = worlds_[size_of(index)];
  // The world reads the action from the log of its episode.
  float* const seen = world.actions.data() + size_of(world.length) * action_width_;
  for (std::size_t j = 0; j < action_width_; ++j) {
    seen[j] = std::clamp(io.action[row * action_width_ + j], action_low_[j], action_high_[j]);
  }
  const std::size_t agents = size_of(spec_.agents);
  const Outcome out{row_of(io.next_observation, row, observation_width_),
                    row_of(io.reward, row, agents), row_of(io.cost, row, cost_width_)};
  const bool terminated = world.environment->step({seen, action_width_}, world.rng, out);
  ++world.length;
  io.terminated[row] = terminated;
  io.truncated[row] = !terminated && world.length >= spec_.horizon;
}

void VectorEnvironment::check_actions(WorldRange worlds, std::span<const float> actions) const {
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const bool fits = spec_.action.is_discrete() ? spec_.action.contains(actions.subspan(i, 1))
                                                 : !std::isnan(actions[i]);
    if (fits) continue;
    const int index = worlds.first + static_cast<int>(i / action_width_);
    throw Error(concat("the agent chose action ", actions[i], " in world ", index, " of '",
                       spec_.id, "' at step ", worlds_[size_of(index)].length + 1,
                       " of its episode, which is not one; ",
                       "lower the learning rate or mend the agent"));
  }
}

void VectorEnvironment::check(WorldRange worlds, const char* quantity,
                              std::span<const float> values, float least) const {
  const auto allowed = [least](float value) { return std::isfinite(value) && value >= least; };
  constexpr float kLowest = std::numeric_limits<float>::lowest();
  if (all_finite(values) && (least == kLowest || std::ranges::all_of(values, allowed))) return;
  const auto wrong = std::ranges::find_if_not(values, allowed);
  const std::size_t width = values.size() / size_of(worlds.count);
  const int index =
      worlds.first + static_cast<int>(static_cast<std::size_t>(wrong - values.begin()) / width);
  throw Error(concat("world ", index, " of '", spec_.id, "' returned a ", quantity, " of ", *wrong,
                     " at step ", worlds_[size_of(index)].length,
                     " of its episode; mend the environment, which must return finite numbers",
                     least == 0 ? " and costs of at least 0" : ""));
}

void VectorEnvironment::reset(WorkerPool& pool, std::span<float> observation,
                              std::span<float> state) {
  const int blocks = (count() + kBlock - 1) / kBlock;
  pool.run(blocks, [&](int block) {
    const WorldRange range{block * kBlock, std::min(kBlock, count() - block * kBlock)};
    reset(range, rows_of(observation, range, observation_width_),
          rows_of(state, range, state_width_));
  });
}

void VectorEnvironment::step(WorkerPool& pool, const StepView& io) {
  const int blocks = (count() + kBlock - 1) / kBlock;
  pool.run(blocks, [&](int block) {
    const WorldRange range{block * kBlock, std::min(kBlock, count() - block * kBlock)};
    const auto part = [&](auto whole, std::size_t width) { return rows_of(whole, range, width); };
    step(range,
         {part(io.action, action_width_), part(io.next_observation, observation_width_),
          part(io.start_observation, observation_width_), part(io.reward, size_of(spec_.agents)),
          part(io.cost, cost_width_), part(io.terminated, 1), part(io.truncated, 1),
          part(io.next_state, state_width_), part(io.start_state, state_width_)});
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
