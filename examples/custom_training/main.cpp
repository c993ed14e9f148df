// SPDX-License-Identifier: Apache-2.0
// Trains PPO with a Lagrangian multiplier on the commuter's world, then evaluates the policy.
#include <cstdio>

#include <saddle/agents/registry.h>
#include <saddle/agents/train.h>
#include <saddle/optim/constraint/lagrangian.h>

#include "../custom_environment/commute.h"

int main() {
  constexpr int kWorlds = 32;
  constexpr std::uint64_t kSeed = 0;
  const auto make = [] { return std::make_unique<Commute>(); };
  saddle::VectorEnvironment worlds(make, kWorlds, kSeed);

  saddle::AgentRegistry agents("agent");
  saddle::register_agents(agents);
  const auto builder = agents.at("ppo").builder();
  saddle::Fields options;
  builder->fields(options);
  options.parse("network.hidden", "32,32");

  saddle::Lagrangian::Options rule;
  rule.step = 0.1;
  const double limit = worlds.spec().constraints[0].default_limit;
  const auto agent = builder->build({worlds.spec(), kWorlds, {limit}, kSeed},
                                    std::make_unique<saddle::Lagrangian>(1, rule));

  saddle::TrainingRun run{worlds, *agent};
  saddle::WorkerPool pool(2);
  saddle::train(run, 800000, pool, [](std::int64_t, const saddle::Metrics&) { return true; });

  constexpr int kEpisodes = 100;
  double reward = 0, cost = 0;
  for (const saddle::Episode& e :
       saddle::evaluate(make, *agent, kEpisodes, kSeed, /*stochastic=*/false, pool)) {
    reward += e.team_return() / kEpisodes;
    cost += e.team_cost(0) / kEpisodes;
  }
  std::printf("return %.2f, %.1f steps of speeding (limit %.0f)\n", reward, cost, limit);
}
