// SPDX-License-Identifier: Apache-2.0
// Constrained decision processes written out as tables.
#include <saddle/envs/tabular/model.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace saddle {
namespace {

bool are_probabilities(std::span<const double> row) {
  return std::ranges::all_of(row, [](double p) { return p >= 0; }) &&
         std::abs(std::accumulate(row.begin(), row.end(), 0.0) - 1) < 1e-9;
}

}  // namespace

void TabularModel::validate() const {
  const auto require = [this](bool holds, const char* what) {
    if (!holds) throw Error(concat("the tables of world '", id, "' need ", what));
  };
  require(states > 0 && actions > 0, "at least one state and one action");
  require(continuation >= 0 && continuation < 1, "a probability to go on in [0, 1)");
  const std::size_t s = size_of(states), pairs = s * size_of(actions);
  require(start.size() == s && are_probabilities(start),
          "one start probability a state, which sum to 1");
  require(transition.size() == pairs * s, "a row of probabilities for each state and action");
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    require(are_probabilities(std::span(transition).subspan(pair * s, s)),
            "rows of probabilities which sum to 1");
  }
  require(reward.size() == pairs &&
              std::ranges::all_of(reward, [](double r) { return std::isfinite(r); }),
          "a finite reward for each state and action");
  require(cost.size() == pairs * constraints.size() &&
              std::ranges::all_of(cost, [](double c) { return std::isfinite(c) && c >= 0; }),
          "a finite cost of at least 0 for each state, action and constraint");
}

EpisodeSums expected_sums(const TabularModel& model, std::span<const double> policy) {
  const std::size_t s = size_of(model.states), a = size_of(model.actions);
  const std::size_t c = model.constraints.size();
  SADDLE_CHECK(policy.size() == s * a, policy.size(), s, a);
  EpisodeSums sums{0, std::vector<double>(c)};
  std::vector<double> visits = model.start, next(s);
  constexpr double kNegligible = 1e-12;
  for (double going_on = 1; going_on > kNegligible * (1 - model.continuation);
       going_on *= model.continuation) {
    std::ranges::fill(next, 0.0);
    for (std::size_t pair = 0; pair < s * a; ++pair) {
      const double weight = visits[pair / a] * policy[pair];
      if (weight == 0) continue;
      sums.reward += weight * model.reward[pair];
      for (std::size_t k = 0; k < c; ++k) sums.cost[k] += weight * model.cost[pair * c + k];
      for (std::size_t to = 0; to < s; ++to) {
        next[to] += model.continuation * weight * model.transition[pair * s + to];
      }
    }
    visits.swap(next);
  }
  return sums;
}

std::vector<double> uniform_policy(const TabularModel& model) {
  return std::vector<double>(size_of(model.states) * size_of(model.actions), 1.0 / model.actions);
}

}  // namespace saddle
