// SPDX-License-Identifier: Apache-2.0
// A point of a product space: primal and dual, player and adversary, outer and inner variable.
#pragma once

#include <cstdint>
#include <string>

#include <saddle/optim/vector.h>

namespace saddle {

/// (x, y), itself a vector: methods for variational inequalities run on it unchanged.
template <class X, class Y = X>
struct Pair {
  X x;
  Y y;

  friend Pair operator+(const Pair& a, const Pair& b) { return {X(a.x + b.x), Y(a.y + b.y)}; }
  friend Pair operator-(const Pair& a, const Pair& b) { return {X(a.x - b.x), Y(a.y - b.y)}; }
  friend Pair operator*(double scale, const Pair& a) { return {X(scale * a.x), Y(scale * a.y)}; }
};

template <class X, class Y>
struct VectorSpace<Pair<X, Y>> {
  using V = Pair<X, Y>;
  using OfX = VectorSpace<X>;
  using OfY = VectorSpace<Y>;

  static double dot_product(const V& a, const V& b) {
    return OfX::dot_product(a.x, b.x) + OfY::dot_product(a.y, b.y);
  }
  static bool all_finite(const V& a) { return OfX::all_finite(a.x) && OfY::all_finite(a.y); }
  static std::int64_t dimension(const V& a) { return OfX::dimension(a.x) + OfY::dimension(a.y); }
  static V zero_like(const V& a) { return {OfX::zero_like(a.x), OfY::zero_like(a.y)}; }
  static V normal_like(const V& a, Rng& rng) {
    X x = OfX::normal_like(a.x, rng);
    return {std::move(x), OfY::normal_like(a.y, rng)};
  }
  static V times(const V& a, const V& b) { return {OfX::times(a.x, b.x), OfY::times(a.y, b.y)}; }
  static V over_root(const V& a, const V& b, double epsilon) {
    return {OfX::over_root(a.x, b.x, epsilon), OfY::over_root(a.y, b.y, epsilon)};
  }
  static void state(Archive& archive, std::string_view name, V& a) {
    OfX::state(archive, std::string(name) + ".x", a.x);
    OfY::state(archive, std::string(name) + ".y", a.y);
  }
};

}  // namespace saddle
