// SPDX-License-Identifier: Apache-2.0
// The shared library that holds the autograd back end, alone of agents linked to LibTorch. It is
// loaded when the first such network is made, so that whoever makes none need not wait for
// LibTorch, nor have it.
#pragma once

#include <memory>

#include <saddle/agents/network.h>

namespace saddle {

/// What the library has to offer. `build` is agent_plugin_build() where it was compiled.
struct AutogradLibrary {
  const char* build;
  std::unique_ptr<Network> (*make_mlp)(const MlpShape&, ParameterArena&);
};

}  // namespace saddle

/// The one function that it exports. LibTorch computes with one thread per caller from then on:
/// WorkerPool is where Saddle is parallel.
extern "C" __attribute__((visibility("default"))) const saddle::AutogradLibrary* saddle_autograd();
