// SPDX-License-Identifier: Apache-2.0
// Thread settings of the numeric libraries.
#include <saddle/agents/threads.h>

#include <dlfcn.h>

#include <saddle/optim/torch/torch.h>

#include <ATen/Parallel.h>

namespace saddle {

void use_one_thread_per_worker() {
  at::set_num_threads(1);
  // LibTorch takes this one setting once.
  [[maybe_unused]] static const bool set = [] {
    at::set_num_interop_threads(1);
    return true;
  }();
  // OpenBLAS, where it is the BLAS in use, has a pool that LibTorch does not control.
  if (void* symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads")) {
    reinterpret_cast<void (*)(int)>(symbol)(1);
  }
}

}  // namespace saddle
