// SPDX-License-Identifier: Apache-2.0
// What programs of measurements have in common.
#pragma once

#include <cstdio>
#include <exception>

namespace saddle {

/// The exit code of a program: what `run` returns, or 2 after an exception, which becomes one line
/// on stderr.
template <class Run>
[[nodiscard]] int exit_code_of(const char* program, const Run& run) {
  try {
    return run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", program, error.what());
    return 2;
  }
}

}  // namespace saddle
