// SPDX-License-Identifier: Apache-2.0
// The half step that methods share in which the players of x take turns.
#pragma once

#include <saddle/optim/problem.h>

namespace saddle {

/// x_b ← P(x_b − η ∇_b f(x, y) + c_b), one block b after another, each with the newest values of
/// those before it (Gauss-Seidel). With one block this is the plain projected step.
template <class X, class Y>
[[nodiscard]] X descend_in_turn(MinMaxProblem<X, Y>& problem, const X& x, const Y& y, double step,
                                const X& correction) {
  X moved = x;
  for (int b = 0; b < problem.blocks(); ++b) {
    const X gradient = problem.block_gradient_x(moved, y, b);
    moved = problem.project_x(X(moved - step * gradient + problem.block_of_x(correction, b)));
  }
  return moved;
}

}  // namespace saddle
