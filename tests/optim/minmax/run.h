// SPDX-License-Identifier: Apache-2.0
// Methods and games of the catalogue, run on each other.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <saddle/optim/linear_algebra.h>
#include <saddle/optim/minmax/catalogue.h>

namespace saddle {

using Game = MinMaxProblem<Eigen::VectorXd>;
using GamePoint = Pair<Eigen::VectorXd>;

[[nodiscard]] inline const Catalogue<Game>& games() {
  static const Catalogue<Game> all = [] {
    Catalogue<Game> catalogue;
    register_min_max(catalogue);
    return catalogue;
  }();
  return all;
}

[[nodiscard]] inline Instance<Game> make_game(const std::string& name, const Preset& options = {}) {
  const auto builder = games().problems.at(name).builder();
  Fields fields;
  builder->fields(fields);
  for (const auto& [key, typed] : options) fields.parse(key, typed);
  return builder->build(1);
}

[[nodiscard]] inline std::unique_ptr<Method<Game>> make_method(const std::string& name,
                                                               const Game& game,
                                                               const Preset& options = {}) {
  const auto builder = games().methods.at(name).builder();
  Fields fields;
  builder->fields(fields);
  for (const auto& [key, typed] : options) fields.parse(key, typed);
  return builder->build(game, 2);
}

/// Moves z by `count` steps and shows every new point.
template <class Problem>
void run(
    Problem& problem, Method<Problem>& method, typename Problem::Point& z, int count,
    const std::function<void(const typename Problem::Point&)>& observe = [](const auto&) {}) {
  for (int i = 0; i < count; ++i) {
    method.step(problem, z);
    observe(z);
  }
}

[[nodiscard]] inline GamePoint scalars(double x, double y) { return {scalar(x), scalar(y)}; }

}  // namespace saddle
