// SPDX-License-Identifier: Apache-2.0
// Training and evaluation loops.
#include <saddle/agents/train.h>

#include <algorithm>

#include <saddle/agents/parameters.h>

namespace saddle {
namespace {

// Keeps the streams of evaluation apart from those of training with the same seed.
constexpr std::uint64_t kEvaluation = 0x6576616C75617465;
constexpr std::uint32_t kEvaluationNoise = 200;

/// Plays the worlds of one block until each has finished an episode, and returns those episodes.
std::vector<Episode> play_block(const EnvironmentFactory& make, const Player& player, int block,
                                std::uint64_t seed, bool stochastic) {
  const int first = block * kWorldBlock;
  VectorEnvironment environment(make, kWorldBlock, seed ^ kEvaluation, first);
  const EnvironmentSpec& spec = environment.spec();
  const auto agents = static_cast<std::size_t>(spec.agents), b = std::size_t{kWorldBlock};
  const std::size_t costs = agents * spec.constraints.size();
  const std::size_t o = static_cast<std::size_t>(spec.observation.size) * agents;
  const std::size_t d = static_cast<std::size_t>(spec.action.size) * agents;
  AlignedFloats observation(b * o), successor(b * o), action(b * d), reward(b * agents),
      cost(b * costs), memory(b * player.memory, 0.0f);
  std::vector<std::uint8_t> terminated(b), truncated(b);
  const StepView io{action, successor, observation, reward, cost, terminated, truncated};
  const WorldRange all{0, kWorldBlock};
  Rng noise(seed ^ kEvaluation, stream_id(kEvaluationNoise, static_cast<std::uint32_t>(block)));

  std::vector<Episode> episodes(
      b, Episode::empty(spec.agents, spec.constraint_count(), spec.opponents));
  std::vector<bool> done(b, false);
  environment.reset(all, observation);
  while (!std::ranges::all_of(done, [](bool finished) { return finished; })) {
    player.act(observation, memory, action, stochastic ? &noise : nullptr);
    environment.step(all, io);
    for (std::size_t i = 0; i < b; ++i) {
      if (terminated[i] || truncated[i]) {
        std::ranges::fill(std::span(memory).subspan(i * player.memory, player.memory), 0.0f);
      }
      if (done[i]) continue;
      episodes[i].add(std::span<const float>(reward).subspan(i * agents, agents),
                      std::span<const float>(cost).subspan(i * costs, costs), player.discount);
      done[i] = terminated[i] || truncated[i];
    }
  }
  return episodes;
}

}  // namespace

void TrainingRun::state(Archive& archive) {
  archive("steps", steps);
  archive("environment", environment);
  archive("agent", agent);
}

void train(TrainingRun& run, std::int64_t until, WorkerPool& pool,
           const AfterUpdate& after_update) {
  const int worlds = run.environment.count(), horizon = run.agent.steps_per_update();
  const int blocks = (worlds + kWorldBlock - 1) / kWorldBlock;
  const auto range = [&](int block) {
    const int first = block * kWorldBlock;
    return WorldRange{first, std::min(kWorldBlock, worlds - first)};
  };
  const auto begin_rollout = [&run, until] {
    const double share = static_cast<double>(run.steps) / static_cast<double>(until);
    run.agent.set_progress(std::min(share, 1.0));
    run.environment.set_limits(run.agent.limits());
  };
  begin_rollout();
  if (run.steps == 0) {
    for (int block = 0; block < blocks; ++block) {
      run.environment.reset(range(block), run.agent.first_observation(range(block)),
                            run.agent.first_state(range(block)));
    }
  }
  bool go_on = true;
  while (go_on && run.steps < until) {
    pool.run_lines(blocks, (horizon + kWorldPiece - 1) / kWorldPiece, [&](int block, int piece) {
      for (int t = piece * kWorldPiece; t < std::min(horizon, (piece + 1) * kWorldPiece); ++t) {
        run.agent.act(t, range(block));
        run.environment.step(range(block), run.agent.slot(t, range(block)));
      }
    });
    run.steps += std::int64_t{horizon} * worlds;
    Metrics metrics;
    run.agent.update(pool, metrics);
    begin_rollout();
    go_on = after_update(run.steps, metrics);
  }
}

std::vector<Episode> evaluate(const EnvironmentFactory& make, const Agent& agent, int episodes,
                              std::uint64_t seed, bool stochastic, WorkerPool& pool) {
  const Player player{
      [&agent](std::span<const float> observation, std::span<float> memory, std::span<float> action,
               Rng* noise) { agent.act(observation, memory, action, noise); },
      agent.cost_measure().discount(), agent.memory_size()};
  return evaluate(make, player, episodes, seed, stochastic, pool);
}

std::vector<Episode> evaluate(const EnvironmentFactory& make, const Player& player, int episodes,
                              std::uint64_t seed, bool stochastic, WorkerPool& pool) {
  SADDLE_CHECK(episodes > 0, episodes);
  const int blocks = (episodes + kWorldBlock - 1) / kWorldBlock;
  std::vector<std::vector<Episode>> played(static_cast<std::size_t>(blocks));
  pool.run(blocks, [&](int block) {
    played[static_cast<std::size_t>(block)] = play_block(make, player, block, seed, stochastic);
  });
  std::vector<Episode> all;
  for (std::vector<Episode>& block : played) {
    all.insert(all.end(), block.begin(), block.end());
  }
  all.resize(static_cast<std::size_t>(episodes), all.front());
  return all;
}

}  // namespace saddle
