// SPDX-License-Identifier: Apache-2.0
// Random walks through batches of a world.
#include <saddle/envs/contract_walks.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include <saddle/envs/contract.h>

namespace saddle::walks {
namespace {

/// Memory for a batch, and its random actions. What is drawn for a world does not depend on how
/// many there are.
class BatchWalk {
 public:
  BatchWalk(VectorEnvironment& worlds, std::uint64_t seed)
      : worlds_(worlds), n_(size_of(worlds.count())) {
    const EnvironmentSpec& spec = worlds.spec();
    const std::size_t rows = n_ * size_of(spec.agents);
    action_.resize(rows * size_of(spec.action.size));
    next_.resize(rows * size_of(spec.observation.size));
    start_.resize(next_.size());
    next_state_.resize(n_ * size_of(spec.state));
    start_state_.resize(next_state_.size());
    reward_.resize(rows);
    cost_.resize(rows * spec.constraints.size());
    terminated_.resize(n_);
    truncated_.resize(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      draws_.emplace_back(seed, stream_id(kActionStream, static_cast<std::uint32_t>(i)));
    }
  }

  void reset(WorkerPool& pool) { worlds_.reset(pool, start_, start_state_); }

  void draw() {
    const std::size_t width = action_.size() / n_;
    for (std::size_t i = 0; i < n_; ++i) {
      draw_action(worlds_.spec(), draws_[i], std::span(action_).subspan(i * width, width));
    }
  }

  void step(WorkerPool& pool) {
    worlds_.step(pool, {action_, next_, start_, reward_, cost_, terminated_, truncated_,
                        next_state_, start_state_});
  }

  /// Goes `rounds` steps in every world, and writes those of the first `shown` down.
  void go(WorkerPool& pool, int rounds, std::size_t shown, History& history) {
    const auto part = [this](const std::vector<float>& all, std::size_t i) {
      const std::size_t width = all.size() / n_;
      return std::span(all).subspan(i * width, width);
    };
    for (int t = 0; t < rounds; ++t) {
      draw();
      step(pool);
      for (std::size_t i = 0; i < shown; ++i) {
        history.append({part(next_, i), part(next_state_, i)},
                       {part(start_, i), part(start_state_, i)}, part(reward_, i), part(cost_, i),
                       static_cast<float>(terminated_[i] + 2 * truncated_[i]));
      }
    }
  }

