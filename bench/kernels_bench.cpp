// SPDX-License-Identifier: Apache-2.0
// The three products of a layer of 64 × 64 by our kernels and by libraries, in one process:
// GFLOP/s, one thread, float32.
//
//     forward  Y [n,64] = X W    inputs  dX [n,64] = dY Wᵀ    weights  dW [64,64] = Xᵀ dY
//
// Eigen is compiled for the machine that builds this. OpenBLAS and oneDNN are asked for when this
// starts, and left out where they are not installed. Ours are given what training gives them: Wᵀ is
// laid out once for many rows, the others are not moved.
#include <dlfcn.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <Eigen/Core>

#include <saddle/agents/fused/kernels.h>

namespace {

constexpr int kWidth = 64;

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

enum class Product { kForward, kInputs, kWeights };

/// What a product reads and writes; n rows.
struct Layer {
  explicit Layer(int n)
      : x(Matrix::Random(n, kWidth)),
        w(Matrix::Random(kWidth, kWidth)),
        w_transposed(w.transpose()),
        y(Matrix::Random(n, kWidth)),
        out(n, kWidth),
        d_w(kWidth, kWidth) {}

  Matrix x, w, w_transposed, y, out, d_w;
};

void ours(Layer& l, Product product) {
  const auto n = static_cast<std::size_t>(l.x.rows());
  const auto multiply = saddle::fused::kernels().multiply;
  switch (product) {
    case Product::kForward:
      return multiply(
          {l.x.data(), kWidth, 1, l.w.data(), kWidth, l.out.data(), kWidth, n, kWidth, kWidth},
          false);
    case Product::kInputs:
      return multiply({l.y.data(), kWidth, 1, l.w_transposed.data(), kWidth, l.out.data(), kWidth,
                       n, kWidth, kWidth},
                      false);
    case Product::kWeights:
      return multiply(
          {l.x.data(), 1, kWidth, l.y.data(), kWidth, l.d_w.data(), kWidth, kWidth, kWidth, n},
          false);
  }
}

void eigen(Layer& l, Product product) {
  switch (product) {
    case Product::kForward:
      l.out.noalias() = l.x * l.w;
      return;
    case Product::kInputs:
      l.out.noalias() = l.y * l.w.transpose();
      return;
    case Product::kWeights:
      l.d_w.noalias() = l.x.transpose() * l.y;
      return;
  }
}

/// C [rows,columns] = op(A) op(B) in rows, as a library's sgemm takes it; `depth` is summed over.
using Gemm = void (*)(bool a_transposed, bool b_transposed, int rows, int columns, int depth,
                      const float* a, const float* b, float* c);

void by(Gemm gemm, Layer& l, Product product) {
  const int n = static_cast<int>(l.x.rows());
  switch (product) {
    case Product::kForward:
      return gemm(false, false, n, kWidth, kWidth, l.x.data(), l.w.data(), l.out.data());
    case Product::kInputs:
      return gemm(false, true, n, kWidth, kWidth, l.y.data(), l.w.data(), l.out.data());
    case Product::kWeights:
      return gemm(true, false, kWidth, kWidth, n, l.x.data(), l.y.data(), l.d_w.data());
  }
}

/// A function of a shared library; null if there is none.
template <class Function>
Function* loaded(const char* library, const char* name) {
  void* const handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  return handle == nullptr ? nullptr : reinterpret_cast<Function*>(dlsym(handle, name));
}

using Cblas = void(int, int, int, int, int, int, float, const float*, int, const float*, int, float,
                   float*, int);
using Dnnl = int(char, char, std::int64_t, std::int64_t, std::int64_t, float, const float*,
                 std::int64_t, const float*, std::int64_t, float, float*, std::int64_t);
Cblas* g_cblas = nullptr;
Dnnl* g_dnnl = nullptr;

void open_blas(bool ta, bool tb, int m, int n, int k, const float* a, const float* b, float* c) {
  constexpr int kRowMajor = 101, kPlain = 111, kTransposed = 112;  // of the interface of C to BLAS
  g_cblas(kRowMajor, ta ? kTransposed : kPlain, tb ? kTransposed : kPlain, m, n, k, 1, a,
          ta ? m : k, b, tb ? k : n, 0, c, n);
}

void one_dnn(bool ta, bool tb, int m, int n, int k, const float* a, const float* b, float* c) {
  g_dnnl(ta ? 'T' : 'N', tb ? 'T' : 'N', m, n, k, 1, a, ta ? m : k, b, tb ? k : n, 0, c, n);
}

using Multiply = std::function<void(Layer&, Product)>;

void measure(benchmark::State& state, const Multiply& multiply, Product product) {
  Layer layer(static_cast<int>(state.range(0)));
  Layer check = layer;
  eigen(check, product);
  multiply(layer, product);
  const bool weights = product == Product::kWeights;
  const Matrix error = weights ? layer.d_w - check.d_w : layer.out - check.out;
  if (!(error.cwiseAbs().maxCoeff() < 1e-3)) return state.SkipWithError("another product");
  for (auto _ : state) {
    multiply(layer, product);
    benchmark::ClobberMemory();
  }
  const double flops = 2.0 * kWidth * kWidth * static_cast<double>(state.range(0));
  state.counters["FLOP/s"] = benchmark::Counter(flops * static_cast<double>(state.iterations()),
                                                benchmark::Counter::kIsRate);
}

void add(const std::string& library, const Multiply& multiply) {
  const std::pair<const char*, Product> products[] = {
      {"forward", Product::kForward}, {"inputs", Product::kInputs}, {"weights", Product::kWeights}};
  for (const auto& [name, product] : products) {
    benchmark::RegisterBenchmark((std::string(name) + "/" + library).c_str(), measure, multiply,
                                 product)
        ->Arg(64)
        ->Arg(256)
        ->Arg(1024);
  }
}

[[maybe_unused]] const int kRegistered = [] {
  // Some library that this is linked to may have started their threads.
  if (auto* const set = loaded<void(int)>("libopenblas.so.0", "openblas_set_num_threads")) set(1);
  if (auto* const set = loaded<void(int)>("libgomp.so.1", "omp_set_num_threads")) set(1);
  add(std::string("saddle-") + saddle::fused::kernels().name, ours);
  add("eigen", eigen);
  g_cblas = loaded<Cblas>("libopenblas.so.0", "cblas_sgemm");
  if (g_cblas != nullptr) add("openblas", [](Layer& l, Product p) { by(open_blas, l, p); });
  g_dnnl = loaded<Dnnl>("libdnnl.so.2", "dnnl_sgemm");
  if (g_dnnl != nullptr) add("onednn", [](Layer& l, Product p) { by(one_dnn, l, p); });
  return 0;
}();

}  // namespace
