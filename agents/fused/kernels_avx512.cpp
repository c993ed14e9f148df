// SPDX-License-Identifier: Apache-2.0
// The kernels for AVX512.
#include <saddle/agents/fused/kernels.h>

namespace saddle::fused {
namespace avx512_set {

using std::size_t;
constexpr int kWidth = 16, kVectors = 4, kRows = 6;
#include <saddle/agents/fused/kernels_impl.inc>

#include <saddle/agents/fused/cells_impl.inc>

}  // namespace avx512_set

const Kernels kAvx512Kernels{"avx512",
                             avx512_set::multiply,
                             avx512_set::multiply_activate,
                             avx512_set::multiply_chain,
                             avx512_set::project,
                             avx512_set::squared_norm,
                             avx512_set::adam,
                             avx512_set::kGru,
                             avx512_set::kLstm};

}  // namespace saddle::fused
