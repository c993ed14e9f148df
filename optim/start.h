// SPDX-License-Identifier: Apache-2.0
// What solve() asks of a problem and of the point that it starts from.
#pragma once

#include <concepts>
#include <cstdint>

#include <saddle/optim/problem.h>

namespace saddle {

namespace detail {

inline void require_entries(const char* what, std::int64_t got, std::int64_t wanted) {
  if (got != wanted) {
    throw Error(concat(what, " has ", got, " entries where the start point asks for ", wanted,
                       "; give the start the shape of the problem"));
  }
}

}  // namespace detail

/// Errors: saddle::Error if the start is empty or not finite.
template <class V>
void check_point(const V& z) {
  if (dimension_of(z) == 0) {
    throw Error("the start point is empty; give it an entry for each variable of the problem");
  }
  if (!all_finite(z)) {
    throw Error("the start point is not finite; start from finite numbers");
  }
}

/// Errors: saddle::Error if z is empty, not finite, or of another shape than the problem.
template <class V>
void check_start(VariationalProblem<V>& problem, const V& z) {
  check_point(z);
  detail::require_entries("the field", dimension_of(problem.field(z)), dimension_of(z));
}
template <class V>
void check_start(ConstrainedProblem<V>& problem, const Pair<V, Eigen::VectorXd>& z) {
  check_point(z.x);
  const std::int64_t constraints = problem.inequalities() + problem.equalities();
  if (z.y.size() != constraints) {
    throw Error(concat("the start point has ", z.y.size(), " multipliers and the problem ",
                       constraints, " constraints; give it a multiplier, such as 0, for each"));
  }
  check_point(z.y.size() == 0 ? Eigen::VectorXd(Eigen::VectorXd::Zero(1)) : z.y);
  const std::int64_t values = problem.values(z.x).constraints.size();
  if (values != constraints) {
    throw Error(concat("the problem announces ", constraints, " constraints and measures ", values,
                       "; make inequalities(), equalities() and values() agree"));
  }
  detail::require_entries("the gradient", dimension_of(problem.gradient(z.x, {1, z.y})),
                          dimension_of(z.x));
}
template <class X, class Y>
void check_start(BilevelProblem<X, Y>& problem, const Pair<X, Y>& z) {
  check_point(z.x);
  check_point(z.y);
  const Pair<X, Y> outer = problem.outer_gradient(z.x, z.y);
  detail::require_entries("the outer gradient in x", dimension_of(outer.x), dimension_of(z.x));
  detail::require_entries("the outer gradient in y", dimension_of(outer.y), dimension_of(z.y));
}

/// Of other problems only the point is looked at.
template <class Problem, class Point>
requires(!std::derived_from<Problem, VariationalProblem<Point>>) void check_start(Problem&,
                                                                                  const Point& z) {
  check_point(z);
}

}  // namespace saddle
