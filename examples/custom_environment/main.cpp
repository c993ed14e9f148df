// SPDX-License-Identifier: Apache-2.0
// Steps eight copies of the world with random actions.
#include <cstdio>

#include <saddle/envs/vector_environment.h>

#include "commute.h"

int main() {
  constexpr int kWorlds = 8, kSteps = 1000;
  saddle::VectorEnvironment worlds([] { return std::make_unique<Commute>(); }, kWorlds, 0);
  std::vector<float> action(kWorlds), next(2 * kWorlds), start(2 * kWorlds), reward(kWorlds),
      cost(kWorlds);
  std::vector<std::uint8_t> terminated(kWorlds), truncated(kWorlds);
  saddle::Rng rng(1);
  double total_reward = 0, total_cost = 0;
  worlds.reset({0, kWorlds}, start);
  for (int t = 0; t < kSteps; ++t) {
    for (float& a : action) a = static_cast<float>(rng.uniform(-1, 1));
    worlds.step({0, kWorlds}, {action, next, start, reward, cost, terminated, truncated});
    for (int i = 0; i < kWorlds; ++i) total_reward += reward[i], total_cost += cost[i];
  }
  std::printf("a step pays %.4f and costs %.4f\n", total_reward / (kWorlds * kSteps),
              total_cost / (kWorlds * kSteps));
}
