// SPDX-License-Identifier: Apache-2.0
// The kernels for vectors of four, which every machine has.
#include <saddle/agents/fused/kernels.h>

namespace saddle::fused {
namespace generic_set {

using std::size_t;
constexpr int kWidth = 4, kVectors = 2, kRows = 4;
#include <saddle/agents/fused/kernels_impl.inc>

#include <saddle/agents/fused/cells_impl.inc>

}  // namespace generic_set

const Kernels kGenericKernels{"generic",
                              generic_set::multiply,
                              generic_set::multiply_activate,
                              generic_set::multiply_chain,
                              generic_set::project,
                              generic_set::squared_norm,
                              generic_set::adam,
                              generic_set::kGru,
                              generic_set::kLstm};

}  // namespace saddle::fused
