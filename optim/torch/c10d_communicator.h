// SPDX-License-Identifier: Apache-2.0
// One agent in each of several processes, which hear of each other through LibTorch's c10d.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <saddle/optim/consensus/communicator.h>

namespace saddle {

/// Who a process is among those that run the agents, one each.
struct C10dOptions {
  int rank = 0;                              ///< which agent, in [0, world_size)
  int world_size = 1;                        ///< agents, and processes
  std::string master_address = "127.0.0.1";  ///< of the machine that process 0 runs on
  int master_port = 29500;                   ///< a free one there
  std::string network_interface{};           ///< as "eth0"; if empty, that of the machine's name

  /// How long to wait for the others: for all of them at the start, and in every mix() or gather()
  /// for the slowest, what it computes before included. The start counts whole seconds.
  std::chrono::milliseconds timeout = std::chrono::minutes(5);
};

/// Reads RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT, which torchrun sets, and
/// GLOO_SOCKET_IFNAME, which may be missing. `variable(name)` is the value of one; null if not set.
/// Errors: saddle::Error naming the variable that is missing or wrong.
[[nodiscard]] C10dOptions c10d_options_from(
    const std::function<const char*(const char* name)>& variable);

/// As above, from the environment of this process.
[[nodiscard]] C10dOptions c10d_options_from_environment();

/// Connects to the other processes: agent i is the process of rank i, and owned() is {rank}. Mixes
/// to the same bits as agents in one process do. Vectors travel between neighbours alone, by Gloo.
///
/// A process that ends or does not answer becomes an error in the others within the time-out, and
/// all name the one it began with. After an error a communicator is of no more use. One that is
/// destroyed waits until all others are, so that nobody loses the last message.
///
/// Errors: saddle::Error if options do not fit, if some process does not come in time (naming the
/// first such rank), or if this Saddle was built without Gloo.
[[nodiscard]] std::unique_ptr<Communicator> make_c10d_communicator(const C10dOptions& options);

}  // namespace saddle