 private:
  VectorEnvironment& worlds_;
  std::size_t n_;
  std::vector<float> action_, next_, start_, next_state_, start_state_, reward_, cost_;
  std::vector<std::uint8_t> terminated_, truncated_;
  std::vector<Rng> draws_;
};

History batch_history(const EnvironmentFactory& make, std::uint64_t seed, int count, int shown,
                      int rounds, int threads) {
  VectorEnvironment worlds(make, count, seed);
  WorkerPool pool(threads);
  BatchWalk walk(worlds, seed);
  History history(worlds.spec());
  walk.reset(pool);
  walk.go(pool, rounds, size_of(shown), history);
  return history;
}

}  // namespace

void draw_action(const EnvironmentSpec& spec, Rng& rng, std::span<float> action) {
  const Space& space = spec.action;
  for (std::size_t i = 0; i < action.size(); ++i) {
    if (space.is_discrete()) {
      action[i] = static_cast<float>(rng.below(static_cast<std::uint32_t>(space.count)));
      continue;
    }
    constexpr float kFar = 10;  // where there is no bound
    const std::size_t j = i % size_of(space.size);
    const float high = std::isfinite(space.high[j])
                           ? space.high[j]
                           : std::max(kFar, std::isfinite(space.low[j]) ? space.low[j] + kFar : 0);
    const float low = std::isfinite(space.low[j]) ? space.low[j] : std::min(-kFar, high - kFar);
    const auto within = static_cast<float>(rng.uniform(low, high));
    switch (rng.below(8)) {
      case 0:
        action[i] = space.low[j];
        break;
      case 1:
        action[i] = space.high[j];
        break;
      case 2:
        action[i] = low - 1 - (high - within);
        break;
      case 3:
        action[i] = high + 1 + (within - low);
        break;
      default:
        action[i] = within;
    }
  }
}

History::History(const EnvironmentSpec& spec)
    : observations(size_of(spec.agents) * size_of(spec.observation.size)),
      states(size_of(spec.state)),
      rewards(size_of(spec.agents)),
      costs(size_of(spec.agents) * spec.constraints.size()) {}

void History::append(const Shown& next, const Shown& start, std::span<const float> reward,
                     std::span<const float> cost, float end) {
  for (const auto part :
       {next.observation, next.state, start.observation, start.state, reward, cost}) {
    values.insert(values.end(), part.begin(), part.end());
  }
  values.push_back(end);
}

std::string first_difference(const History& a, const History& b) {
  SADDLE_CHECK(a.values.size() == b.values.size() && a.width() == b.width(), a.values.size(),
               b.values.size());
  const auto [at, in_b] = std::ranges::mismatch(
      a.values, b.values, {}, [](float x) { return std::bit_cast<int>(x); },
      [](float x) { return std::bit_cast<int>(x); });
  if (at == a.values.end()) return "";
  const auto index = static_cast<std::size_t>(at - a.values.begin());
  const std::size_t row = index / a.width();
  std::size_t column = index % a.width();
  std::string quantity = "end";
  for (const auto& [name, width] :
       {std::pair("observation", a.observations), std::pair("central state", a.states),
        std::pair("observation after a reset", a.observations),
        std::pair("central state after a reset", a.states), std::pair("reward", a.rewards),
        std::pair("cost", a.costs)}) {
    if (column < width) {
      quantity = concat(name, ' ', column);
      break;
    }
    column -= width;
  }
  return concat(quantity, " at step ", row + 1, ", ", *at, " and ", *in_b);
}

History alone(const EnvironmentFactory& make, std::uint64_t seed, int steps) {
  return batch_history(make, seed, 1, 1, steps, 1);
}

History beside_another(const EnvironmentFactory& make, std::uint64_t seed, int steps) {
  return batch_history(make, seed, 2, 1, steps, 1);
}

History threaded(const EnvironmentFactory& make, std::uint64_t seed, int steps, int threads) {
  constexpr int kWorlds = 50;  // four blocks of VectorEnvironment, the last one not full
  return batch_history(make, seed, kWorlds, kWorlds, std::max(2, steps / kWorlds), threads);
}

std::pair<History, History> stayed_and_restored(const EnvironmentFactory& make, std::uint64_t seed,
                                                int steps) {
  constexpr int kWorlds = 3, kRounds = 5;
  VectorEnvironment worlds(make, kWorlds, seed);
  WorkerPool pool(1);
  BatchWalk walk(worlds, seed);
  std::pair<History, History> histories(worlds.spec(), worlds.spec());
  const int length = std::max(3, steps / kWorlds / kRounds / 2);
  walk.reset(pool);
  for (int round = 0; round < kRounds; ++round) {
    walk.go(pool, length, 0, histories.first);
    Archive saved;
    worlds.state(saved);
    VectorEnvironment copy(make, kWorlds, seed + 1);
    Archive loaded(saved.entries());
    copy.state(loaded);
    const std::uint64_t actions = seed + static_cast<std::uint64_t>(round);
    BatchWalk(worlds, actions).go(pool, length, kWorlds, histories.first);
    BatchWalk(copy, actions).go(pool, length, kWorlds, histories.second);
  }
  return histories;
}

}  // namespace saddle::walks

namespace saddle {

struct RandomSteps::Batch {
  static constexpr int kWorlds = 16;

  Batch(const EnvironmentFactory& make, std::uint64_t seed)
      : worlds(make, kWorlds, seed), walk(worlds, seed) {}

  WorkerPool pool{1};
  VectorEnvironment worlds;
  walks::BatchWalk walk;
};

RandomSteps::RandomSteps(const EnvironmentFactory& make, std::uint64_t seed)
    : batch_(std::make_unique<Batch>(make, seed)) {
  batch_->walk.reset(batch_->pool);
}

RandomSteps::~RandomSteps() = default;

std::int64_t RandomSteps::run(int rounds) {
  for (int t = 0; t < rounds; ++t) {
    if (t % 16 == 0) batch_->walk.draw();
    batch_->walk.step(batch_->pool);
  }
  return std::int64_t{rounds} * Batch::kWorlds;
}

}  // namespace saddle
