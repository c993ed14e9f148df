// SPDX-License-Identifier: Apache-2.0
// Ctrl-C and SIGTERM as a wish that the training loop reads.
#include <saddle/apps/interrupts.h>

#include <atomic>

#include <unistd.h>

namespace saddle {
namespace {

std::atomic<int> g_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may not wait for a lock");

extern "C" void note_signal(int number) {
  if (g_signal.exchange(number) != 0) ::_exit(128 + number);
}

}  // namespace

Interrupts::Interrupts() {
  g_signal = 0;
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &old_interrupt_);
  ::sigaction(SIGTERM, &action, &old_terminate_);
}

Interrupts::~Interrupts() {
  ::sigaction(SIGINT, &old_interrupt_, nullptr);
  ::sigaction(SIGTERM, &old_terminate_, nullptr);
}

int Interrupts::signal() { return g_signal; }

}  // namespace saddle
