// SPDX-License-Identifier: Apache-2.0
// Child processes: started, fed signals, and waited for with a time limit.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace saddle::test {

/// How a process ended and what it wrote.
struct Finished {
  int exit_code = -1;  ///< −1 if a signal ended it
  int signal = 0;      ///< that ended it, or 0
  std::string out;
  std::string err;
};

/// A running program. Killed at the end of its life if it still runs.
class Process {
 public:
  /// Starts `program` in `directory` with `arguments` and with `variables` in its environment.
  Process(const std::string& program, const std::vector<std::string>& arguments,
          const std::filesystem::path& directory,
          const std::map<std::string, std::string>& variables = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void send(int signal) const;

  /// Waits for the end; fails the test and kills the process if it takes longer than the limit.
  Finished wait(std::chrono::seconds limit = std::chrono::seconds(120));

 private:
  void read_some(int timeout_milliseconds);

  ::pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  Finished finished_;
};

}  // namespace saddle::test
