// SPDX-License-Identifier: Apache-2.0
// The saddle command as a function, for programs that add worlds, agents or rules of their own.
#pragma once

#include <saddle/apps/registries.h>

namespace saddle {

/// Does what the command line says with the names in `registries`, and returns the exit code: 0 if
/// done, 1 if `check` finds a world that breaks the contract, 2 if what the user gave is at fault,
/// 70 if Saddle is, 128 + signal if stopped by a signal.
/// Results go to standard output, everything else to standard error.
[[nodiscard]] int run_command(int argc, char** argv, const Registries& registries);

}  // namespace saddle
