// SPDX-License-Identifier: Apache-2.0
// Keeps the numeric libraries from starting threads of their own.
#pragma once

namespace saddle {

/// LibTorch and OpenBLAS compute with one thread per caller from here on; WorkerPool is where
/// Saddle is parallel. Call it before the first tensor.
void use_one_thread_per_worker();

}  // namespace saddle
