// SPDX-License-Identifier: Apache-2.0
// Which Saddle this is, and what it runs on.
#include <saddle/apps/version.h>

#include <Eigen/Core>

#include <saddle/agents/fused/kernels.h>
#include <saddle/base/check.h>
#include <saddle/version.h>

namespace saddle {

std::string_view saddle_version() { return SADDLE_VERSION; }

std::string version_text() {
  return concat("saddle ", SADDLE_VERSION, "\nLibTorch ", SADDLE_TORCH_VERSION, "\nBox2D ",
                SADDLE_BOX2D_VERSION, "\nEigen ", EIGEN_WORLD_VERSION, ".", EIGEN_MAJOR_VERSION,
                ".", EIGEN_MINOR_VERSION, "\nkernels ", fused::kernels().name);
}

}  // namespace saddle
