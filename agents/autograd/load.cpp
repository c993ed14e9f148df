// SPDX-License-Identifier: Apache-2.0
// Loads the library of the autograd back end.
#include <saddle/agents/autograd/library.h>

#include <dlfcn.h>

#include <saddle/agents/plugin.h>

namespace saddle {
namespace {

/// Found as the library that this code is in finds what it is linked to. Never closed.
const AutogradLibrary& load() {
  void* const handle = ::dlopen(SADDLE_AUTOGRAD_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  void* const entry = handle == nullptr ? nullptr : ::dlsym(handle, "saddle_autograd");
  if (entry == nullptr) {
    throw Error(concat("cannot load the autograd back end: ", ::dlerror(), "; build Saddle with ",
                       "SADDLE_WITH_TORCH on and keep the library where it was installed, or ",
                       "leave network.backend at fused"));
  }
  const AutogradLibrary& library = *reinterpret_cast<decltype(&saddle_autograd)>(entry)();
  if (library.build != agent_plugin_build()) {
    throw Error(concat("the autograd back end, " SADDLE_AUTOGRAD_LIBRARY ", is of another build (",
                       library.build, ") than this program (", agent_plugin_build(),
                       "); build and install both anew"));
  }
  return library;
}

}  // namespace

std::unique_ptr<Network> make_autograd_mlp(const MlpShape& shape, ParameterArena& arena) {
  static const AutogradLibrary& library = load();
  return library.make_mlp(shape, arena);
}

}  // namespace saddle
