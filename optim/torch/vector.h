// SPDX-License-Identifier: Apache-2.0
// Tensors as vectors: with this header every method runs on torch::Tensor.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <saddle/optim/torch/torch.h>
#include <saddle/optim/vector.h>

namespace saddle {

/// float32 or float64 on the CPU, of any shape. Scalars are computed in double.
///
/// Start methods from tensors that do not require gradients, so that autograd records none of
/// their steps; FlatParameters::values() gives such a one.
template <>
struct VectorSpace<torch::Tensor> {
  using V = torch::Tensor;

  static double dot_product(const V& a, const V& b) {
    SADDLE_CHECK(a.sizes() == b.sizes(), a.sizes(), b.sizes());
    const at::NoGradGuard no_gradient;
    return (a * b).sum(torch::kFloat64).item<double>();
  }
  static bool all_finite(const V& a) {
    const at::NoGradGuard no_gradient;
    return torch::isfinite(a).all().item<bool>();
  }
  static std::int64_t dimension(const V& a) { return a.numel(); }
  static V zero_like(const V& a) { return torch::zeros_like(a); }

  /// The numbers that an Eigen vector of as many entries would get.
  static V normal_like(const V& a, Rng& rng) {
    const V drawn = torch::empty(a.sizes(), torch::kFloat64);
    draw_normals(rng, entries<double>(drawn));
    return drawn.to(a.scalar_type());
  }
  static V times(const V& a, const V& b) {
    SADDLE_CHECK(a.sizes() == b.sizes(), a.sizes(), b.sizes());
    const at::NoGradGuard no_gradient;
    return a * b;
  }
  static V over_root(const V& a, const V& b, double epsilon) {
    SADDLE_CHECK(a.sizes() == b.sizes(), a.sizes(), b.sizes());
    const at::NoGradGuard no_gradient;
    return a / (b.sqrt() + epsilon);
  }

  /// Takes the shape and the type it was saved with, in memory of its own.
  static void state(Archive& archive, std::string_view name, V& a) {
    SADDLE_CHECK(archive.loading() || a.defined());
    std::vector<std::int64_t> shape;
    bool single = false;
    if (!archive.loading()) {
      require_supported(a);
      shape = a.sizes().vec();
      single = a.scalar_type() == torch::kFloat32;
    }
    archive(std::string(name) + ".shape", shape);
    archive(std::string(name) + ".single", single);
    if (single) {
      values<float>(archive, name, shape, a);
    } else {
      values<double>(archive, name, shape, a);
    }
  }

  /// Errors: saddle::Error if a is not of a kind that methods work on.
  static void require_supported(const V& a) {
    if (!a.defined()) throw Error("the tensor is undefined; give it a shape and values first");
    const bool real = a.scalar_type() == torch::kFloat32 || a.scalar_type() == torch::kFloat64;
    if (!real || !a.device().is_cpu()) {
      throw Error(concat("the tensor holds ", a.scalar_type(), " on ", a.device(),
                         "; vectors of methods are float32 or float64 on the CPU"));
    }
  }

 private:
  template <class T>
  static std::span<T> entries(const V& contiguous) {
    return {contiguous.data_ptr<T>(), static_cast<std::size_t>(contiguous.numel())};
  }

  template <class T>
  static void values(Archive& archive, std::string_view name,
                     const std::vector<std::int64_t>& shape, V& a) {
    constexpr auto kType = c10::CppTypeToScalarType<T>::value;
    const V own = archive.loading() ? torch::empty(shape, kType) : a.detach().contiguous();
    archive(name, entries<T>(own), shape);
    if (archive.loading()) a = own;
  }
};

/// A copy, of float64.
[[nodiscard]] inline torch::Tensor to_tensor(const Eigen::VectorXd& a) {
  // LibTorch takes no const pointer, but clone() only reads.
  return torch::from_blob(const_cast<double*>(a.data()), {a.size()}, torch::kFloat64).clone();
}

/// A copy, of all entries in their order.
[[nodiscard]] inline Eigen::VectorXd to_eigen(const torch::Tensor& a) {
  const torch::Tensor flat = a.detach().to(torch::kFloat64).contiguous();
  return Eigen::VectorXd::Map(flat.data_ptr<double>(), flat.numel());
}

}  // namespace saddle
