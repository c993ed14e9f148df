// SPDX-License-Identifier: Apache-2.0
// The inner loops of the fused back end, compiled for several instruction sets, chosen at run time.
#pragma once

#include <cstddef>

namespace saddle::fused {

/// Rows of internal buffers are padded to this many floats: one vector of the widest set.
inline constexpr std::size_t kLane = 16;

[[nodiscard]] constexpr std::size_t padded(std::size_t n) {
  return (n + kLane - 1) / kLane * kLane;
}

enum class Activation { kNone, kTanh, kRelu, kElu, kSilu };

/// The numbers of one Adam step: m ← β₁m + (1−β₁)sg, v ← β₂v + (1−β₂)(sg)², θ ← θ − r m / (√v + ε).
struct AdamStep {
  float scale;  ///< s, from clipping the gradient
  float beta1, beta2;
  float rate;     ///< r, with both bias corrections
  float epsilon;  ///< ε, likewise
};

/// A product C [rows,columns] = A B of matrices: A(i,k) = a[i·row_stride + k·depth_stride], depth
/// columns of it; B [depth,columns] and C with row strides b_stride and c_stride; columns a
/// multiple of kLane. One loop serves the forward product (A = inputs), the input gradient (A =
/// output gradient) and the weight gradient (A = output gradient transposed).
struct Product {
  const float* a;
  std::size_t row_stride, depth_stride;
  const float* b;
  std::size_t b_stride;
  float* c;
  std::size_t c_stride, rows, columns, depth;
};

/// What a recurrent cell does with numbers of a row, element by element: the products are made by
/// multiply(). `width` M is a multiple of kLane. Of every row, a and b [gates,M] are what the input
/// and the memory give to each gate, biases included; `before` and `after` [memory,M] the memory,
/// of which the first M are h, what is seen of it; `kept` [kept,M] what derivatives need.
struct CellKernels {
  std::size_t gates, memory, kept;

  void (*forward)(const float* a, const float* b, const float* before, float* kept, float* after,
                  std::size_t rows, std::size_t width);

  /// From the gradient `d` of `after` to those of a and b, and in its place to that of `before`
  /// without what comes back through b.
  void (*backward)(const float* kept, const float* before, float* d, float* da, float* db,
                   std::size_t rows, std::size_t width);

  /// From how a, b and, in `d`, `before` move, to how `after` does, in place of the latter.
  void (*tangent)(const float* kept, const float* before, const float* da, const float* db,
                  float* d, std::size_t rows, std::size_t width);
};

/// One instruction set's versions. All numbers are float32.
struct Kernels {
  const char* name;  ///< "avx512", "avx2", "sse2" or "generic"

  /// C = A B, or C += A B if `add`.
  void (*multiply)(const Product& product, bool add);

  /// C = activation(A B + bias), bias [columns]. For kSilu writes the derivative of the activation
  /// to `derivative`, if given, with strides as C.
  void (*multiply_activate)(const Product& product, const float* bias, Activation activation,
                            float* derivative);

  /// C = A B ⊙ activation'(·), or (C + A B) ⊙ activation'(·) if `add`, the slope from the activated
  /// values `y`, or for kSilu from the derivatives, with strides as C.
  void (*multiply_chain)(const Product& product, const float* y, Activation activation, bool add);

  /// Y [rows,columns] = X Wᵀ + bias for few columns, which need not be padded: X [rows,depth] and W
  /// [columns,depth] with row strides x_stride and w_stride, depth a multiple of kLane, Y
  /// contiguous. The bits of a row depend on nothing but that row.
  void (*project)(const float* x, std::size_t x_stride, const float* w, std::size_t w_stride,
                  const float* bias, float* y, std::size_t rows, std::size_t columns,
                  std::size_t depth);

  /// Σ x², n floats.
  double (*squared_norm)(const float* x, std::size_t n);

  /// One step of Adam over n parameters; sets the gradient to zero. Any n.
  void (*adam)(const AdamStep& step, float* value, float* gradient, float* first, float* second,
               std::size_t n);

  CellKernels gru, lstm;
};

/// The best set this processor has, or the one named by the environment variable SADDLE_SIMD.
/// Errors: saddle::Error if that names a set that is unknown or that the processor lacks.
[[nodiscard]] const Kernels& kernels();

extern const Kernels kGenericKernels;
#ifdef SADDLE_X86_KERNELS
extern const Kernels kAvx2Kernels, kAvx512Kernels;
#endif

}  // namespace saddle::fused
