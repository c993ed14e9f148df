// SPDX-License-Identifier: Apache-2.0
// What a method asks of the vectors it works on, beyond a + b, a − b and double * a.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include <saddle/base/archive.h>
#include <saddle/optim/normal.h>

namespace saddle {

/// The operations of a vector type; specialise it to run every method on vectors of your own.
/// Methods only ever build fresh vectors, so a type whose copies alias, as tensors do, is safe.
template <class V>
struct VectorSpace;

template <>
struct VectorSpace<Eigen::VectorXd> {
  using V = Eigen::VectorXd;

  static double dot_product(const V& a, const V& b) { return a.dot(b); }
  static bool all_finite(const V& a) { return a.allFinite(); }
  static std::int64_t dimension(const V& a) { return a.size(); }
  static V zero_like(const V& a) { return V::Zero(a.size()); }

  /// Independent standard normal entries.
  static V normal_like(const V& a, Rng& rng) {
    V drawn(a.size());
    draw_normals(rng, {drawn.data(), static_cast<std::size_t>(drawn.size())});
    return drawn;
  }

  /// a_i b_i.
  static V times(const V& a, const V& b) { return a.cwiseProduct(b); }

  /// a_i / (√b_i + ε).
  static V over_root(const V& a, const V& b, double epsilon) {
    return (a.array() / (b.array().sqrt() + epsilon)).matrix();
  }

  /// Takes the size it was saved with.
  static void state(Archive& archive, std::string_view name, V& a) {
    std::vector<double> values(a.data(), a.data() + a.size());
    archive(name, values);
    if (archive.loading()) a = V::Map(values.data(), static_cast<Eigen::Index>(values.size()));
  }
};

template <class V>
[[nodiscard]] double dot_product(const V& a, const V& b) {
  return VectorSpace<V>::dot_product(a, b);
}

template <class V>
[[nodiscard]] double euclidean_norm(const V& a) {
  return std::sqrt(dot_product(a, a));
}

template <class V>
[[nodiscard]] bool all_finite(const V& a) {
  return VectorSpace<V>::all_finite(a);
}

/// The number of entries.
template <class V>
[[nodiscard]] std::int64_t dimension_of(const V& a) {
  return VectorSpace<V>::dimension(a);
}

template <class V>
[[nodiscard]] V zero_like(const V& a) {
  return VectorSpace<V>::zero_like(a);
}

template <class V>
void archive_vector(Archive& archive, std::string_view name, V& a) {
  VectorSpace<V>::state(archive, name, a);
}

/// As archive_vector(), for a vector whose size its owner fixes.
/// Errors: saddle::Error if the saved one has another size.
inline void archive_fixed(Archive& archive, std::string_view name, Eigen::VectorXd& a) {
  archive(name, std::span<double>(a.data(), static_cast<std::size_t>(a.size())));
}

}  // namespace saddle
