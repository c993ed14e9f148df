// SPDX-License-Identifier: Apache-2.0
// The kernels for AVX2.
#include <saddle/agents/fused/kernels.h>

namespace saddle::fused {
namespace avx2_set {

using std::size_t;
constexpr int kWidth = 8, kVectors = 2, kRows = 6;
#include <saddle/agents/fused/kernels_impl.inc>

#include <saddle/agents/fused/cells_impl.inc>

}  // namespace avx2_set

const Kernels kAvx2Kernels{"avx2",
                           avx2_set::multiply,
                           avx2_set::multiply_activate,
                           avx2_set::multiply_chain,
                           avx2_set::project,
                           avx2_set::squared_norm,
                           avx2_set::adam,
                           avx2_set::kGru,
                           avx2_set::kLstm};

}  // namespace saddle::fused
