// SPDX-License-Identifier: Apache-2.0
// Random constrained decision processes.
#include <saddle/envs/tabular/random_model.h>

#include <cmath>
#include <numeric>

namespace saddle {
namespace {

/// Uniform on the simplex.
std::vector<double> shares(Rng& rng, int count) {
  std::vector<double> all(static_cast<std::size_t>(count));
  for (double& share : all) share = -std::log(1 - rng.uniform());
  const double sum = std::accumulate(all.begin(), all.end(), 0.0);
  for (double& share : all) share /= sum;
  return all;
}

}  // namespace

TabularModel random_model(const RandomModelParameters& parameters) {
  SADDLE_CHECK(parameters.states > 0 && parameters.actions > 0 && parameters.constraints >= 0 &&
                   parameters.branches > 0,
               parameters.states, parameters.actions, parameters.constraints, parameters.branches);
  Rng rng(parameters.seed);
  TabularModel model;
  model.id = concat("RandomCmdp", parameters.seed, "-v0");
  model.doc = concat("random tables of seed ", parameters.seed, ", where what pays costs");
  model.states = parameters.states;
  model.actions = parameters.actions;
  model.continuation = parameters.continuation;
  model.start = shares(rng, model.states);
  const auto s = static_cast<std::size_t>(model.states);
  const std::size_t pairs = s * static_cast<std::size_t>(model.actions);
  model.transition.assign(pairs * s, 0);
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    for (const double share : shares(rng, parameters.branches)) {
      model.transition[pair * s + rng.below(static_cast<std::uint32_t>(s))] += share;
    }
    model.reward.push_back(rng.uniform());
    for (int k = 0; k < parameters.constraints; ++k) {
      model.cost.push_back((model.reward.back() + rng.uniform()) / 2);
    }
  }
  for (int k = 1; k <= parameters.constraints; ++k) {
    model.constraints.push_back({concat("cost", k), "units", 0, "the table says so for the step"});
  }
  const EpisodeSums limits = expected_sums(model, uniform_policy(model));
  for (std::size_t k = 0; k < limits.cost.size(); ++k) {
    model.constraints[k].default_limit = std::ceil(100 * limits.cost[k]) / 100;
  }
  return model;
}

}  // namespace saddle
