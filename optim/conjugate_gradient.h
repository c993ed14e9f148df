// SPDX-License-Identifier: Apache-2.0
// Linear systems by products with the matrix alone.
#pragma once

#include <cstdint>

#include <saddle/optim/vector.h>

namespace saddle {

struct CgOptions {
  std::int64_t limit = 10;   ///< iterations
  double tolerance = 1e-10;  ///< of ‖b − A x‖ relative to ‖b‖
};

template <class V>
struct CgResult {
  V solution;
  double residual = 0;  ///< ‖b − A x‖
  std::int64_t iterations = 0;
};

/// Solves A x = b for a symmetric A that is positive definite on what it meets, from `start`.
/// Stops at directions of curvature ≤ 0, with the solution so far: its ½xᵀAx − bᵀx only falls.
/// Cost  one product with A an iteration, and one for the start.
/// Ref   Hestenes and Stiefel 1952.
template <class V, class Matrix>
[[nodiscard]] CgResult<V> conjugate_gradient(Matrix&& matrix, const V& b, const V& start,
                                             const CgOptions& options = {}) {
  V x = start;
  V rest = b - matrix(x);
  V direction = rest;
  double square = dot_product(rest, rest);
  const double goal = options.tolerance * euclidean_norm(b);
  std::int64_t i = 0;
  for (; i < options.limit && std::sqrt(square) > goal; ++i) {
    const V image = matrix(direction);
    const double curvature = dot_product(direction, image);
    if (!(curvature > 0)) break;
    const double step = square / curvature;
    x = V(x + step * direction);
    rest = V(rest - step * image);
    const double next = dot_product(rest, rest);
    direction = V(rest + (next / square) * direction);
    square = next;
  }
  return {x, std::sqrt(square), i};
}

/// The x with the smallest ‖b − A x‖, for a symmetric A that is positive semidefinite, also where
/// b is not in its range and conjugate gradients lose their way. From 0.
/// Stops when ‖b − A x‖ or ‖A(b − A x)‖ is `tolerance` of what it was, and at ⟨r, A r⟩ ≤ 0.
/// Cost  one product with A an iteration, and one for the start.
/// Ref   Stiefel 1955; Saad 2003, "Iterative methods for sparse linear systems", algorithm 6.20.
template <class V, class Matrix>
[[nodiscard]] CgResult<V> conjugate_residual(Matrix&& matrix, const V& b,
                                             const CgOptions& options = {}) {
  V x = zero_like(b), rest = b, direction = b;
  V image_of_rest = matrix(rest);
  V image = image_of_rest;
  double curvature = dot_product(rest, image_of_rest);
  const double goal = options.tolerance * euclidean_norm(b);
  const double normal_goal = options.tolerance * euclidean_norm(image_of_rest);
  std::int64_t i = 0;
  for (; i < options.limit && euclidean_norm(rest) > goal &&
         euclidean_norm(image_of_rest) > normal_goal && curvature > 0;
       ++i) {
    const double step = curvature / dot_product(image, image);
    x = V(x + step * direction);
    rest = V(rest - step * image);
    image_of_rest = matrix(rest);
    const double next = dot_product(rest, image_of_rest);
    direction = V(rest + (next / curvature) * direction);
    image = V(image_of_rest + (next / curvature) * image);
    curvature = next;
  }
  return {x, euclidean_norm(rest), i};
}

}  // namespace saddle
