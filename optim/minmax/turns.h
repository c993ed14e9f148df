// SPDX-License-Identifier: Apache-2.0
// The half steps that methods share in which the players of x, or those of y, take turns.
#pragma once

#include <saddle/optim/problem.h>

namespace saddle {

/// x_b ← P(x_b − η ∇_b f(x, y) + c_b), one block b after another, each with the newest values of
/// those before it (Gauss-Seidel). With one block this is the plain projected step.
template <class X, class Y>
[[nodiscard]] X descend_in_turn(MinMaxProblem<X, Y>& problem, const X& x, const Y& y, double step,
                                const X& correction) {
  X moved = x;
  for (int b = 0; b < problem.blocks_x(); ++b) {
    const X gradient = problem.block_gradient_x(moved, y, b);
    moved = problem.project_x(X(moved - step * gradient + problem.block_of_x(correction, b)));
  }
  return moved;
}

/// y_b ← P(y_b + η ∇_b f(x, y) + c_b), in the same way.
template <class X, class Y>
[[nodiscard]] Y ascend_in_turn(MinMaxProblem<X, Y>& problem, const X& x, const Y& y, double step,
                               const Y& correction) {
  Y moved = y;
  for (int b = 0; b < problem.blocks_y(); ++b) {
    const Y gradient = problem.block_gradient_y(x, moved, b);
    moved = problem.project_y(Y(moved + step * gradient + problem.block_of_y(correction, b)));
  }
  return moved;
}

}  // namespace saddle
