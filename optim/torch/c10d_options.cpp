// SPDX-License-Identifier: Apache-2.0
// Who a process is among those that run the agents, from its environment.
#include <saddle/optim/torch/c10d_communicator.h>

#include <charconv>
#include <cstdlib>

#include <saddle/base/check.h>

namespace saddle {
namespace {

using Lookup = std::function<const char*(const char*)>;

std::string text(const Lookup& variable, const char* name) {
  const char* value = variable(name);
  if (value == nullptr || *value == '\0') {
    throw Error(concat("the environment variable ", name, " is not set; start the processes with ",
                       "torchrun, or set RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT in each"));
  }
  return value;
}

int number(const Lookup& variable, const char* name, int low, int high) {
  const std::string value = text(variable, name);
  int number = 0;
  const char* const end = value.data() + value.size();
  const auto [stopped, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc() || stopped != end || number < low || number > high) {
    throw Error(concat("the environment variable ", name, " is '", value,
                       "'; it must be a whole number in [", low, ", ", high, "]"));
  }
  return number;
}

}  // namespace

C10dOptions c10d_options_from(const Lookup& variable) {
  constexpr int kMostProcesses = 1 << 20;
  C10dOptions options;
  options.world_size = number(variable, "WORLD_SIZE", 1, kMostProcesses);
  options.rank = number(variable, "RANK", 0, options.world_size - 1);
  options.master_address = text(variable, "MASTER_ADDR");
  options.master_port = number(variable, "MASTER_PORT", 1, 65535);
  if (const char* interface = variable("GLOO_SOCKET_IFNAME")) {
    options.network_interface = interface;
  }
  return options;
}

C10dOptions c10d_options_from_environment() {
  return c10d_options_from([](const char* name) { return std::getenv(name); });
}

}  // namespace saddle
