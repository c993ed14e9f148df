// SPDX-License-Identifier: Apache-2.0
// Ctrl-C and SIGTERM as a wish that the training loop reads, not as the end of the process.
#pragma once

#include <csignal>

namespace saddle {

/// While it lives, the first SIGINT or SIGTERM is only noted; the second ends the process at once,
/// with exit code 128 + signal. One at a time.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  /// The signal noted, or 0.
  [[nodiscard]] static int signal();

 private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

}  // namespace saddle
