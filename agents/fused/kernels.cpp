// SPDX-License-Identifier: Apache-2.0
// The choice among instruction sets.
#include <saddle/agents/fused/kernels.h>

#include <cstdlib>
#include <string>
#include <vector>

#include <saddle/base/check.h>

namespace saddle::fused {
namespace {

/// What this processor can run, best first.
std::vector<const Kernels*> available() {
  std::vector<const Kernels*> sets;
#ifdef SADDLE_X86_KERNELS
  if (__builtin_cpu_supports("avx512f")) sets.push_back(&kAvx512Kernels);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    sets.push_back(&kAvx2Kernels);
#endif
  sets.push_back(&kGenericKernels);
  return sets;
}

const Kernels& choose() {
  const std::vector<const Kernels*> sets = available();
  const char* const wanted = std::getenv("SADDLE_SIMD");
  if (!wanted || !*wanted) return *sets.front();
  std::string names;
  for (const Kernels* set : sets) {
    if (std::string(wanted) == set->name) return *set;
    names += (names.empty() ? "" : ", ") + std::string(set->name);
  }
  throw Error(concat("SADDLE_SIMD is '", wanted, "', but this machine has ", names,
                     "; unset it or name one of these"));
}

}  // namespace

const Kernels& kernels() {
  static const Kernels& chosen = choose();
  return chosen;
}

}  // namespace saddle::fused
