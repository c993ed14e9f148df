// SPDX-License-Identifier: Apache-2.0
// Bilevel problems and methods of the catalogue, made and run.
#pragma once

#include <memory>
#include <string>

#include <saddle/optim/bilevel/catalogue.h>
#include <saddle/optim/bilevel/lower_level.h>
#include <saddle/optim/linear_algebra.h>

namespace saddle {

using Levels = BilevelProblem<Eigen::VectorXd>;
using Point = Pair<Eigen::VectorXd>;
inline const Point kOrigin{scalar(0), scalar(0)};

[[nodiscard]] inline Catalogue<Levels> bilevel_catalogue() {
  Catalogue<Levels> catalogue;
  register_bilevel(catalogue);
  return catalogue;
}

/// An entry of the catalogue with `options` set over its defaults.
template <class Entry>
[[nodiscard]] auto configured(const Entry& entry, const Preset& options) {
  auto builder = entry.builder();
  Fields fields;
  builder->fields(fields);
  for (const auto& [key, value] : options) fields.parse(key, value);
  return builder;
}

[[nodiscard]] inline Instance<Levels> make_problem(const std::string& name,
                                                   const Preset& options = {}) {
  return configured(bilevel_catalogue().problems.at(name), options)->build(1);
}

/// The method with the preset of the problem, then with `options`.
[[nodiscard]] inline std::unique_ptr<Method<Levels>> make_method(const std::string& name,
                                                                 const std::string& problem,
                                                                 const Preset& options = {}) {
  const Catalogue<Levels> catalogue = bilevel_catalogue();
  Preset all;
  const auto& presets = catalogue.problems.at(problem).presets;
  if (const auto preset = presets.find(name); preset != presets.end()) all = preset->second;
  all.insert(all.end(), options.begin(), options.end());
  return configured(catalogue.methods.at(name), all)->build(*make_problem(problem).problem, 1);
}

/// `count` steps of M with these options from `z`.
template <class M, class Problem, class Z>
[[nodiscard]] Z after(Problem&& problem, const typename M::Options& options, Z z, int count) {
  M method(options);
  for (int i = 0; i < count; ++i) method.step(problem, z);
  return z;
}

/// ∇F at x, projected: ‖x − P(x − ∇F(x))‖.
[[nodiscard]] inline double projected_hypergradient(Levels& problem, const Eigen::VectorXd& x,
                                                    const Eigen::VectorXd& lower) {
  const Eigen::VectorXd h = exact_hypergradient(problem, x, lower);
  return (x - problem.project_x(x - h)).norm();
}

}  // namespace saddle
